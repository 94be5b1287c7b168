// What scheduling messages do to calendars, and what they may not do. RFC 5546 3.2.
#include "mapping/event-instance.h"
#include "mapping/ical-people.h"
#include "mapping/ical-time.h"
#include "mapping/meeting-request.h"
#include "mapping/meeting-update.h"
#include "meeting-samples.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;
using Status = Attendee::Status;

BOOST_AUTO_TEST_SUITE(meeting_update_suite)

namespace {

struct AnnasCalendar {
    ZoneNames names;
    CalendarContext context{names,
                            names.find("Europe/Berlin").value(),
                            Instant::from_seconds(1795341487),
                            {"anna@example.com"},
                            {}};
};

std::string replaced(std::string text, std::string const &from, std::string const &to)
{
    auto const at = text.find(from);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
}

bool has(std::string const &text, std::string const &part)
{
    return text.find(part) != std::string::npos;
}

Invitation invitation(std::string const &text)
{
    auto parsed = Invitation::parse(text);
    BOOST_REQUIRE(parsed);
    return *std::move(parsed);
}

std::string accepted(std::string const &request, std::string const &stored, Status answer = Status::accepted)
{
    AnnasCalendar annas;
    return accept_invitation(invitation(request), stored, answer, annas.context).text.value_or("");
}

/// Anna's own meeting, to which Bob's answers in the samples belong.
std::string const planning = crlf(R"(BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//EN
BEGIN:VEVENT
UID:c8b1e2f0-5a4d-4f6e-9b3c-2d1e0f9a8b7c
DTSTART:20261130T083000Z
DTEND:20261130T090000Z
SEQUENCE:1
SUMMARY:Planung
ORGANIZER:mailto:anna@example.com
ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;X-KEPT=1:mailto:bob@example.org
ATTENDEE;PARTSTAT=ACCEPTED:mailto:carl@example.net
X-KEPT:yes
END:VEVENT
END:VCALENDAR
)");

MeetingUpdate replied(std::string const &reply, std::string const &stored,
                      std::string const &sender = "Bob@example.org")
{
    AnnasCalendar annas;
    return take_reply(invitation(reply), stored, sender, annas.context);
}

MeetingUpdate cancelled(std::string const &cancel, std::string const &stored,
                        std::string const &sender = "olga@example.com")
{
    AnnasCalendar annas;
    return take_cancel(invitation(cancel), stored, sender, annas.context);
}

} // namespace

BOOST_AUTO_TEST_CASE(an_accepted_invitation_becomes_an_item)
{
    auto const text = accepted(outlook_request, "");
    BOOST_TEST(!has(text, "METHOD"));
    BOOST_TEST(has(text, "BEGIN:VTIMEZONE"));
    BOOST_TEST(has(text, "PARTSTAT=ACCEPTED"));
    BOOST_TEST(has(text, "X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\n")); // what was intended
    BOOST_TEST(has(text, "X-MICROSOFT-CDO-REPLYTIME:20261122T095807Z\r\n"));
    BOOST_TEST(has(text, "bob@example.o\r\n rg"));
}

BOOST_AUTO_TEST_CASE(what_else_is_in_an_invitation_stays_outside)
{
    auto const other = "BEGIN:VEVENT\r\nUID:other\r\nDTSTART:20261210T140000Z\r\nEND:VEVENT\r\n"
                       "BEGIN:VTODO\r\nUID:3kq0v5m1a9c2b7d4e6f8g0h1i2@google.com\r\nEND:VTODO\r\n";
    auto const text =
        accepted(replaced(google_update, "END:VCALENDAR", other + std::string("END:VCALENDAR")), "");
    BOOST_TEST(text == accepted(google_update, ""));
    BOOST_TEST(has(text, "UID:3kq0v5m1a9c2b7d4e6f8g0h1i2@google.com"));
}

BOOST_AUTO_TEST_CASE(of_two_events_that_claim_to_be_the_meeting_one_enters)
{
    auto const first = google_update.find("BEGIN:VEVENT"), last = google_update.find("END:VCALENDAR");
    auto twice = google_update;
    twice.insert(last, replaced(google_update.substr(first, last - first), "SUMMARY:", "SUMMARY:Not "));
    auto const text = accepted(twice, "");
    BOOST_TEST(text == accepted(google_update, ""));
    BOOST_TEST(accepted(twice, text) == "");
}

BOOST_AUTO_TEST_CASE(a_request_without_times_is_none)
{
    AnnasCalendar annas;
    auto const start = std::string("DTSTART;TZID=W. Europe Standard Time:20261207T100000\r\n");
    BOOST_TEST(!Invitation::parse(replaced(outlook_request, start, "")));
    auto const unreadable = invitation(replaced(outlook_request, start, "DTSTART:soon\r\n"));
    BOOST_TEST(!has_times(unreadable, annas.context));
    BOOST_TEST(!meeting_request_from(unreadable, annas.context.now, v14_1, annas.context));
    BOOST_TEST(!take_invitation(unreadable, "", "olga@example.com", annas.context).changes_anything());
    BOOST_TEST(has_times(invitation(outlook_request), annas.context));
}

BOOST_AUTO_TEST_CASE(an_invitation_that_waits_for_an_answer_is_tentative)
{
    auto const text = accepted(google_update, "", Status::not_responded);
    BOOST_TEST(has(text, "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\r\n"));
    BOOST_TEST(has(text, "PARTSTAT=NEEDS-ACTION"));
    BOOST_TEST(!has(text, "REPLYTIME"));
}

BOOST_AUTO_TEST_CASE(an_invitation_enters_the_calendar_by_itself_if_its_organizer_sent_it)
{
    AnnasCalendar annas;
    auto const take = [&](std::string const &request, std::string const &stored,
                          std::string const &sender = "Olga@example.com") {
        return take_invitation(invitation(request), stored, sender, annas.context).text.value_or("");
    };
    auto const text = take(outlook_request, "");
    BOOST_TEST(has(text, "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\r\n"));
    BOOST_TEST(has(text, "PARTSTAT=NEEDS-ACTION"));
    BOOST_TEST(!has(text, "METHOD"));
    BOOST_TEST(take(outlook_request, "", "eve@example.com") == "");
    BOOST_TEST(take(outlook_request, "", "anna@example.com") == "");
    BOOST_TEST(take(outlook_request, text) == ""); // known
    auto const answered = accepted(outlook_request, text);
    BOOST_TEST(take(outlook_request, answered) == ""); // an answer is not asked for again
    auto const single = replaced(
        outlook_request, "RRULE:FREQ=WEEKLY;UNTIL=20270131T090000Z;INTERVAL=1;BYDAY=MO,WE;WKST=MO\r\n", "");
    BOOST_TEST(take(single, "") != "");
    annas.context.now = *parse_datetime("20270301T000000Z");
    BOOST_TEST(take(single, "") == ""); // it is over
}

BOOST_AUTO_TEST_CASE(a_newer_invitation_asks_again)
{
    AnnasCalendar annas;
    auto const take = [&](std::string const &request, std::string const &stored) {
        auto const parsed = invitation(request);
        auto const organizer = organizer_of(parsed.event())->email;
        return take_invitation(parsed, stored, organizer, annas.context).text.value_or("");
    };
    auto const stored = accepted(google_update, ""); // SEQUENCE:2
    auto const newer = replaced(replaced(google_update, "SEQUENCE:2", "SEQUENCE:3"), "DTSTART:20261210T14",
                                "DTSTART:20261210T13");
    auto const text = take(newer, stored);
    BOOST_TEST(has(text, "DTSTART:20261210T13"));
    BOOST_TEST(has(text, "PARTSTAT=NEEDS-ACTION"));
    BOOST_TEST(take(replaced(newer, "SEQUENCE:3", "SEQUENCE:1"), stored) == "");
}

BOOST_AUTO_TEST_CASE(who_is_invited_again_after_a_cancellation_has_the_meeting_again)
{
    AnnasCalendar annas;
    auto const take = [&](std::string const &request, std::string const &stored) {
        return take_invitation(invitation(request), stored, "olga@example.com", annas.context);
    };
    auto const called_off = cancelled(google_cancel, accepted(google_update, "")).text.value(); // SEQUENCE:3
    BOOST_TEST(!take(google_update, called_off).changes_anything());       // the one that was called off
    auto const same = replaced(google_update, "SEQUENCE:2", "SEQUENCE:3"); // who was removed is added again
    BOOST_TEST(!take(same, called_off).changes_anything());                // older than the cancellation
    for (auto const *sequence : {"SEQUENCE:3", "SEQUENCE:4"}) {
        auto const again =
            replaced(replaced(google_update, "DTSTAMP:20261121T080000Z", "DTSTAMP:20261122T080000Z"),
                     "SEQUENCE:2", sequence);
        auto const update = take(again, called_off);
        BOOST_REQUIRE(update.text);
        BOOST_TEST(!update.is_new);
        BOOST_TEST(has(*update.text, "STATUS:CONFIRMED"));
        BOOST_TEST(has(*update.text, "TRANSP:OPAQUE"));
        BOOST_TEST(has(*update.text, "PARTSTAT=NEEDS-ACTION"));
        BOOST_TEST(has(*update.text, "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"));
        BOOST_TEST(
            !cancelled(replaced(google_cancel, "SEQUENCE:3", "SEQUENCE:2"), *update.text).changes_anything());
    }
}

