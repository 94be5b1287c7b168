// What organizers and attendees are told: RFC 5546, RFC 6047.
#include "mapping/event-instance.h"
#include "mapping/ical-people.h"
#include "mapping/invitation.h"
#include "mapping/itip.h"
#include "mapping/outgoing-message.h"
#include "mapping/parsed-mime.h"
#include "meeting-samples.h"
#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

BOOST_AUTO_TEST_SUITE(itip_suite)

namespace {

struct Calendar {
    ZoneNames names;
    CalendarContext context{names,
                            names.find("Europe/Berlin").value(),
                            Instant::from_seconds(1795341487),
                            {"anna@example.com", "adler@example.com"},
                            {}};
};

/// Anna's own meeting, in a week.
std::string meeting(std::string const &more = "", std::string const &second = "")
{
    return crlf("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\nBEGIN:VEVENT\nUID:plan-1\n"
                "DTSTAMP:20261101T000000Z\nDTSTART:20261130T090000Z\nDTEND:20261130T100000Z\nSUMMARY:Plan\n"
                "ORGANIZER;CN=Anna:mailto:anna@example.com\n"
                "ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@example.com\n"
                "ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.org\n"
                "ATTENDEE;CN=Carl;PARTSTAT=DECLINED:mailto:carl@example.net\n" +
                more + "END:VEVENT\n" + second + "END:VCALENDAR\n");
}

std::string const weekly = "RRULE:FREQ=WEEKLY;COUNT=5\n";
std::string const moved_instance = "BEGIN:VEVENT\nUID:plan-1\nRECURRENCE-ID:20261207T090000Z\n"
                                   "DTSTART:20261207T120000Z\nDTEND:20261207T130000Z\nSUMMARY:Plan\n"
                                   "ORGANIZER;CN=Anna:mailto:anna@example.com\n"
                                   "ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.org\nEND:VEVENT\n";

std::string replaced(std::string text, std::string const &from, std::string const &to)
{
    auto const at = text.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

Announcement announced(std::string const &before, std::string const &after)
{
    Calendar calendar;
    auto result = announce(before, after, calendar.context);
    BOOST_REQUIRE(result);
    return *std::move(result);
}

/// "REQUEST bob@example.org carl@example.net: Plan"
std::string show(ItipMail const &mail)
{
    std::string text = mail.method;
    for (auto const &person : mail.to)
        text += ' ' + person.email;
    return text + ": " + mail.subject;
}

std::string show(std::vector<ItipMail> const &mails)
{
    std::string text;
    for (auto const &mail : mails)
        text += (text.empty() ? "" : "; ") + show(mail);
    return text;
}

bool has(std::string const &text, std::string const &part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_new_meeting_invites_all_but_the_organizer)
{
    auto const text = meeting("CATEGORIES:Secret\nX-MOZ-LASTACK:20261101T000000Z\n"
                              "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM\n");
    auto const done = announced("", text);
    BOOST_TEST(done.text == text);
    BOOST_TEST(show(done.mails) == "REQUEST bob@example.org carl@example.net: Plan");
    auto const calendar = done.mails[0].calendar.print();
    BOOST_TEST(has(calendar, "METHOD:REQUEST\r\n"));
    BOOST_TEST(has(calendar, "SEQUENCE:0\r\n"));
    BOOST_TEST(has(calendar, "DTSTAMP:20261122T095807Z\r\n"));
    for (auto const *own : {"Secret", "X-MOZ", "VALARM", "DTSTAMP:20261101"})
        BOOST_TEST(!has(calendar, own), own);
}

BOOST_AUTO_TEST_CASE(what_another_client_of_the_organizer_told_is_not_newer)
{
    auto const answered = meeting("SEQUENCE:1\nX-EAS-ANSWERED-SEQUENCE:4\n");
    auto const renamed = announced(answered, replaced(answered, "SUMMARY:Plan", "SUMMARY:Plan B"));
    BOOST_REQUIRE(renamed.mails.size() == 1u);
    BOOST_TEST(has(renamed.mails[0].calendar.print(), "SEQUENCE:4\r\n"));
    BOOST_TEST(has(renamed.text, "SEQUENCE:4\r\n"));
    BOOST_TEST(!has(renamed.text, "X-EAS-ANSWERED-SEQUENCE"));
    auto const moved = announced(answered, replaced(answered, "T090000Z\r\nDTEND", "T093000Z\r\nDTEND"));
    BOOST_REQUIRE(moved.mails.size() == 1u);
    BOOST_TEST(has(moved.mails[0].calendar.print(), "SEQUENCE:5\r\n"));
    BOOST_TEST(has(moved.text, "SEQUENCE:5\r\n"));
    auto const off = announced(answered, "");
    BOOST_REQUIRE(off.mails.size() == 1u);
    BOOST_TEST(has(off.mails[0].calendar.print(), "SEQUENCE:5\r\n"));
    auto const quiet = announced(answered, replaced(answered, "SEQUENCE:1", "PRIORITY:1\r\nSEQUENCE:1"));
    BOOST_TEST(quiet.mails.empty());
    BOOST_TEST(has(quiet.text, "SEQUENCE:1\r\n"));
}

BOOST_AUTO_TEST_CASE(what_the_server_notes_of_attendees_is_not_told)
{
    auto const noted =
        replaced(meeting(), "ATTENDEE;CN=Carl;",
                 "ATTENDEE;X-EAS-ANSWERED=20261120T100000Z;X-EAS-PROPOSED=20261201T100000Z;CN=Carl;");
    auto const done = announced("", noted);
    BOOST_REQUIRE(done.mails.size() == 1u);
    auto const calendar = done.mails[0].calendar.print();
    BOOST_TEST(!has(calendar, "X-EAS-"), calendar);
    BOOST_TEST(has(calendar, "carl@example.net"));
    BOOST_TEST(done.text == noted);
}

BOOST_AUTO_TEST_CASE(what_concerns_the_organizer_alone_is_not_told)
{
    auto const before = meeting();
    BOOST_TEST(announced(before, before).mails.empty());
    auto const reminded =
        meeting("CATEGORIES:Secret\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM\n");
    auto const done = announced(before, reminded);
    BOOST_TEST(done.mails.empty());
    BOOST_TEST(done.text == reminded);
}

BOOST_AUTO_TEST_CASE(that_it_is_private_is_told)
{
    auto const done = announced(meeting("CLASS:PUBLIC\n"), meeting("CLASS:PRIVATE\n"));
    BOOST_TEST(show(done.mails) == "REQUEST bob@example.org carl@example.net: Plan");
    BOOST_TEST(has(done.mails[0].calendar.print(), "CN=Bob;PARTSTAT=ACCEPTED"));
    BOOST_TEST(announced(meeting(), meeting("CLASS:PUBLIC\n")).mails.empty());
}

BOOST_AUTO_TEST_CASE(attendees_are_to_be_what_the_organizer_is)
{
    auto const away = announced("", meeting("X-MICROSOFT-CDO-BUSYSTATUS:OOF\n"));
    BOOST_TEST(has(away.mails.at(0).calendar.print(), "\r\nX-MICROSOFT-CDO-INTENDEDSTATUS:OOF\r\n"));
    BOOST_TEST(!has(away.mails.at(0).calendar.print(), "BUSYSTATUS"));
    BOOST_TEST(!has(away.text, "INTENDEDSTATUS"));
}

BOOST_AUTO_TEST_CASE(an_event_without_attendees_or_of_another_organizer_is_nobodys_business)
{
    auto const alone = crlf("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nDTSTART:20261130T090000Z\n"
                            "END:VEVENT\nEND:VCALENDAR\n");
    BOOST_TEST(announced("", alone).mails.empty());
    BOOST_TEST(announced(alone, "").mails.empty());
    auto const others =
        replaced(meeting(), "ORGANIZER;CN=Anna:mailto:anna@example.com", "ORGANIZER:mailto:olga@example.com");
    BOOST_TEST(announced("", others).mails.empty());
    BOOST_TEST(announced(others, "").mails.empty());
}

BOOST_AUTO_TEST_CASE(a_new_time_raises_the_sequence_and_wants_new_answers)
{
    auto const done =
        announced(meeting("SEQUENCE:3\n"),
                  replaced(meeting("SEQUENCE:3\n"), "DTSTART:20261130T09", "DTSTART:20261130T08"));
    BOOST_TEST(show(done.mails) == "REQUEST bob@example.org carl@example.net: Updated: Plan");
    for (auto const &text : {done.text, done.mails[0].calendar.print()}) {
        BOOST_TEST(has(text, "SEQUENCE:4\r\n"));
        BOOST_TEST(has(text, "ATTENDEE;CN=Bob;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.org"));
        BOOST_TEST(has(text, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:anna@example.com"));
    }
}

BOOST_AUTO_TEST_CASE(answers_that_were_not_asked_for_are_not_asked_for_again)
{
    auto const moved = [](std::string const &before) {
        return announced(before, replaced(before, "DTSTART:20261130T09", "DTSTART:20261130T08")).text;
    };
    auto const quiet = replaced(meeting(), "Bob;PARTSTAT=ACCEPTED", "Bob;PARTSTAT=NEEDS-ACTION");
    BOOST_TEST(!has(moved(quiet), "RSVP"));
    auto const asked = replaced(meeting(), "Bob;PARTSTAT=ACCEPTED", "Bob;RSVP=TRUE");
    auto const text = moved(asked);
    BOOST_TEST(has(text, "ATTENDEE;CN=Bob;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:"));
    BOOST_TEST(has(text, "ATTENDEE;CN=Carl;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:")); // whose answer took it away
}

BOOST_AUTO_TEST_CASE(a_new_place_keeps_sequence_and_answers)
{
    auto const done = announced(meeting(), meeting("LOCATION:Attic\n"));
    BOOST_TEST(show(done.mails) == "REQUEST bob@example.org carl@example.net: Plan");
    BOOST_TEST(has(done.mails[0].calendar.print(), "CN=Bob;PARTSTAT=ACCEPTED"));
    BOOST_TEST(has(done.mails[0].calendar.print(), "SEQUENCE:0\r\n"));
    auto const file = "ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:aGkK\n";
    BOOST_TEST(announced(meeting(), meeting(file)).mails.size() == 1u); // they get it, too
}

BOOST_AUTO_TEST_CASE(who_is_left_out_is_told_so_and_who_is_new_is_invited)
{
    auto const carl = crlf("ATTENDEE;CN=Carl;PARTSTAT=DECLINED:mailto:carl@example.net\n");
    auto const dora = crlf("ATTENDEE;CN=Dora:mailto:dora@example.net\n");
    auto const done = announced(meeting(), replaced(meeting(), carl, dora));
    BOOST_TEST(show(done.mails) == "CANCEL carl@example.net: Canceled: Plan; REQUEST dora@example.net: Plan");
    auto const cancel = done.mails[0].calendar.print();
    BOOST_TEST(has(cancel, "carl@example.net"));
    BOOST_TEST(!has(cancel, "bob@example.org"));
    BOOST_TEST(has(done.mails[1].calendar.print(), "bob@example.org"));
}

BOOST_AUTO_TEST_CASE(who_joins_a_meeting_that_moved_is_told_of_no_update)
{
    auto const known = meeting("SEQUENCE:2\n");
    auto const dora = replaced(known, crlf("ATTENDEE;CN=Carl"),
                               crlf("ATTENDEE;CN=Dora:mailto:dora@example.net\nATTENDEE;CN=Carl"));
    BOOST_TEST(show(announced(known, dora).mails) == "REQUEST dora@example.net: Plan");
    BOOST_TEST(show(announced(known, replaced(dora, "SUMMARY:Plan", "SUMMARY:Plan B")).mails) ==
               "REQUEST bob@example.org carl@example.net: Updated: Plan B; REQUEST dora@example.net: Plan B");
}

BOOST_AUTO_TEST_CASE(answers_that_are_asked_for_again_are_forgotten)
{
    auto const later = replaced(meeting(), "DTSTART:2026", "DTSTART:2025");
    BOOST_TEST(announced(meeting(), later).forgets_answers);
    BOOST_TEST(!announced(meeting(), replaced(meeting(), "SUMMARY:Plan", "SUMMARY:B")).forgets_answers);
    auto const delegated = [](std::string const &text) {
        return replaced(text, "PARTSTAT=DECLINED", "PARTSTAT=DELEGATED");
    };
    BOOST_TEST(has(announced(delegated(meeting()), delegated(later)).text, "PARTSTAT=DELEGATED"));
}

BOOST_AUTO_TEST_CASE(a_deleted_meeting_is_cancelled_unless_it_has_passed)
{
    auto const done = announced(meeting("SEQUENCE:2\n"), "");
    BOOST_TEST(show(done.mails) == "CANCEL bob@example.org carl@example.net: Canceled: Plan");
    auto const text = done.mails[0].calendar.print();
    BOOST_TEST(has(text, "METHOD:CANCEL\r\n"));
    BOOST_TEST(has(text, "STATUS:CANCELLED\r\n"));
    BOOST_TEST(has(text, "SEQUENCE:3\r\n"));
    auto const last_year =
        replaced(replaced(meeting(), "DTSTART:2026", "DTSTART:2025"), "DTEND:2026", "DTEND:2025");
    BOOST_TEST(announced(last_year, "").mails.empty());
    auto const going_on = replaced(last_year, "SUMMARY:Plan", "RRULE:FREQ=DAILY\r\nSUMMARY:Plan");
    BOOST_TEST(announced(going_on, "").mails.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_meeting_that_is_marked_as_cancelled_is_cancelled_once)
{
    auto const cancelled = meeting("STATUS:CANCELLED\n");
    BOOST_TEST(show(announced(meeting(), cancelled).mails) ==
               "CANCEL bob@example.org carl@example.net: Canceled: Plan");
    BOOST_TEST(announced(cancelled, "").mails.empty());
}

BOOST_AUTO_TEST_CASE(an_instance_that_is_deleted_is_cancelled_alone)
{
    auto const done = announced(meeting(weekly), meeting(weekly + "EXDATE:20261207T090000Z\n"));
    BOOST_TEST(show(done.mails) == "CANCEL bob@example.org carl@example.net: Canceled: Plan");
    auto const text = done.mails[0].calendar.print();
    BOOST_TEST(has(text, "RECURRENCE-ID:20261207T090000Z\r\n"));
    BOOST_TEST(has(text, "DTSTART:20261207T090000Z\r\n"));
    BOOST_TEST(has(text, "DTEND:20261207T100000Z\r\n"));
    BOOST_TEST(!has(text, "RRULE"));
    BOOST_TEST(has(text, "SEQUENCE:1\r\n"));
}

BOOST_AUTO_TEST_CASE(an_instance_that_moves_is_told_alone)
{
    auto const unmoved = replaced(replaced(moved_instance, "T120000Z", "T090000Z"), "T130000Z", "T100000Z");
    auto const done = announced(meeting(weekly, unmoved), meeting(weekly, moved_instance));
    BOOST_TEST(show(done.mails) == "REQUEST bob@example.org: Updated: Plan");
    auto const text = done.mails[0].calendar.print();
    BOOST_TEST(has(text, "RECURRENCE-ID:20261207T090000Z\r\n"));
    BOOST_TEST(!has(text, "RRULE"));
    BOOST_TEST(has(text, "SEQUENCE:1\r\n"));
    BOOST_TEST(has(text, "PARTSTAT=NEEDS-ACTION"));
    BOOST_TEST(has(done.text, "RRULE"));
    BOOST_TEST(announced(done.text, done.text).mails.empty());
}

BOOST_AUTO_TEST_CASE(a_series_that_changes_is_sent_with_its_exceptions)
{
    auto const before = meeting(weekly, moved_instance);
    auto const done = announced(before, replaced(before, "COUNT=5", "COUNT=6"));
    BOOST_TEST(show(done.mails) ==
               "REQUEST bob@example.org: Updated: Plan; REQUEST carl@example.net: Updated: Plan");
    BOOST_TEST(has(done.mails[0].calendar.print(), "RECURRENCE-ID"));
}

BOOST_AUTO_TEST_CASE(who_joins_or_leaves_one_instance_is_told_of_that_alone)
{
    auto const with = [](std::string const &more) {
        return "BEGIN:VEVENT\nUID:plan-1\nRECURRENCE-ID:20261207T090000Z\n"
               "DTSTART:20261207T090000Z\nDTEND:20261207T100000Z\nSUMMARY:Plan\n"
               "ORGANIZER;CN=Anna:mailto:anna@example.com\n" +
               more + "END:VEVENT\n";
    };
    std::string const bob = "ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.org\n",
                      carl = "ATTENDEE;CN=Carl;PARTSTAT=DECLINED:mailto:carl@example.net\n",
                      dora = "ATTENDEE;CN=Dora:mailto:dora@example.net\n";
    auto const joined = announced(meeting(weekly), meeting(weekly, with(bob + carl + dora)));
    BOOST_TEST(show(joined.mails) == "REQUEST dora@example.net: Plan");
    auto const request = joined.mails.at(0).calendar.print();
    BOOST_TEST(has(request, "RECURRENCE-ID:20261207T090000Z\r\n"));
    BOOST_TEST(!has(request, "RRULE"));
    auto const left = announced(joined.text, meeting(weekly, with(carl)));
    BOOST_TEST(show(left.mails) == "CANCEL bob@example.org dora@example.net: Canceled: Plan");
    auto const cancel = left.mails.at(0).calendar.print();
    BOOST_TEST(has(cancel, "RECURRENCE-ID:20261207T090000Z\r\n"));
    BOOST_TEST(has(cancel, "SEQUENCE:0\r\n")); // not above that of an invitation that may follow
    BOOST_TEST(!has(cancel, "RRULE"));
    BOOST_TEST(!has(cancel, "carl@example.net"));
}

BOOST_AUTO_TEST_CASE(who_is_not_invited_to_an_instance_gets_the_series_without_it)
{
    auto const renamed = replaced(meeting(weekly, moved_instance), "SUMMARY:Plan", "SUMMARY:Plot");
    auto const mails = announced(meeting(weekly, moved_instance), renamed).mails;
    BOOST_TEST(show(mails) == "REQUEST bob@example.org: Plot; REQUEST carl@example.net: Plot");
    BOOST_TEST(has(mails.at(0).calendar.print(), "RECURRENCE-ID:20261207T090000Z"));
    BOOST_TEST(!has(mails.at(0).calendar.print(), "EXDATE"));
    BOOST_TEST(!has(mails.at(1).calendar.print(), "RECURRENCE-ID"));
    BOOST_TEST(has(mails.at(1).calendar.print(), "EXDATE:20261207T090000Z"));
}

BOOST_AUTO_TEST_CASE(who_joins_a_series_is_told_of_it_once_with_its_instances)
{
    auto const before = meeting(weekly, moved_instance);
    std::string const bob = "ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.org\r\n";
    std::string const dora = "ATTENDEE;CN=Dora:mailto:dora@example.net\r\n";
    auto after = before;
    for (size_t at = 0; (at = after.find(bob, at)) != std::string::npos; at += dora.size() + bob.size())
        after.insert(at, dora);
    auto const done = announced(before, after);
    BOOST_TEST(show(done.mails) == "REQUEST dora@example.net: Plan");
    BOOST_TEST(has(done.mails.at(0).calendar.print(), "RECURRENCE-ID"));
    BOOST_TEST(has(done.mails.at(0).calendar.print(), "RRULE"));
}

BOOST_AUTO_TEST_CASE(of_a_series_that_changes_who_attends_one_instance_is_told_that_one)
{
    auto const guest =
        replaced(crlf(moved_instance), "ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.org",
                 "ATTENDEE;CN=Dora:mailto:dora@example.net");
    auto const before = replaced(meeting(weekly), "END:VCALENDAR", guest + "END:VCALENDAR");
    auto const done = announced(before, replaced(before, "COUNT=5", "COUNT=6"));
    BOOST_TEST(show(done.mails) == "REQUEST bob@example.org carl@example.net: Updated: Plan; "
                                   "REQUEST dora@example.net: Updated: Plan");
    BOOST_TEST(!has(done.mails.at(1).calendar.print(), "RRULE"));
}

BOOST_AUTO_TEST_CASE(broken_calendars_are_refused)
{
    Calendar calendar;
    BOOST_TEST(!announce("", "BEGIN:VCALENDAR\r\nEND:VEVENT\r\n", calendar.context));
    BOOST_TEST(announce("", "", calendar.context)->mails.empty());
    BOOST_TEST(announce("", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", calendar.context)->mails.empty());
}

BOOST_AUTO_TEST_CASE(an_answer_goes_to_the_organizer_with_one_attendee)
{
    Calendar calendar;
    auto const document = *IcalDocument::parse(outlook_request);
    auto const event = event_instance(document, {}, calendar.context).value();
    auto const mail =
        itip_answer(document, event, {Attendee::Status::tentative, "maybe\nlate", {}, {}}, calendar.context)
            .value();
    BOOST_TEST(show(mail) == "REPLY olga@example.com: Tentative: Jour fixe");
    auto const reply = Invitation::parse(mail.calendar.print()).value();
    BOOST_TEST(reply.uid() == outlook_uid);
    auto const attendees = reply.event().properties("ATTENDEE");
    BOOST_REQUIRE(attendees.size() == 1u);
    BOOST_TEST(attendees[0].parameter("PARTSTAT") == "TENTATIVE");
    BOOST_TEST(attendees[0].parameter("RSVP") == "");
    BOOST_TEST(calendar_address(attendees[0]) == "anna@example.com");
    BOOST_TEST(reply.event().property("COMMENT")->text() == "maybe\nlate");
    BOOST_TEST(reply.document().undefined_time_zones().empty());
    BOOST_TEST(!reply.event().property("DESCRIPTION"));
}

BOOST_AUTO_TEST_CASE(who_is_no_attendee_answers_in_the_own_name)
{
    Calendar calendar;
    calendar.context.addresses = {"list-member@example.com"};
    auto const document = *IcalDocument::parse(google_update);
    auto const event = event_instance(document, {}, calendar.context).value();
    auto const mail = itip_answer(document, event, {}, calendar.context).value();
    BOOST_TEST(has(mail.calendar.print(), "mailto:list-member@example.com"));
}

BOOST_AUTO_TEST_CASE(another_time_is_proposed_by_a_counter)
{
    Calendar calendar;
    auto const document = *IcalDocument::parse(google_update);
    auto const event = event_instance(document, {}, calendar.context).value();
    MeetingAnswer answer{Attendee::Status::tentative, "", Instant::from_seconds(1796914800),
                         Instant::from_seconds(1796918400)};
    auto const mail = itip_answer(document, event, answer, calendar.context).value();
    BOOST_TEST(show(mail) == "COUNTER olga@example.com: New Time Proposed: Café");
    auto const text = mail.calendar.print();
    BOOST_TEST(has(text, "DTSTART:20261210T140000Z") == false);
    BOOST_TEST(has(text, "X-MS-OLK-ORIGINALSTART:20261210T140000Z\r\n"));
    // Days for days, as clients of 16.1 write them
    auto const days = *IcalDocument::parse(icloud_exception);
    answer.proposed_start = parse_datetime("20261228T000000Z");
    answer.proposed_end = parse_datetime("20261230T000000Z");
    auto const moved =
        itip_answer(days, *days.items().front(), answer, calendar.context).value().calendar.print();
    BOOST_TEST(has(moved, "DTSTART;VALUE=DATE:20261228\r\nDTEND;VALUE=DATE:20261230\r\n"));
    answer.proposed_end = parse_datetime("20261228T120000Z");
    auto const hours =
        itip_answer(days, *days.items().front(), answer, calendar.context).value().calendar.print();
    BOOST_TEST(has(hours, "DTSTART:20261228T000000Z\r\nDTEND:20261228T120000Z\r\n"));
}

BOOST_AUTO_TEST_CASE(a_mail_has_text_and_calendar)
{
    ItipMail const mail{{{"bob@example.org", "Bob, jr."}, {"carl@example.net", ""}},
                        "REPLY",
                        "Accepted: Größe\r\nX-Evil: 1",
                        "Grüße",
                        *IcalDocument::parse(thunderbird_reply)};
    auto const mime = itip_mime(mail, {"anna@example.com", "Anna, the first"}, "=_boundary");
    BOOST_TEST(has(mime, "From: \"Anna, the first\" <anna@example.com>\r\n"));
    BOOST_TEST(!has(itip_mime(mail, {"anna@example.com", ""}, "=_boundary"), "From:"));
    auto const sent = prepare_outgoing(
        mime, {Instant::from_seconds(1795341487), "<1@example.com>", {"anna@example.com"}}, {});
    BOOST_REQUIRE(sent);
    BOOST_REQUIRE(sent->recipients.size() == 2u);
    BOOST_TEST(sent->recipients[0].address == "bob@example.org");
    BOOST_TEST(!has(mime, "\r\nX-Evil"));
    auto const parsed = ParsedMime::parse(mime);
    BOOST_REQUIRE(parsed);
    auto const &root = parsed->structure();
    BOOST_TEST(root.type == "multipart/alternative");
    BOOST_REQUIRE(root.parts.size() == 2u);
    BOOST_TEST(has(parsed->text("1", 100)->text, "Grüße"));
    BOOST_TEST(root.parts[1].type == "text/calendar");
    BOOST_TEST(has(mime, "Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n"));
    auto const calendar = Invitation::parse(parsed->text("2", 100000)->text);
    BOOST_REQUIRE(calendar);
    BOOST_TEST(calendar->uid() == "c8b1e2f0-5a4d-4f6e-9b3c-2d1e0f9a8b7c");
}

BOOST_AUTO_TEST_CASE(a_mail_that_is_made_again_has_the_same_name)
{
    Calendar calendar;
    auto const first = announce("", meeting(), calendar.context)->mails[0];
    calendar.context.now = Instant::from_seconds(1795341499);
    auto const again = announce("", meeting(), calendar.context)->mails[0];
    BOOST_TEST(first.calendar.print() != again.calendar.print());
    BOOST_TEST(itip_mail_name(first, "") == itip_mail_name(again, ""));
    BOOST_TEST(itip_mail_name(first, "") != itip_mail_name(again, "another state"));
    BOOST_TEST(itip_mail_name(first, "") !=
               itip_mail_name(announced("", meeting("LOCATION:X\n")).mails[0], ""));
}

BOOST_AUTO_TEST_CASE(instances_of_a_series)
{
    Calendar calendar;
    auto const at = [&](std::string const &text, char const *original) {
        auto const document = *IcalDocument::parse(text);
        auto const found = event_instance(document, parse_datetime(original), calendar.context);
        return found ? found->property("DTSTART")->value : "none";
    };
    auto const series = meeting(weekly + "EXDATE:20261214T090000Z\nRDATE:20261216T090000Z\n", moved_instance);
    BOOST_TEST(at(series, "20261130T090000Z") == "20261130T090000Z");
    BOOST_TEST(at(series, "20261207T090000Z") == "20261207T120000Z");
    BOOST_TEST(at(series, "20261214T090000Z") == "none");
    BOOST_TEST(at(series, "20261216T090000Z") == "20261216T090000Z");
    BOOST_TEST(at(series, "20261221T090000Z") == "20261221T090000Z");
    BOOST_TEST(at(series, "20261221T100000Z") == "none");
    BOOST_TEST(at(series, "20270104T090000Z") == "none");
    BOOST_TEST(at(meeting(), "20261130T090000Z") == "none");
    auto const days =
        replaced(replaced(meeting(weekly), "DTSTART:20261130T090000Z", "DTSTART;VALUE=DATE:20261130"),
                 "DTEND:20261130T100000Z", "DTEND;VALUE=DATE:20261201");
    BOOST_TEST(at(days, "20261207T000000Z") == "20261207"); // 16.0 on
    BOOST_TEST(at(days, "20261206T230000Z") == "20261207"); // Berlin's midnight, up to 14.1
}

BOOST_AUTO_TEST_CASE(a_forwarded_meeting_has_one_attendee_more)
{
    Calendar calendar;
    auto const document = *IcalDocument::parse(google_update);
    auto const mail =
        itip_forward(document, {}, {{"dora@example.net", "Dora"}}, "look", calendar.context).value();
    BOOST_TEST(show(mail) == "REQUEST dora@example.net: FW: Café");
    auto const text = mail.calendar.print();
    BOOST_TEST(has(text, "ORGANIZER;CN=Olga Orga:mailto:olga@example.com"));
    BOOST_TEST(has(unfold_ical_line(text), "mailto:dora@example.net"));
    BOOST_TEST(has(text, "SEQUENCE:2\r\n"));
}

BOOST_AUTO_TEST_CASE(what_the_forwarder_made_of_the_meeting_is_not_sent)
{
    Calendar calendar;
    auto const answered = std::string("X-MICROSOFT-CDO-REPLYTIME:20261124T100000Z\r\n") +
                          "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\r\nCATEGORIES:Secret\r\nCOLOR:red\r\nSUMMARY";
    std::string const stored = google_update;
    auto const document = *IcalDocument::parse(replaced(stored, "SUMMARY", answered));
    auto const text = itip_forward(document, {}, {{"dora@example.net", "Dora"}}, "", calendar.context)
                          .value()
                          .calendar.print();
    for (auto const *name : {"REPLYTIME", "BUSYSTATUS", "CATEGORIES", "COLOR"})
        BOOST_TEST(!has(text, name), name);
}

BOOST_AUTO_TEST_CASE(who_forwards_an_appointment_invites_to_it)
{
    Calendar calendar;
    auto const document = *IcalDocument::parse(
        crlf("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nDTSTART:20261130T090000Z\n"
             "DTEND:20261130T100000Z\nSUMMARY:Lunch\nEND:VEVENT\nEND:VCALENDAR\n"));
    auto const mail =
        itip_forward(document, {}, {{"dora@example.net", "Dora"}}, "", calendar.context).value();
    auto const text = mail.calendar.print();
    BOOST_TEST(has(text, "METHOD:REQUEST\r\n"));
    BOOST_TEST(has(text, "ORGANIZER:mailto:anna@example.com\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()