BOOST_AUTO_TEST_CASE(news_of_the_same_meeting_are_taken_and_the_answer_stays)
{
    AnnasCalendar annas;
    auto const take = [&](std::string const &request, std::string const &stored) {
        return take_invitation(invitation(request), stored, "olga@example.com", annas.context);
    };
    auto const stored = replaced(accepted(google_update, ""), "END:VEVENT", "CATEGORIES:Mine\r\nEND:VEVENT");
    auto const news = replaced(replaced(google_update, "DTSTAMP:20261121T08", "DTSTAMP:20261121T09"),
                               "LOCATION:", "LOCATION:Other room");
    auto const update = take(news, stored);
    BOOST_REQUIRE(update.text);
    auto unfolded = *update.text;
    for (size_t at; (at = unfolded.find("\r\n ")) != std::string::npos;)
        unfolded.erase(at, 3);
    for (auto const *kept : {"PARTSTAT=ACCEPTED;CN=anna@example.com", "LOCATION:Other room",
                             "CATEGORIES:Mine", "X-MICROSOFT-CDO-REPLYTIME:20261122T095807Z"})
        BOOST_TEST(has(unfolded, kept), kept);
    BOOST_TEST(!has(*update.text, "PARTSTAT=NEEDS-ACTION"));
    BOOST_TEST(!has(*update.text, "TENTATIVE"));
    BOOST_TEST(!take(news, *update.text).changes_anything());
    BOOST_TEST(
        !take(google_update, *update.text).changes_anything()); // an older mail that is looked at later
}

BOOST_AUTO_TEST_CASE(what_is_told_of_an_instance_leaves_the_answer_to_its_series)
{
    AnnasCalendar annas;
    auto const series = accepted(
        replaced(icloud_exception, "RECURRENCE-ID;VALUE=DATE:20261224\r\n", "RRULE:FREQ=DAILY;COUNT=9\r\n"),
        "");
    auto const of = [&](std::string const &stored, std::string const &partstat) {
        auto request = replaced(icloud_exception, "DATE:20261224\r\nUID", "DATE:20261225\r\nUID");
        request = replaced(replaced(request, "DTSTART;VALUE=DATE:20261223", "DTSTART;VALUE=DATE:20261225"),
                           "DTEND;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261226");
        request =
            replaced(replaced(request, "DTSTAMP:20261122", "DTSTAMP:20261123"), "NEEDS-ACTION", partstat);
        return take_invitation(invitation(request), stored, "olga@example.com", annas.context)
            .text.value_or("");
    };
    auto const text = of(series, "ACCEPTED");
    BOOST_TEST(has(text, "RECURRENCE-ID;VALUE=DATE:20261225"));
    BOOST_TEST(!has(text, "NEEDS-ACTION"));
    // Others are told, too, of what the user declined.
    auto const declined =
        *answer_item(series, parse_datetime("20261224T230000Z"), Status::declined, annas.context)->text;
    BOOST_TEST(of(declined, "DECLINED") == "");
    BOOST_TEST(of("", "DECLINED") == "");
    BOOST_TEST(has(of(declined, "NEEDS-ACTION"), "RECURRENCE-ID;VALUE=DATE:20261225"));
}

BOOST_AUTO_TEST_CASE(an_instance_that_counted_for_itself_goes_when_its_series_moves)
{
    auto series =
        replaced(icloud_exception, "RECURRENCE-ID;VALUE=DATE:20261224\r\n", "RRULE:FREQ=DAILY;COUNT=9\r\n");
    auto const stored =
        accepted(replaced(icloud_exception, "SEQUENCE:1", "SEQUENCE:5"), accepted(series, ""));
    series = replaced(replaced(series, "SEQUENCE:1", "SEQUENCE:2"), "DTSTAMP:20261122", "DTSTAMP:20261123");
    auto const later =
        replaced(replaced(series, "DTSTART;VALUE=DATE:20261223", "DTSTART;VALUE=DATE:20261226"),
                 "DTEND;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227");
    BOOST_TEST(!has(accepted(later, stored), "RECURRENCE-ID"));
    BOOST_TEST(has(accepted(replaced(series, "COUNT=9", "COUNT=12"), stored), "RECURRENCE-ID"));
}

BOOST_AUTO_TEST_CASE(what_moves_without_a_new_sequence_asks_again)
{
    AnnasCalendar annas;
    auto const stored = accepted(google_update, "");
    auto const newer = replaced(google_update, "DTSTAMP:20261121T080000Z", "DTSTAMP:20261121T090000Z");
    auto const moved = replaced(newer, "DTEND:20261210T1430", "DTEND:20261210T1530");
    auto const text =
        take_invitation(invitation(moved), stored, "olga@example.com", annas.context).text.value_or("");
    BOOST_TEST(has(text, "DTEND:20261210T1530"));
    BOOST_TEST(!has(text, "PARTSTAT=ACCEPTED;CN=anna@example.com"));
    // Where invitations wait for the user only what does not move is taken.
    auto const news = [&](std::string const &request, std::string const &of) {
        return take_news(invitation(request), of, "olga@example.com", annas.context);
    };
    BOOST_TEST(
        has(news(replaced(newer, "LOCATION:", "LOCATION:Raum 2"), stored).text.value_or(""), "Raum 2"));
    for (auto const &other : {moved, replaced(newer, "SEQUENCE:2", "SEQUENCE:3"), google_update})
        BOOST_TEST(!news(other, stored).changes_anything());
    BOOST_TEST(!news(newer, "").changes_anything());
    BOOST_TEST(!news(newer, replaced(stored, "STATUS:CONFIRMED", "STATUS:CANCELLED")).changes_anything());
}

BOOST_AUTO_TEST_CASE(a_series_that_keeps_its_times_keeps_its_exceptions)
{
    AnnasCalendar annas;
    auto const series =
        replaced(icloud_exception, "RECURRENCE-ID;VALUE=DATE:20261224\r\n", "RRULE:FREQ=DAILY;COUNT=9\r\n");
    auto stored = accepted(series, "");
    stored = accepted(replaced(icloud_exception, "SEQUENCE:1", "SEQUENCE:2"), stored);
    stored = *answer_item(stored, parse_datetime("20261224T230000Z"), Status::declined, annas.context)->text;
    BOOST_REQUIRE(has(stored, "RECURRENCE-ID") && has(stored, "EXDATE;VALUE=DATE:20261225"));
    auto const renamed = replaced(replaced(series, "SEQUENCE:1", "SEQUENCE:3"), "Vorverlegt", "Umbenannt");
    auto const text = accepted(renamed, stored);
    BOOST_TEST(has(text, "SUMMARY:Umbenannt"));
    BOOST_TEST(has(text, "RECURRENCE-ID;VALUE=DATE:20261224"));
    BOOST_TEST(has(text, "EXDATE;VALUE=DATE:20261225"));
    auto const moved = replaced(renamed, "COUNT=9", "COUNT=12");
    auto const other = accepted(moved, stored);
    BOOST_TEST(!has(other, "RECURRENCE-ID"));
    BOOST_TEST(!has(other, "EXDATE"));
}

BOOST_AUTO_TEST_CASE(what_is_new_of_a_series_is_new_of_the_instances_that_the_user_answered)
{
    AnnasCalendar annas;
    auto const stored = accepted(outlook_request, "");
    auto const answer = [&](std::string const &text, char const *instance) {
        return *answer_item(text, parse_datetime(instance), Status::tentative, annas.context)->text;
    };
    auto text = answer(answer(stored, "20261209T090000Z"), "20261214T090000Z");
    text = replaced(text, "X-MICROSOFT-CDO-IMPORTANCE:1\r\n",
                    "X-MICROSOFT-CDO-IMPORTANCE:1\r\nCATEGORIES:Mine\r\n");
    auto news = replaced(outlook_request, "Raum 4\\, S\u00fcd", "Raum 5");
    news = replaced(news, "DTSTAMP:20261120", "DTSTAMP:20261121");
    news = replaced(news, "END:VALARM\r\nEND:VEVENT",
                    "END:VALARM\r\nATTENDEE:mailto:dora@example.org\r\nEND:VEVENT");
    auto const renewed =
        take_invitation(invitation(news), text, "olga@example.com", annas.context).text.value_or("");
    auto const document = IcalDocument::parse(renewed);
    BOOST_REQUIRE(document);
    BOOST_REQUIRE(document->items().size() == 3);
    for (auto const *event : document->items()) {
        BOOST_TEST(event->property("LOCATION")->text() == "Raum 5");
        BOOST_TEST(event->property("DTSTAMP")->value == "20261121T101112Z");
        BOOST_TEST(event->properties("ATTENDEE").size() == 3);
        auto const own = own_attendee_line(*event, annas.context.addresses);
        BOOST_TEST(
            (own && own->parameter("PARTSTAT") == (event->property("RRULE") ? "ACCEPTED" : "TENTATIVE")));
    }
    auto const longer = *IcalDocument::parse(accepted(replaced(news, "T110000", "T113000"), text));
    BOOST_TEST(longer.items().size() == 3);
    for (auto const *event : longer.items())
        BOOST_TEST(has(event->property("DTEND")->value, "T113000"));
    // What its organizer said of an instance alone stays.
    auto apart = replaced(text, "RECURRENCE-ID;TZID=W. Europe Standard Time:20261209T100000\r\n",
                          "RECURRENCE-ID;TZID=W. Europe Standard Time:20261209T100000\r\nX-APART:yes\r\n");
    auto const at = apart.rfind("LOCATION;LANGUAGE=de-DE:Raum 4");
    apart.replace(at, std::string("LOCATION;LANGUAGE=de-DE:Raum 4").size(), "LOCATION;LANGUAGE=de-DE:Raum 9");
    auto const mixed =
        take_invitation(invitation(news), apart, "olga@example.com", annas.context).text.value_or("");
    BOOST_TEST(has(mixed, "Raum 9"));
    BOOST_TEST(has(mixed, "X-APART:yes"));
    BOOST_TEST(!has(mixed, "Raum 4"));
}

namespace {

/// What Olga says of a daily series of hers at nine, or of an instance of it, at a minute of 1 December.
std::string olga_says(std::string const &method, int sequence, int minute, std::string const &lines)
{
    return "BEGIN:VCALENDAR\r\nMETHOD:" + method + "\r\nBEGIN:VEVENT\r\nUID:daily\r\nDTSTAMP:20261201T10" +
           std::to_string(minute) + "00Z\r\nORGANIZER:mailto:olga@example.com\r\n" +
           "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:anna@example.com\r\nSEQUENCE:" + std::to_string(sequence) +
           "\r\n" + lines + "END:VEVENT\r\nEND:VCALENDAR\r\n";
}

std::string const at_nine = "DTSTART:20261207T090000Z\r\nRRULE:FREQ=DAILY;COUNT=5\r\n";
std::string const at_eight = "DTSTART:20261207T080000Z\r\nRRULE:FREQ=DAILY;COUNT=5\r\n";
std::string const third_later = "RECURRENCE-ID:20261209T090000Z\r\nDTSTART:20261209T150000Z\r\n";

} // namespace

BOOST_AUTO_TEST_CASE(an_old_invitation_to_an_instance_says_nothing_of_another_series)
{
    auto const exception = olga_says("REQUEST", 1, 11, third_later);
    BOOST_TEST(has(accepted(exception, accepted(olga_says("REQUEST", 0, 10, at_nine), "")), "T150000Z"));
    for (int const sequence : {1, 2}) { // some programs move without counting
        auto const moved = accepted(olga_says("REQUEST", sequence, 12, at_eight), "");
        BOOST_TEST(!has(accepted(exception, moved), "T150000Z"));
    }
    auto const series = accepted(olga_says("REQUEST", 1, 10, at_nine), "");
    auto const off = cancelled(olga_says("CANCEL", 1, 12, at_nine), series).text.value_or("");
    BOOST_TEST(has(off, "STATUS:CANCELLED"));
    BOOST_TEST(!has(accepted(exception, off), "T150000Z"));
}

BOOST_AUTO_TEST_CASE(what_comes_along_with_a_series_may_be_older_than_what_is_known)
{
    auto const exception =
        "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:daily\r\nDTSTAMP:20261201T101100Z\r\nSEQUENCE:1\r\n"
        "ORGANIZER:mailto:olga@example.com\r\n" +
        third_later;
    auto text = accepted(olga_says("REQUEST", 0, 10, at_nine), "");
    text = cancelled(olga_says("CANCEL", 2, 12, third_later), text).text.value_or("");
    text = accepted(olga_says("REQUEST", 0, 13, at_nine + "SUMMARY:New\r\n" + exception), text);
    BOOST_TEST(has(text, "SUMMARY:New"));
    BOOST_TEST(!has(text, "T150000Z"));
    BOOST_TEST(has(text, "STATUS:CANCELLED"));
}

BOOST_AUTO_TEST_CASE(what_is_called_off_twice_was_so_by_the_later_word)
{
    auto text = accepted(olga_says("REQUEST", 0, 10, at_nine), "");
    text = accepted(olga_says("REQUEST", 1, 11, third_later), text);
    text = cancelled(olga_says("CANCEL", 1, 12, third_later), text).text.value_or("");
    auto const later = olga_says("CANCEL", 3, 14, third_later);
    auto const twice = cancelled(later, text);
    BOOST_REQUIRE(twice.text);
    BOOST_TEST(!cancelled(later, *twice.text).changes_anything());
    BOOST_TEST(has(*twice.text, "STATUS:CANCELLED"));
    // To have accepted what is older changes nothing of it, nor is anybody busy with it.
    BOOST_TEST(accepted(olga_says("REQUEST", 2, 13, third_later), *twice.text) == "");
    BOOST_TEST(has(*twice.text, "X-MICROSOFT-CDO-BUSYSTATUS:FREE"));
}

BOOST_AUTO_TEST_CASE(who_declined_an_instance_and_is_invited_to_it_again_has_it_again)
{
    AnnasCalendar annas;
    auto const series = replaced(icloud_exception, "RECURRENCE-ID;VALUE=DATE:20261224\r\n",
                                 "RRULE:FREQ=DAILY;COUNT=9\r\nEXDATE;VALUE=DATE:20261224,20261226\r\n");
    auto const text = accepted(icloud_exception, accepted(series, ""));
    BOOST_TEST(has(text, "EXDATE;VALUE=DATE:20261226\r\n"));
    BOOST_TEST(has(text, "RECURRENCE-ID;VALUE=DATE:20261224"));
}

BOOST_AUTO_TEST_CASE(an_instance_that_was_declined_stays_out_when_its_series_is_accepted)
{
    AnnasCalendar annas;
    std::vector const third{DeclinedInstance{*parse_datetime("20261209T090000Z"), 1}};
    auto const accepted_after = [&](std::string const &series, std::string const &stored = "") {
        return accept_invitation(invitation(series), stored, Status::accepted, annas.context, third)
            .text.value_or("");
    };
    BOOST_TEST(has(accepted_after(olga_says("REQUEST", 0, 10, at_nine)), "EXDATE:20261209T090000Z"));
    BOOST_TEST(!has(accepted_after(olga_says("REQUEST", 2, 10, at_nine)), "EXDATE")); // who asks again
    BOOST_TEST(!has(accepted_after(olga_says("REQUEST", 0, 10, at_eight)), "EXDATE"));
    auto const instance = olga_says("REQUEST", 1, 12, third_later);
    BOOST_TEST(has(accepted_after(instance), "T150000Z"));
    BOOST_TEST(has(accepted_after(olga_says("REQUEST", 0, 10, at_nine), accepted(instance, "")), "T150000Z"));

    auto const known = [](std::string const &partstat) {
        return at_nine +
               "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:daily\r\nDTSTAMP:20261201T101100Z\r\nSEQUENCE:2\r\n"
               "ORGANIZER:mailto:olga@example.com\r\nATTENDEE;PARTSTAT=" +
               partstat + ":mailto:anna@example.com\r\n" + third_later;
    };
    auto const told = accepted(olga_says("REQUEST", 0, 10, known("DECLINED")), "");
    BOOST_TEST(has(told, "EXDATE:20261209T090000Z"));
    BOOST_TEST(!has(told, "RECURRENCE-ID"));
    auto const all = replaced(olga_says("REQUEST", 0, 10, known("DECLINED")), "NEEDS-ACTION", "DECLINED");
    BOOST_TEST(has(accepted(all, ""), "T150000Z")); // no instance was declined alone
    BOOST_TEST(has(accepted_after(olga_says("REQUEST", 0, 10, known("NEEDS-ACTION"))), "T150000Z"));
}

BOOST_AUTO_TEST_CASE(an_update_replaces_what_the_organizer_said_and_keeps_what_the_user_added)
{
    auto stored = accepted(replaced(google_update, "SEQUENCE:2", "SEQUENCE:1"), "");
    stored = replaced(stored, "END:VEVENT",
                      "CATEGORIES:Mine\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\n"
                      "TRIGGER:-PT7M\r\nEND:VALARM\r\nEND:VEVENT");
    auto const moved = replaced(google_update, "DTSTART:20261210T14", "DTSTART:20261210T13");
    auto const text = accepted(moved, stored, Status::tentative);
    BOOST_TEST(has(text, "DTSTART:20261210T13"));
    BOOST_TEST(!has(text, "DTSTART:20261210T14"));
    BOOST_TEST(has(text, "CATEGORIES:Mine"));
    BOOST_TEST(has(text, "TRIGGER:-PT7M"));
    BOOST_TEST(has(text, "PARTSTAT=TENTATIVE"));
    BOOST_TEST(has(text, "SEQUENCE:2"));
}

BOOST_AUTO_TEST_CASE(an_old_invitation_does_not_bring_old_times_back)
{
    auto const stored = accepted(google_update, "");
    auto const old = replaced(replaced(google_update, "SEQUENCE:2", "SEQUENCE:1"), "DTSTART:20261210T14",
                              "DTSTART:20261210T11");
    auto const text = accepted(old, stored, Status::tentative);
    BOOST_TEST(has(text, "DTSTART:20261210T14"));
    BOOST_TEST(has(text, "PARTSTAT=TENTATIVE"));
    AnnasCalendar annas;
    BOOST_TEST(
        !accept_invitation(invitation(old), stored, Status::not_responded, annas.context).changes_anything());
}

BOOST_AUTO_TEST_CASE(an_exception_joins_its_series)
{
    auto series = replaced(icloud_exception, "RECURRENCE-ID;VALUE=DATE:20261224\r\n",
                           "RRULE:FREQ=YEARLY\r\nX-SERIES:1\r\n");
    auto const stored = accepted(replaced(series, "SEQUENCE:1", "SEQUENCE:0"), "");
    auto const text = accepted(icloud_exception, stored);
    BOOST_TEST(has(text, "X-SERIES:1"));
    BOOST_TEST(has(text, "RECURRENCE-ID;VALUE=DATE:20261224"));
    BOOST_TEST(accepted(icloud_exception, text) == ""); // nothing new
}

BOOST_AUTO_TEST_CASE(a_declined_invitation_takes_the_item_or_the_instance_away)
{
    AnnasCalendar annas;
    auto const stored = accepted(google_update, "");
    BOOST_TEST(decline_invitation(invitation(google_update), stored, annas.context).is_removed);
    BOOST_TEST(!decline_invitation(invitation(google_update), "", annas.context).changes_anything());
    auto const series = accepted(
        replaced(icloud_exception, "RECURRENCE-ID;VALUE=DATE:20261224\r\n", "RRULE:FREQ=DAILY\r\n"), "");
    auto const update = decline_invitation(invitation(icloud_exception), series, annas.context);
    BOOST_TEST(!update.is_removed);
    BOOST_TEST(has(update.text.value_or(""), "EXDATE;VALUE=DATE:20261224"));
}

BOOST_AUTO_TEST_CASE(one_instance_is_answered)
{
    AnnasCalendar annas;
    auto const stored = accepted(outlook_request, "");
    auto const instance = parse_datetime("20261209T090000Z");
    auto const update = answer_item(stored, instance, Status::tentative, annas.context);
    BOOST_REQUIRE(update);
    BOOST_TEST(has(*update->text, "RECURRENCE-ID;TZID=W. Europe Standard Time:20261209T100000"));
    BOOST_TEST(has(*update->text, "PARTSTAT=TENTATIVE"));
    BOOST_TEST(has(*update->text, "PARTSTAT=ACCEPTED"));
    auto const declined = answer_item(stored, instance, Status::declined, annas.context);
    BOOST_TEST(has(declined->text.value_or(""), "EXDATE;TZID=W. Europe Standard Time:20261209T100000"));
    BOOST_TEST(!answer_item(stored, parse_datetime("20261210T090000Z"), Status::declined, annas.context));
    BOOST_TEST(!answer_item(*declined->text, instance, Status::accepted, annas.context));
    BOOST_TEST(answer_item(stored, {}, Status::declined, annas.context)->is_removed);
}

BOOST_AUTO_TEST_CASE(an_answered_instance_has_the_files_of_its_series_while_there_is_room)
{
    AnnasCalendar annas;
    std::string const link = "ATTACH:https://files.example.com/1\r\n";
    auto const file = [](size_t bytes) {
        return "ATTACH;ENCODING=BASE64;VALUE=BINARY:" + std::string(bytes, 'x') + "\r\n";
    };
    auto const answered = [&](std::string const &attached) {
        auto const stored = accepted(replaced(outlook_request, "CLASS:", attached + "CLASS:"), "");
        auto const text =
            *answer_item(stored, parse_datetime("20261209T090000Z"), Status::tentative, annas.context)->text;
        BOOST_TEST(text.size() < size_t{8 << 20});
        auto const document = *IcalDocument::parse(text);
        return document.items().back()->properties("ATTACH").size();
    };
    BOOST_TEST(answered(link + file(1000)) == 2u);
    BOOST_TEST(answered(link + file(4'300'000)) == 1u);
}

BOOST_AUTO_TEST_CASE(a_reply_sets_what_its_attendee_answered_and_nothing_else)
{
    auto const update = replied(thunderbird_reply, planning);
    BOOST_REQUIRE(update.text);
    BOOST_TEST(has(*update.text, "PARTSTAT=DECLINED"));
    auto const kept = replaced(
        planning, "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;X-KEPT=1:mailto:bob@example.org\r\n", "");
    for (auto const *line : {"X-KEPT:yes", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:carl@example.net", "X-KEPT=1"})
        BOOST_TEST(has(*update.text, line), line);
    BOOST_TEST(!replied(thunderbird_reply, *update.text).changes_anything()); // taken already
}

BOOST_AUTO_TEST_CASE(of_a_reply_that_names_all_attendees_the_senders_line_counts)
{
    auto const all =
        replaced(thunderbird_reply, "ATTENDEE;RSVP=TRUE;CN=Bob",
                 "ATTENDEE;PARTSTAT=TENTATIVE:mailto:carl@example.net\r\nATTENDEE;RSVP=TRUE;CN=Bob");
    auto const text = replied(all, planning).text.value_or("");
    BOOST_TEST(has(text, "PARTSTAT=DECLINED"));
    BOOST_TEST(has(text, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:carl@example.net"));
}

BOOST_AUTO_TEST_CASE(who_is_sent_in_an_attendees_place_becomes_one_and_answers)
{
    auto const own =
        "ATTENDEE;RSVP=TRUE;CN=Bob Berger;PARTSTAT=DECLINED;ROLE=REQ-PARTICIPANT:mai\r\n lto:bob@example.org";
    auto const delegating = replaced(
        thunderbird_reply, own,
        "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:dora@example.net\":mailto:bob@example.org\r\n"
        "ATTENDEE;CN=Dora;DELEGATED-FROM=\"mailto:bob@example.org\":mailto:dora@example.net");
    auto const doras = [&](std::string const &partstat) {
        return replaced(replaced(thunderbird_reply, own,
                                 "ATTENDEE;DELEGATED-FROM=\"mailto:bob@example.org\";PARTSTAT=" + partstat +
                                     ":mailto:dora@example.net"),
                        "DTSTAMP:20261122T080500Z", "DTSTAMP:20261122T090000Z");
    };
    BOOST_TEST(!replied(doras("ACCEPTED"), planning, "dora@example.net").changes_anything()); // who is she?
    auto const line = [](std::string const &text, std::string const &address) {
        auto const document = IcalDocument::parse(text);
        return own_attendee_line(*document->items().front(), {address}).value_or(IcalProperty());
    };
    auto text = replied(delegating, planning).text.value_or("");
    BOOST_TEST(line(text, "bob@example.org").parameter("PARTSTAT") == "DELEGATED");
    BOOST_TEST(line(text, "bob@example.org").parameter("DELEGATED-TO") == "mailto:dora@example.net");
    BOOST_TEST(line(text, "bob@example.org").parameter("X-KEPT") == "1");
    BOOST_TEST(line(text, "dora@example.net").parameter("PARTSTAT") == "NEEDS-ACTION");
    BOOST_TEST(line(text, "dora@example.net").parameter("CN") == "Dora");
    BOOST_TEST(line(text, "dora@example.net").parameter("DELEGATED-FROM") == "mailto:bob@example.org");
    BOOST_TEST(!replied(delegating, text).changes_anything());
    text = replied(doras("ACCEPTED"), text, "dora@example.net").text.value_or("");
    BOOST_TEST(line(text, "dora@example.net").parameter("PARTSTAT") == "ACCEPTED");
    BOOST_TEST(line(text, "bob@example.org").parameter("PARTSTAT") == "DELEGATED");
    auto const himself = replaced(replaced(thunderbird_reply, "DECLINED", "ACCEPTED"),
                                  "DTSTAMP:20261122T080500Z", "DTSTAMP:20261122T100000Z");
    text = replied(himself, text).text.value_or("");
    BOOST_TEST(line(text, "bob@example.org").parameter("PARTSTAT") == "ACCEPTED");
    BOOST_TEST(line(text, "bob@example.org").parameter("DELEGATED-TO") == "");
    BOOST_TEST(!replied(replaced(delegating, "mailto:dora@example.net\":", "nobody\":"), planning)
                    .changes_anything());
}

BOOST_AUTO_TEST_CASE(who_organizes_may_have_another_address_and_somebody_who_acts)
{
    AnnasCalendar annas;
    auto const cancel = [](std::string const &request) {
        return replaced(replaced(request, "METHOD:REQUEST", "METHOD:CANCEL"), "SEQUENCE:1", "SEQUENCE:2");
    };
    auto const is_off = [](MeetingUpdate const &update) {
        return has(update.text.value_or(""), "STATUS:CANCELLED");
    };
    auto const stored = accepted(icloud_exception, "");
    BOOST_TEST(is_off(cancelled(cancel(icloud_exception), stored, "2_GEZDGNBVGY3TQOJQ@imip.me.com")));
    BOOST_TEST(is_off(cancelled(cancel(icloud_exception), stored, "Olga@example.com")));
    BOOST_TEST(!is_off(cancelled(cancel(icloud_exception), stored, "secretary@example.com")));
    auto const by =
        replaced(icloud_exception, "ORGANIZER;", "ORGANIZER;SENT-BY=\"mailto:secretary@example.com\";");
    BOOST_TEST(is_off(cancelled(cancel(by), accepted(by, ""), "secretary@example.com")));
    BOOST_TEST(!is_off(cancelled(cancel(by), stored, "secretary@example.com"))); // who says so of oneself
    // So may who is invited.
    auto const apart = replaced(icloud_exception, ":\r\n mailto:anna@example.com",
                                ";EMAIL=anna@example.com:\r\n mailto:2_anna@imip.me.com");
    auto const answered = accepted(apart, "");
    auto const document = *IcalDocument::parse(answered);
    auto const event = *document.items().front();
    BOOST_TEST(event.properties("ATTENDEE").size() == 1u);
    BOOST_TEST(event.property("ATTENDEE")->parameter("PARTSTAT") == "ACCEPTED");
    auto const reply = itip_answer(document, event, {}, annas.context).value();
    BOOST_TEST(has(reply.calendar.print(), "mailto:2_anna@imip.me.com"));
    BOOST_TEST(reply.to.front().email == "2_GEZDGNBVGY3TQOJQ@imip.me.com");
}

BOOST_AUTO_TEST_CASE(an_older_reply_that_is_looked_at_later_changes_nothing)
{
    auto const first = replaced(replaced(thunderbird_reply, "DECLINED", "ACCEPTED"),
                                "DTSTAMP:20261122T080500Z", "DTSTAMP:20261122T070000Z");
    auto const once = replied(first, planning).text.value();
    auto const twice = replied(thunderbird_reply, once).text.value();
    BOOST_TEST(has(twice, "PARTSTAT=DECLINED"));
    BOOST_TEST(!replied(first, twice).changes_anything());
}

BOOST_AUTO_TEST_CASE(a_counter_proposal_is_an_answer_and_moves_nothing)
{
    auto const update = replied(exchange_counter, planning);
    BOOST_REQUIRE(update.text);
    BOOST_TEST(has(*update.text, "PARTSTAT=TENTATIVE"));
    BOOST_TEST(has(*update.text, "DTSTART:20261130T083000Z"));
    BOOST_TEST(!replied(exchange_counter, *update.text).changes_anything());
    auto const document = *IcalDocument::parse(*update.text);
    auto const bob = attendees_of(*document.items().front()).front();
    BOOST_REQUIRE(bob.proposed_start);
    BOOST_TEST(format_compact_datetime(bob.proposed_start->value) == "20261130T133000Z");
    BOOST_TEST(format_compact_datetime(bob.proposed_end->value) == "20261130T140000Z");
}

BOOST_AUTO_TEST_CASE(days_that_are_proposed_are_told_as_days)
{
    std::string const times = "DTSTART;VALUE=DATE:20261130\r\nDTEND;VALUE=DATE:20261201\r\n";
    auto const whole_day = [](std::string text, std::string const &days) {
        text.erase(text.find("DTEND"), text.find("\r\n", text.find("DTEND")) + 2 - text.find("DTEND"));
        auto const at = text.find("DTSTART");
        return text.replace(at, text.find("\r\n", at) + 2 - at, days);
    };
    auto const days = replaced(replaced(times, "20261201", "20261204"), "20261130", "20261203");
    auto const update = replied(whole_day(exchange_counter, days), whole_day(planning, times));
    BOOST_REQUIRE(update.text);
    auto const document = *IcalDocument::parse(*update.text);
    auto const bob = attendees_of(*document.items().front()).front();
    BOOST_REQUIRE(bob.proposed_start);
    BOOST_TEST(format_compact_datetime(bob.proposed_start->value) == "20261203T000000Z");
    BOOST_TEST(format_compact_datetime(bob.proposed_end->value) == "20261204T000000Z");
}

BOOST_AUTO_TEST_CASE(a_reply_to_one_instance_makes_an_exception)
{
    auto const series = replaced(planning, "SUMMARY", "RRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY");
    auto const reply =
        replaced(thunderbird_reply, "SEQUENCE:1", "RECURRENCE-ID:20261202T083000Z\r\nSEQUENCE:1");
    auto const update = replied(reply, series);
    BOOST_REQUIRE(update.text);
    BOOST_TEST(has(*update.text, "RECURRENCE-ID:20261202T083000Z"));
    BOOST_TEST(has(*update.text, "PARTSTAT=NEEDS-ACTION"));
    BOOST_TEST(has(*update.text, "PARTSTAT=DECLINED"));
    BOOST_TEST(!replied(replaced(reply, "RECURRENCE-ID:20261202T08", "RECURRENCE-ID:20261202T09"), series)
                    .changes_anything());
}

BOOST_AUTO_TEST_CASE(who_accepts_a_series_does_not_take_back_that_an_instance_was_declined)
{
    auto const series = replaced(planning, "SEQUENCE:1\r\n", "SEQUENCE:1\r\nRRULE:FREQ=DAILY;COUNT=5\r\n");
    auto const said = [](std::string const &partstat, int minute, std::string const &lines = "") {
        return "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:c8b1e2f0-5a4d-4f6e-9b3c-"
               "2d1e0f9a8b7c\r\n"
               "SEQUENCE:1\r\nDTSTAMP:20261122T10" +
               std::to_string(minute) + "00Z\r\nDTSTART:20261130T083000Z\r\n" + lines +
               "ATTENDEE;PARTSTAT=" + partstat + ":mailto:bob@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    };
    auto text = *replied(said("TENTATIVE", 10), series).text;
    text = *replied(said("DECLINED", 11, "RECURRENCE-ID:20261202T083000Z\r\n"), text).text;
    text = *replied(said("ACCEPTED", 12), text).text;
    auto const bobs = [](std::string const &text) {
        std::string answers;
        auto const document = IcalDocument::parse(text);
        for (auto const *event : document->items())
            answers += own_attendee_line(*event, {"bob@example.org"})->parameter("PARTSTAT") + ' ';
        return answers;
    };
    BOOST_TEST(bobs(text) == "ACCEPTED DECLINED ");
    text = *replied(said("DECLINED", 13), text).text; // and who declines it all comes back to all of it
    BOOST_TEST(bobs(text) == "DECLINED DECLINED ");
    text = *replied(said("ACCEPTED", 14), text).text;
    BOOST_TEST(bobs(text) == "ACCEPTED ACCEPTED ");
}

BOOST_AUTO_TEST_CASE(a_reply_to_hundreds_of_instances_makes_few_exceptions)
{
    auto const series = replaced(planning, "SUMMARY", "RRULE:FREQ=DAILY\r\nSUMMARY");
    auto const replies = [](int count, std::chrono::year year) {
        std::string text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\n";
        for (int i = 0; i < count; i++) {
            auto const day =
                std::chrono::sys_days(year / 12 / 1) + std::chrono::days(i) + std::chrono::minutes(510);
            text += "BEGIN:VEVENT\r\nUID:c8b1e2f0-5a4d-4f6e-9b3c-2d1e0f9a8b7c\r\nSEQUENCE:1\r\n"
                    "DTSTAMP:20261122T080500Z\r\nRECURRENCE-ID:" +
                    format_compact_datetime(Instant::from_seconds(
                        std::chrono::duration_cast<std::chrono::seconds>(day.time_since_epoch()).count())) +
                    "\r\nATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.org\r\nEND:VEVENT\r\n";
        }
        return text + "END:VCALENDAR\r\n";
    };
    auto const exceptions = [](std::string const &text) {
        size_t count = 0;
        for (auto at = text.find("RECURRENCE-ID"); at != text.npos; at = text.find("RECURRENCE-ID", at + 1))
            count++;
        return count;
    };
    auto const many = replies(200, std::chrono::year(2026));
    auto const text = replied(many, series).text.value_or("");
    BOOST_TEST(exceptions(text) == 50u);
    BOOST_TEST(!replied(many, text).changes_anything()); // nor the next fifty when it is looked at again
    // Far from the series' start each costs a walk; together they have one budget.
    BOOST_TEST(exceptions(replied(replies(50, std::chrono::year(2800)), series).text.value_or("")) < 10u);
    auto const large =
        replaced(series, "SUMMARY",
                 "ATTACH;ENCODING=BASE64;VALUE=BINARY:" + std::string(1'600'000, 'x') + "\r\nSUMMARY");
    auto const grown = replied(replies(20, std::chrono::year(2026)), large).text.value_or("");
    BOOST_TEST(exceptions(grown) == 20u);
    BOOST_TEST(grown.size() < size_t{8 << 20});
}

BOOST_AUTO_TEST_CASE(an_answer_to_a_series_is_one_to_its_exceptions)
{
    auto const series = replaced(planning, "SUMMARY", "RRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY");
    auto const carl =
        replaced(replaced(thunderbird_reply, "mai\r\n lto:bob@example.org", "mailto:carl@example.net"),
                 "SEQUENCE:1", "RECURRENCE-ID:20261202T083000Z\r\nSEQUENCE:1");
    auto const with_exception =
        replied(carl, series, "carl@example.net").text.value(); // Bob has not answered it
    auto const answered = [](std::string const &text) {
        auto const document = *IcalDocument::parse(text);
        std::vector<Status> answers;
        for (auto const *event : document.items())
            answers.push_back(*attendees_of(*event).front().status);
        return answers;
    };
    auto const all = replied(thunderbird_reply, with_exception);
    BOOST_REQUIRE(all.text);
    BOOST_TEST((answered(*all.text) == std::vector{Status::declined, Status::declined}));
    BOOST_TEST(!replied(thunderbird_reply, *all.text).changes_anything());

    auto const bob =
        replaced(replaced(thunderbird_reply, "DTSTAMP:20261122T080500Z", "DTSTAMP:20261122T090000Z"),
                 "SEQUENCE:1", "RECURRENCE-ID:20261202T083000Z\r\nSEQUENCE:1");
    auto const newer = replied(replaced(bob, "DECLINED", "ACCEPTED"), with_exception).text.value();
    auto const both = replied(thunderbird_reply, newer).text.value(); // older than that to the instance
    BOOST_TEST((answered(both) == std::vector{Status::declined, Status::accepted}));
}

BOOST_AUTO_TEST_CASE(an_answer_to_a_series_is_one_to_instances_that_moved_before)
{
    auto const exception =
        "BEGIN:VEVENT\r\nUID:c8b1e2f0-5a4d-4f6e-9b3c-2d1e0f9a8b7c\r\n"
        "RECURRENCE-ID:20261202T083000Z\r\nDTSTART:20261202T103000Z\r\n"
        "DTSTAMP:20261121T000000Z\r\nSEQUENCE:4\r\nORGANIZER:mailto:anna@example.com\r\n"
        "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR";
    auto const stored = replaced(replaced(planning, "SUMMARY", "RRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY"),
                                 "END:VCALENDAR", exception);
    auto const text = replied(thunderbird_reply, stored).text.value_or("");
    BOOST_TEST(has(text.substr(text.find("RECURRENCE-ID")), "PARTSTAT=DECLINED"));
    auto const later = replaced(stored, "DTSTAMP:20261121T000000Z", "DTSTAMP:20261122T090000Z");
    auto const kept = replied(thunderbird_reply, later).text.value_or("");
    BOOST_TEST(has(kept.substr(kept.find("RECURRENCE-ID")), "PARTSTAT=NEEDS-ACTION"));
}

BOOST_AUTO_TEST_CASE(an_answer_tells_what_another_client_of_the_organizer_counted)
{
    auto const reply = [](std::string const &sequence, std::string const &stored) {
        return replied(replaced(thunderbird_reply, "SEQUENCE:1", "SEQUENCE:" + sequence), stored);
    };
    auto const update = reply("3", planning);
    BOOST_REQUIRE(update.text);
    BOOST_TEST(has(*update.text, "X-EAS-ANSWERED-SEQUENCE:3\r\n"));
    BOOST_TEST(has(*update.text, "SEQUENCE:1\r\n")); // an answer to it is none that is late
    BOOST_TEST(!reply("3", *update.text).changes_anything());
    BOOST_TEST(!reply("1", *update.text).changes_anything());
    for (auto const *made_up : {"1", "2000", "9223372036854775807"})
        BOOST_TEST(!has(reply(made_up, planning).text.value(), "X-EAS-ANSWERED-SEQUENCE"), made_up);
}

BOOST_AUTO_TEST_CASE(forged_and_late_replies_change_nothing)
{
    BOOST_TEST(!replied(thunderbird_reply, planning, "eve@example.com").changes_anything());
    BOOST_TEST(!replied(thunderbird_reply, planning, "").changes_anything());
    auto const of_stranger =
        replaced(thunderbird_reply, "mai\r\n lto:bob@example.org", "mailto:eve@example.com");
    BOOST_TEST(!replied(of_stranger, planning, "eve@example.com").changes_anything());
    auto const late = replaced(thunderbird_reply, "SEQUENCE:1", "SEQUENCE:0");
    BOOST_TEST(!replied(late, planning).changes_anything());
    auto const of_anna =
        replaced(thunderbird_reply, "mai\r\n lto:bob@example.org", "mailto:anna@example.com");
    BOOST_TEST(!replied(of_anna, planning, "anna@example.com").changes_anything());
    auto const of_others = replaced(planning, "ORGANIZER:mailto:anna@", "ORGANIZER:mailto:olga@");
    BOOST_TEST(!replied(thunderbird_reply, of_others).changes_anything());
    BOOST_TEST(!replied(thunderbird_reply, "").changes_anything());
    BOOST_TEST(!replied(thunderbird_reply, "BEGIN:VCALENDAR").changes_anything());
}

BOOST_AUTO_TEST_CASE(a_cancelled_meeting_stays_and_says_so)
{
    auto const stored = accepted(google_update, "");
    auto const update = cancelled(google_cancel, stored);
    BOOST_REQUIRE(update.text);
    BOOST_TEST(has(*update.text, "STATUS:CANCELLED"));
    BOOST_TEST(has(*update.text, "SEQUENCE:3"));
    BOOST_TEST(has(*update.text, "TRANSP:TRANSPARENT"));
    BOOST_TEST(!cancelled(google_cancel, *update.text).changes_anything());
}

BOOST_AUTO_TEST_CASE(that_somebody_else_is_not_wanted_calls_nothing_off)
{
    auto const stored = accepted(google_update, "");
    auto const of_others =
        replaced(replaced(google_cancel, "mailto:anna@", "mailto:carl@"), "STATUS:CANCELLED\r\n", "");
    BOOST_TEST(!cancelled(of_others, stored).changes_anything());
    BOOST_TEST(cancelled(replaced(google_cancel, "STATUS:CANCELLED\r\n", ""), stored).changes_anything());
    BOOST_TEST(cancelled(replaced(google_cancel, "mailto:anna@", "mailto:list@"), stored).changes_anything());
}

BOOST_AUTO_TEST_CASE(a_series_that_is_called_off_takes_its_exceptions_with_it)
{
    auto const count = [](std::string const &text) {
        size_t found = 0;
        for (size_t at = 0; (at = text.find("STATUS:CANCELLED", at)) != std::string::npos; at++)
            found++;
        return found;
    };
    auto const series =
        replaced(icloud_exception, "RECURRENCE-ID;VALUE=DATE:20261224\r\n", "RRULE:FREQ=DAILY\r\n");
    auto const instance = replaced(icloud_exception, "SEQUENCE:1", "SEQUENCE:5");
    auto const stored = accepted(instance, accepted(series, ""));
    auto const organizer = "2_GEZDGNBVGY3TQOJQ@imip.me.com";
    auto const all =
        replaced(replaced(series, "METHOD:REQUEST", "METHOD:CANCEL"), "SEQUENCE:1", "SEQUENCE:2");
    BOOST_TEST(count(cancelled(all, stored, organizer).text.value_or("")) == 2u);
    auto const one =
        replaced(replaced(instance, "METHOD:REQUEST", "METHOD:CANCEL"), "SEQUENCE:5", "SEQUENCE:6");
    BOOST_TEST(count(cancelled(one, stored, organizer).text.value_or("")) == 1u);
    auto const late = replaced(all, "SEQUENCE:2", "SEQUENCE:0");
    BOOST_TEST(!cancelled(late, stored, organizer).changes_anything());
    // Who was invited to instances only has no series.
    auto const orphans = accepted(replaced(instance, "20261224", "20261228"), accepted(instance, ""));
    auto const later = replaced(all, "SEQUENCE:2", "SEQUENCE:6");
    BOOST_TEST(count(cancelled(later, orphans, organizer).text.value_or("")) == 2u);
}

BOOST_AUTO_TEST_CASE(an_instance_and_all_that_follow_are_called_off_and_declined)
{
    AnnasCalendar annas;
    auto const stored = accepted(outlook_request, ""); // Mondays and Wednesdays from 7 December on
    auto const about = [&](std::string const &method, char const *lines) {
        auto const rule =
            std::string("RRULE:FREQ=WEEKLY;UNTIL=20270131T090000Z;INTERVAL=1;BYDAY=MO,WE;WKST=MO");
        auto const text = replaced(replaced(outlook_request, "METHOD:REQUEST", method), rule, lines);
        return replaced(replaced(text, "SEQUENCE:0", "SEQUENCE:1"), "DTSTAMP:20261120", "DTSTAMP:20261121");
    };
    char const *const rest = "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=W. Europe Standard Time:20261214T100000";
    auto const later = replaced(replaced(about("METHOD:REQUEST", rest), ";RANGE=THISANDFUTURE", ""),
                                ":20261214T100000", ":20261221T100000");
    auto const with_exception = accepted(later, stored);
    auto const cancel = about("METHOD:CANCEL", rest);
    auto const off = cancelled(cancel, with_exception).text.value_or("");
    BOOST_TEST(has(off, "UNTIL=20261214T090000Z"), off);
    BOOST_TEST(has(off, "RECURRENCE-ID;TZID=W. Europe Standard Time:20261214T100000"), off);
    BOOST_TEST(has(off, "STATUS:CANCELLED"));
    BOOST_TEST(!has(off, "20261221T100000"));
    BOOST_TEST(!cancelled(cancel, off).changes_anything());
    BOOST_TEST(!take_invitation(invitation(outlook_request), off, "olga@example.com", annas.context)
                    .changes_anything()); // the rest stays off
    BOOST_TEST(!cancelled(cancel, stored, "eve@example.com").changes_anything());
    BOOST_TEST(!cancelled(replaced(cancel, "SEQUENCE:1", "SEQUENCE:-1"), stored).changes_anything());

    auto const from_the_first = replaced(cancel, ":20261214T100000", ":20261207T100000");
    auto const all = cancelled(from_the_first, stored).text.value_or("");
    BOOST_TEST(has(all, "UNTIL=20270131T090000Z"));
    BOOST_TEST(has(all, "STATUS:CANCELLED"));

    auto const request = about("METHOD:REQUEST", rest);
    auto const declined =
        decline_invitation(invitation(request), with_exception, annas.context).text.value_or("");
    BOOST_TEST(has(declined, "UNTIL=20261214T085959Z"), declined);
    BOOST_TEST(!has(declined, "RECURRENCE-ID"));
    auto const first = invitation(replaced(request, ":20261214T100000", ":20261207T100000"));
    BOOST_TEST(decline_invitation(first, stored, annas.context).is_removed);

    // Who was invited to instances only.
    auto const orphans =
        accepted(later, accepted(about("METHOD:REQUEST", "RECURRENCE-ID;TZID=W. Europe Standard "
                                                         "Time:20261209T100000"),
                                 ""));
    auto const one_off = cancelled(replaced(cancel, "SEQUENCE:1", "SEQUENCE:2"), orphans).text.value_or("");
    BOOST_TEST(one_off.find("STATUS:CANCELLED") == one_off.rfind("STATUS:CANCELLED"));
    BOOST_TEST(one_off.find("20261209T100000") < one_off.find("STATUS:CONFIRMED"));
    auto const left = decline_invitation(invitation(request), orphans, annas.context).text.value_or("");
    BOOST_TEST(has(left, "20261209T100000"));
    BOOST_TEST(!has(left, "20261221T100000"));
}

BOOST_AUTO_TEST_CASE(an_instance_and_all_that_follow_are_moved)
{
    AnnasCalendar annas;
    auto const stored = accepted(outlook_request, "");
    auto const about = [&](char const *id, char const *hour) {
        auto const rule =
            std::string("RRULE:FREQ=WEEKLY;UNTIL=20270131T090000Z;INTERVAL=1;BYDAY=MO,WE;WKST=MO");
        auto text = replaced(outlook_request, rule, id);
        text = replaced(replaced(text, ":20261207T100000", hour), ":20261207T110000", hour);
        return replaced(replaced(text, "SEQUENCE:0", "SEQUENCE:1"), "DTSTAMP:20261120", "DTSTAMP:20261121");
    };
    auto const single =
        about("RECURRENCE-ID;TZID=W. Europe Standard Time:20261221T100000", ":20261221T120000");
    auto const rest = replaced(about("RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=W. Europe Standard "
                                     "Time:20261214T100000",
                                     ":20261214T150000"),
                               "SEQUENCE:1", "SEQUENCE:2");
    auto const text = accepted(rest, accepted(single, stored));
    BOOST_TEST(!has(text, "20261221T120000")); // what was said of it before
    auto const event =
        event_instance(*IcalDocument::parse(text), parse_datetime("20261228T090000Z"), annas.context);
    BOOST_REQUIRE(event);
    BOOST_TEST(event->property("DTSTART")->value == "20261228T150000");
    BOOST_TEST(event->property("RECURRENCE-ID")->value == "20261228T100000");
    BOOST_TEST(event->property("RECURRENCE-ID")->parameter("RANGE") == "");
    auto const newer = accepted(replaced(single, "SEQUENCE:1", "SEQUENCE:3"), text);
    BOOST_TEST(has(newer, "20261221T120000"));
    // One instance is declined, and the others stay where they are.
    auto const declined =
        answer_item(text, parse_datetime("20261214T090000Z"), Status::declined, annas.context)
            ->text.value_or("");
    BOOST_TEST(has(declined, "EXDATE;TZID=W. Europe Standard Time:20261214T100000"), declined);
    BOOST_TEST(has(declined, "DTSTART;TZID=W. Europe Standard Time:20261214T150000"));
}

BOOST_AUTO_TEST_CASE(forged_and_late_cancellations_change_nothing)
{
    auto const stored = accepted(google_update, "");
    BOOST_TEST(!cancelled(google_cancel, stored, "eve@example.com").changes_anything());
    auto const of_eve = replaced(google_cancel, "mailto:olga@example.com", "mailto:eve@example.com");
    BOOST_TEST(!cancelled(of_eve, stored, "eve@example.com").changes_anything());
    auto const late = replaced(google_cancel, "SEQUENCE:3", "SEQUENCE:1");
    BOOST_TEST(!cancelled(late, stored).changes_anything());
    BOOST_TEST(!cancelled(google_cancel, planning, "anna@example.com").changes_anything());
    BOOST_TEST(!cancelled(google_cancel, "").changes_anything());
}

BOOST_AUTO_TEST_CASE(among_messages_of_one_revision_the_latest_counts)
{
    auto const at = [](std::string const &text, char const *stamp) {
        auto const begin = text.find("DTSTAMP:") + 8;
        return text.substr(0, begin) + stamp + text.substr(text.find('\r', begin));
    };
    auto const stored = accepted(at(google_update, "20261102T080000Z"), "");
    auto const cancel = replaced(google_cancel, "SEQUENCE:3", "SEQUENCE:2");
    BOOST_TEST(!cancelled(at(cancel, "20261101T080000Z"), stored).changes_anything());
    auto const off = cancelled(at(cancel, "20261103T080000Z"), stored).text.value_or("");
    BOOST_TEST(has(off, "STATUS:CANCELLED"));
    AnnasCalendar annas;
    auto const takes = [&](char const *stamp) {
        return take_invitation(invitation(at(google_update, stamp)), off, "olga@example.com", annas.context)
            .changes_anything();
    };
    BOOST_TEST(!takes("20261102T120000Z"));
    BOOST_TEST(takes("20261104T080000Z"));
    auto const other_room = replaced(google_update, "DTSTART:20261210T14", "DTSTART:20261210T13");
    auto const answered = accepted(at(other_room, "20261101T080000Z"), stored, Status::tentative);
    BOOST_TEST(has(answered, "DTSTART:20261210T14"));
    BOOST_TEST(has(answered, "PARTSTAT=TENTATIVE"));
    BOOST_TEST(has(accepted(at(other_room, "20261103T080000Z"), stored), "DTSTART:20261210T13"));
}

BOOST_AUTO_TEST_CASE(a_series_that_is_read_after_its_newer_exception_keeps_it)
{
    auto const series =
        replaced(icloud_exception, "RECURRENCE-ID;VALUE=DATE:20261224\r\n", "RRULE:FREQ=DAILY;COUNT=9\r\n");
    auto const instance = replaced(icloud_exception, "SEQUENCE:1", "SEQUENCE:2");
    auto const kept = accepted(series, accepted(instance, ""));
    BOOST_TEST(has(kept, "RECURRENCE-ID;VALUE=DATE:20261224"));
    BOOST_TEST(has(kept, "RRULE:FREQ=DAILY;COUNT=9"));
    auto const newer = replaced(series, "SEQUENCE:1", "SEQUENCE:3");
    BOOST_TEST(!has(accepted(newer, accepted(instance, "")), "RECURRENCE-ID"));
}

BOOST_AUTO_TEST_CASE(who_was_invited_to_an_instance_and_then_to_the_series_keeps_the_instance)
{
    auto const stored = accepted(icloud_exception, "");
    auto const series = replaced(
        replaced(icloud_exception, "RECURRENCE-ID;VALUE=DATE:20261224\r\n", "RRULE:FREQ=DAILY;COUNT=9\r\n"),
        "DTSTAMP:20261122", "DTSTAMP:20261123");
    BOOST_TEST(has(accepted(series, stored), "RECURRENCE-ID;VALUE=DATE:20261224"));
    auto const without = replaced(series, "FREQ=DAILY", "FREQ=WEEKLY");
    BOOST_TEST(!has(accepted(without, stored), "RECURRENCE-ID"));
}

BOOST_AUTO_TEST_CASE(an_outdated_invitation_that_is_declined_takes_nothing_away)
{
    AnnasCalendar annas;
    auto const old = replaced(google_update, "SEQUENCE:2", "SEQUENCE:1");
    BOOST_TEST(
        !decline_invitation(invitation(old), accepted(google_update, ""), annas.context).changes_anything());
    auto const series =
        replaced(icloud_exception, "RECURRENCE-ID;VALUE=DATE:20261224\r\n", "RRULE:FREQ=DAILY\r\n");
    auto const stored = accepted(replaced(series, "SEQUENCE:1", "SEQUENCE:2"), "");
    BOOST_TEST(!decline_invitation(invitation(icloud_exception), stored, annas.context).changes_anything());
}

BOOST_AUTO_TEST_CASE(a_time_zone_of_a_known_name_with_other_rules_gets_another_name)
{
    auto const in_zone = [](std::string const &offset, std::string const &more) {
        auto const zone = "BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\nBEGIN:STANDARD\r\n"
                          "DTSTART:16010101T000000\r\nTZOFFSETFROM:" +
                          offset + "\r\nTZOFFSETTO:" + offset +
                          "\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT";
        auto text = replaced(google_update, "BEGIN:VEVENT", zone);
        text = replaced(text, "DTSTART:20261210T140000Z",
                        more + "DTSTART;TZID=Customized Time Zone:20261210T140000");
        return replaced(text, "DTEND:20261210T143000Z", "DTEND;TZID=Customized Time Zone:20261210T143000");
    };
    auto const stored = accepted(in_zone("+0100", "RRULE:FREQ=DAILY\r\n"), "");
    auto const instance = "RECURRENCE-ID:20261212T130000Z\r\n";
    auto const same = accepted(in_zone("+0100", instance), stored);
    BOOST_TEST(!has(same, "/dovecot-eas/"));
    auto const text = accepted(in_zone("-0500", instance), stored);
    AnnasCalendar annas;
    auto const document = *IcalDocument::parse(text);
    IcalZones zones(document, annas.context);
    auto const moved = event_instance(document, parse_datetime("20261212T130000Z"), annas.context);
    BOOST_REQUIRE(moved);
    BOOST_TEST(format_compact_datetime(ical_time_of(*moved, "DTSTART", zones)->instant()) ==
               "20261210T190000Z");
    auto const series = event_instance(document, {}, annas.context);
    BOOST_TEST(format_compact_datetime(ical_time_of(*series, "DTSTART", zones)->instant()) ==
               "20261210T130000Z");
    BOOST_TEST(accepted(in_zone("-0500", instance), text) == ""); // adopted once
    auto const sent = itip_message(document, "REQUEST").print();
    BOOST_TEST(has(sent, "TZID:/dovecot-eas/Customized Time Zone"));
}

BOOST_AUTO_TEST_CASE(an_event_of_that_uid_of_another_organizer_or_of_none_is_left_alone)
{
    AnnasCalendar annas;
    auto const of_olga = accepted(google_update, "");
    BOOST_TEST(is_stored_meeting_of("", "olga@example.com"));
    BOOST_TEST(is_stored_meeting_of(of_olga, "Olga@example.com"));
    BOOST_TEST(!is_stored_meeting_of(of_olga, "eve@example.com"));
    auto const line = of_olga.find("ORGANIZER");
    auto const alone = of_olga.substr(0, line) + "X-WAS-" + of_olga.substr(line);
    BOOST_TEST(!is_stored_meeting_of(alone, "olga@example.com"));
    auto const instance = "BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID:20261211T140000Z\r\n"
                          "DTSTART:20261211T140000Z\r\nEND:VEVENT\r\nEND:VCALENDAR";
    BOOST_TEST(!is_stored_meeting_of(replaced(of_olga, "END:VCALENDAR", instance), "olga@example.com"));
    auto const newer = replaced(google_update, "SEQUENCE:2", "SEQUENCE:9");
    for (auto const &stored : {alone, replaced(of_olga, "mailto:olga@example.com", "mailto:eve@example.com")})
        BOOST_TEST(!take_invitation(invitation(newer), stored, "olga@example.com", annas.context)
                        .changes_anything());
}

BOOST_AUTO_TEST_CASE(what_the_calendar_makes_of_a_request)
{
    using Instance = MeetingRequest::InstanceType;
    using Type = MeetingRequest::MessageType;
    AnnasCalendar annas;
    auto const compared = [&](std::string const &request, std::string const &stored,
                              ProtocolVersion version = v16_0) {
        auto compared = *meeting_request_from(invitation(request), annas.context.now, version, annas.context);
        compare_with_stored(compared, stored, version, annas.context);
        return std::pair(compared.instance_type, compared.message_type);
    };
    auto const with = [](std::string const &text, std::string const &sequence, std::string const &stamp) {
        return replaced(replaced(text, "SEQUENCE:1", "SEQUENCE:" + sequence), "DTSTAMP:20261122T070000Z",
                        "DTSTAMP:" + stamp);
    };
    auto const series =
        replaced(icloud_exception, "RECURRENCE-ID;VALUE=DATE:20261224\r\n", "RRULE:FREQ=DAILY\r\n");
    auto const stored = accepted(series, "");
    BOOST_TEST((compared(series, "") == std::pair(Instance::series, Type::full_update)));
    BOOST_TEST((compared(series, stored) == std::pair(Instance::series, Type::full_update)));
    BOOST_TEST((compared(with(series, "0", "20261123T070000Z"), stored) ==
                std::pair(Instance::series, Type::outdated)));
    BOOST_TEST((compared(with(series, "1", "20261123T070000Z"), stored) ==
                std::pair(Instance::series, Type::informational)));
    auto const moved =
        replaced(with(series, "1", "20261123T070000Z"), "20261223\r\nDTEND;VALUE=DATE:20261224",
                 "20261222\r\nDTEND;VALUE=DATE:20261223");
    BOOST_TEST((compared(moved, stored) == std::pair(Instance::series, Type::full_update)));
    // An instance of a series that the user has; another time is no mere information
    BOOST_TEST((compared(with(icloud_exception, "1", "20261123T070000Z"), stored) ==
                std::pair(Instance::exception, Type::full_update)));
    BOOST_TEST((compared(with(icloud_exception, "0", "20261123T070000Z"), stored) ==
                std::pair(Instance::exception, Type::outdated)));
    auto const both = accepted(icloud_exception, stored);
    BOOST_TEST((compared(with(icloud_exception, "1", "20261123T070000Z"), both) ==
                std::pair(Instance::exception, Type::informational)));
    // Of a series that the user has not: known from 16.0 on
    BOOST_TEST((compared(icloud_exception, "").first == Instance::orphan));
    BOOST_TEST((compared(icloud_exception, accepted(icloud_exception, "")).first == Instance::orphan));
    BOOST_TEST((compared(icloud_exception, "", v14_1).first == Instance::exception));
    // Two of them are one item with an exception each.
    auto const other = replaced(icloud_exception, "20261224\r\nUID", "20261230\r\nUID");
    BOOST_TEST((compared(other, accepted(icloud_exception, "")).first == Instance::exception));
}

BOOST_AUTO_TEST_CASE(an_answer_to_instances_without_their_series_speaks_of_each)
{
    AnnasCalendar annas;
    auto const ids = [&](std::string const &text, char const *original) {
        std::string found;
        auto const instant = *original ? parse_datetime(original) : std::nullopt;
        for (auto const &event : instances_to_answer(*IcalDocument::parse(text), instant, annas.context))
            found +=
                event.property("RECURRENCE-ID") ? event.property("RECURRENCE-ID")->value + " " : "series ";
        return found;
    };
    auto const two =
        accepted(replaced(icloud_exception, "20261224", "20261228"), accepted(icloud_exception, ""));
    BOOST_TEST(ids(two, "") == "20261224 20261228 ");
    BOOST_TEST(ids(two, "20261228T000000Z") == "20261228 ");
    BOOST_TEST(ids(two, "20261229T000000Z") == "");
    BOOST_TEST(ids(accepted(outlook_request, ""), "") == "series ");
    BOOST_TEST(describe_meeting(two, annas.context).is_recurring);
}

BOOST_AUTO_TEST_CASE(what_the_user_answered_and_who_organizes)
{
    AnnasCalendar annas;
    auto const stored = describe_meeting(accepted(outlook_request, ""), annas.context);
    BOOST_TEST(stored.is_meeting);
    BOOST_TEST(!stored.is_organizer);
    BOOST_TEST(stored.is_recurring);
    BOOST_TEST((stored.answer == Status::accepted));
    BOOST_TEST((stored.answered == annas.context.now));
    BOOST_TEST(describe_meeting(planning, annas.context).is_organizer);
    BOOST_TEST(!describe_meeting("", annas.context).is_meeting);
}

BOOST_AUTO_TEST_SUITE_END()
