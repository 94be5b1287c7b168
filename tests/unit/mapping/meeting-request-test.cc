// Scheduling messages in mails: which part, which class, what the client is told. MS-ASEMAIL 2.2.2.48;
// RFC 5546, RFC 6047.
#include "base/text.h"
#include "mapping/email-from-message.h"
#include "mapping/meeting-request.h"
#include "mapping/message-class.h"
#include "mapping/time-zone.h"
#include "meeting-samples.h"
#include "memory-message.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

BOOST_AUTO_TEST_SUITE(meeting_request_suite)

namespace {

struct AnnasCalendar {
    ZoneNames names;
    CalendarContext context{names,
                            names.find("Europe/Berlin").value(),
                            Instant::from_seconds(1795341487),
                            {"anna@example.com"},
                            {}};
};

Part invitation_mail(std::string const &calendar)
{
    return multipart("alternative",
                     {plain("Please come."), html("<p>Please come.</p>"), leaf("text/calendar", calendar)});
}

Email email_of(MemoryMessage &message, ProtocolVersion version = v16_1)
{
    AnnasCalendar annas;
    auto email = email_from_message(message, {}, version, "folder:1:", &annas.context);
    BOOST_REQUIRE(email);
    return std::move(*email);
}

Email email_of(std::string const &calendar, ProtocolVersion version = v16_1)
{
    MemoryMessage message(invitation_mail(calendar));
    return email_of(message, version);
}

std::string text_of(std::optional<Instant> instant)
{
    return instant ? format_datetime(*instant) : "(absent)";
}

std::string without(std::string text, std::string const &line)
{
    auto const at = text.find(line);
    BOOST_REQUIRE(at != std::string::npos);
    return text.erase(at, text.find("\r\n", at) + 2 - at);
}

std::string replaced(std::string text, std::string const &from, std::string const &to)
{
    auto const at = text.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

} // namespace

BOOST_AUTO_TEST_CASE(an_invitation_of_outlook_with_all_that_it_says)
{
    auto const email = email_of(outlook_request, v14_1);
    BOOST_TEST(email.message_class.value() == "IPM.Schedule.Meeting.Request");
    BOOST_TEST(email.content_class.value() == "urn:content-classes:calendarmessage");
    BOOST_TEST(read(email.body->data) == "<p>Please come.</p>");
    auto const &request = email.meeting_request.value();
    BOOST_TEST(!request.all_day_event);
    BOOST_TEST(text_of(request.start_time) == "2026-12-07T09:00:00.000Z");
    BOOST_TEST(text_of(request.end_time) == "2026-12-07T10:00:00.000Z");
    BOOST_TEST(text_of(request.dt_stamp) == "2026-11-20T10:11:12.000Z");
    BOOST_TEST((request.instance_type == MeetingRequest::InstanceType::series));
    BOOST_TEST(request.location.value() == "Raum 4, Süd");
    BOOST_TEST(request.organizer.value() == "\"Olga Orga\" <olga@example.com>");
    BOOST_TEST(!request.recurrence_id);
    BOOST_TEST(request.reminder_seconds.value() == 900);
    BOOST_TEST(request.response_requested);
    BOOST_TEST(request.sensitivity == 2);
    BOOST_TEST(request.busy_status == 3);
    BOOST_TEST(request.disallow_new_time_proposal);
    BOOST_TEST((request.message_type == MeetingRequest::MessageType::initial));
    auto const zone = parse_time_zone(request.time_zone).value();
    BOOST_TEST(zone.bias == -60);
    BOOST_TEST(zone.standard_date.month == 10);
    BOOST_REQUIRE(request.recurrences.value().size() == 1);
    auto const &recurrence = request.recurrences->front();
    BOOST_TEST((recurrence.type == Recurrence::Type::weekly));
    BOOST_TEST(int{recurrence.day_of_week.value()} == 2 + 8);
    BOOST_TEST(recurrence.interval.value() == 1);
    BOOST_TEST(text_of(recurrence.until->value) == "2027-01-31T09:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(the_uid_is_told_as_each_version_wants_it)
{
    auto const request = email_of(outlook_request).meeting_request.value();
    BOOST_TEST(request.uid.value() == outlook_uid);
    auto const bytes = base64_decode(request.global_object_id.value()).value();
    BOOST_TEST(hex_encode(bytes) == to_lower(outlook_uid));

    auto const google = email_of(google_update).meeting_request.value();
    auto const id = base64_decode(google.global_object_id.value()).value();
    // How a client takes the UID out again: MS-ASEMAIL 3.1.4.7.
    BOOST_REQUIRE(id.size() > 53);
    BOOST_TEST(hex_encode(id.substr(0, 16)) == "040000008200e00074c5b7101a82e008");
    BOOST_TEST(id.substr(40, 8) == "vCal-Uid");
    size_t const length = static_cast<unsigned char>(id[36]);
    BOOST_TEST(length == id.size() - 40);
    BOOST_TEST(id.substr(52, length - 13) == "3kq0v5m1a9c2b7d4e6f8g0h1i2@google.com");
    BOOST_TEST(id.back() == '\0');
}

BOOST_AUTO_TEST_CASE(an_instance_is_named_in_the_global_object_id)
{
    using namespace std::chrono;
    auto const id = base64_decode(global_object_id(outlook_uid, year(2026) / December / day(24))).value();
    BOOST_TEST(hex_encode(id.substr(16, 4)) == "07ea0c18");
    BOOST_TEST(id.size() == outlook_uid.size() / 2);
}

BOOST_AUTO_TEST_CASE(an_update_is_one)
{
    auto const request = email_of(google_update).meeting_request.value();
    BOOST_TEST((request.message_type == MeetingRequest::MessageType::full_update));
    BOOST_TEST((request.instance_type == MeetingRequest::InstanceType::single));
    BOOST_TEST(!request.location);
    BOOST_TEST(!request.structured_location);
    BOOST_TEST(!request.reminder_seconds);
    BOOST_TEST(request.busy_status == 2);
    BOOST_TEST(text_of(request.end_time) == "2026-12-10T14:30:00.000Z");
}

BOOST_AUTO_TEST_CASE(an_exception_for_a_whole_day)
{
    auto request = email_of(icloud_exception, v14_1).meeting_request.value();
    BOOST_TEST(request.all_day_event);
    BOOST_TEST((request.instance_type == MeetingRequest::InstanceType::exception));
    BOOST_TEST(text_of(request.start_time) == "2026-12-22T23:00:00.000Z");
    BOOST_TEST(text_of(request.end_time) == "2026-12-23T23:00:00.000Z");
    BOOST_TEST(text_of(request.recurrence_id) == "2026-12-23T23:00:00.000Z");
    BOOST_TEST(parse_time_zone(request.time_zone)->bias == -60);
    request = email_of(icloud_exception, v16_0).meeting_request.value();
    BOOST_TEST(text_of(request.start_time) == "2026-12-23T00:00:00.000Z");
    BOOST_TEST(text_of(request.end_time) == "2026-12-24T00:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(a_series_that_eas_cannot_say_is_a_series_all_the_same)
{
    auto const of = [](std::string const &rules) {
        auto const rule = "RRULE:FREQ=WEEKLY;UNTIL=20270131T090000Z;INTERVAL=1;BYDAY=MO,WE;WKST=MO\r\n";
        return email_of(replaced(outlook_request, rule, rules), v14_1).meeting_request.value();
    };
    for (auto const *rules :
         {"RRULE:FREQ=MONTHLY;BYMONTHDAY=7,21\r\n", "RRULE:FREQ=DAILY;BYHOUR=10,15\r\n",
          "RRULE:FREQ=WEEKLY;BYDAY=MO\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=7\r\n",
          "RDATE;TZID=W. Europe Standard Time:20261209T100000\r\n", "RRULE:FREQ=FORTNIGHTLY\r\n"}) {
        auto const request = of(rules);
        BOOST_TEST((request.instance_type == MeetingRequest::InstanceType::series), rules);
        BOOST_TEST(!request.recurrences, rules);
        BOOST_TEST(text_of(request.start_time) == "2026-12-07T09:00:00.000Z");
    }
    auto const with_more = of("RRULE:FREQ=WEEKLY;BYDAY=MO\r\nEXDATE:20261214T090000Z\r\n"
                              "RDATE:20261215T090000Z\r\n");
    BOOST_TEST(with_more.recurrences.value().size() == 1u); // the pattern; a request has no exceptions
    auto const single = of("");
    BOOST_TEST((single.instance_type == MeetingRequest::InstanceType::single));
}

BOOST_AUTO_TEST_CASE(of_a_series_with_exceptions_in_one_message_the_series_is_told)
{
    auto const exception = "BEGIN:VEVENT\r\nUID:" + std::string(outlook_uid) +
                           "\r\nRECURRENCE-ID:20261209T090000Z\r\nDTSTART:20261210T090000Z\r\n"
                           "DTEND:20261210T100000Z\r\nSEQUENCE:4\r\n"
                           "ORGANIZER:mailto:olga@example.com\r\nSUMMARY:Moved\r\nEND:VEVENT\r\n";
    auto const first = replaced(outlook_request, "BEGIN:VEVENT", exception + "BEGIN:VEVENT");
    auto const last = replaced(outlook_request, "END:VCALENDAR", exception + "END:VCALENDAR");
    for (auto const &message : {first, last}) {
        auto const request = email_of(message, v16_1).meeting_request.value();
        BOOST_TEST((request.instance_type == MeetingRequest::InstanceType::series));
        BOOST_TEST(!request.recurrence_id);
        BOOST_TEST(text_of(request.start_time) == "2026-12-07T09:00:00.000Z");
        BOOST_TEST((request.message_type == MeetingRequest::MessageType::initial));
    }
}

BOOST_AUTO_TEST_CASE(answers_are_of_the_class_that_they_say)
{
    auto email = email_of(thunderbird_reply);
    BOOST_TEST(email.message_class.value() == "IPM.Schedule.Meeting.Resp.Neg");
    BOOST_TEST(!email.meeting_request->response_requested);
    BOOST_TEST((email.meeting_request->message_type == MeetingRequest::MessageType::unspecified));
    email = email_of(replaced(thunderbird_reply, "DECLINED", "ACCEPTED"));
    BOOST_TEST(email.message_class.value() == "IPM.Schedule.Meeting.Resp.Pos");
    email = email_of(replaced(thunderbird_reply, "DECLINED", "TENTATIVE"));
    BOOST_TEST(email.message_class.value() == "IPM.Schedule.Meeting.Resp.Tent");
}

BOOST_AUTO_TEST_CASE(a_reply_needs_no_times)
{
    auto const bare = without(without(thunderbird_reply, "DTSTART"), "DTEND");
    auto const request = email_of(bare).meeting_request.value();
    BOOST_TEST(!request.start_time);
    BOOST_TEST(!request.time_zone.empty());
    BOOST_TEST(request.uid.value() == "c8b1e2f0-5a4d-4f6e-9b3c-2d1e0f9a8b7c");
}

BOOST_AUTO_TEST_CASE(a_new_time_is_proposed_beside_the_old_one)
{
    auto const email = email_of(exchange_counter);
    BOOST_TEST(email.message_class.value() == "IPM.Schedule.Meeting.Resp.Tent");
    auto const &request = email.meeting_request.value();
    BOOST_TEST(text_of(request.start_time) == "2026-11-30T08:30:00.000Z");
    BOOST_TEST(text_of(request.proposed_start->value) == "2026-11-30T13:30:00.000Z");
    BOOST_TEST(text_of(request.proposed_end->value) == "2026-11-30T14:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(who_delegated_gets_a_copy)
{
    auto const own = "CN=Anna Adler\r\n :mailto:anna@example.com";
    auto const delegated = replaced(outlook_request, own,
                                    "DELEGATED-TO=\"mailto:dora@example.com\";CN=Anna Adler\r\n"
                                    " :mailto:anna@example.com");
    BOOST_TEST(
        (email_of(delegated).meeting_request->message_type == MeetingRequest::MessageType::delegators_copy));
    BOOST_TEST(
        (email_of(outlook_request).meeting_request->message_type == MeetingRequest::MessageType::initial));
}

BOOST_AUTO_TEST_CASE(whom_an_attendee_forwarded_it_to_is_told)
{
    auto const sent = [](std::string const &calendar, std::string const &from) {
        return forwardees_of(Invitation::parse(calendar).value(), from,
                             "Dora <dora@example.net>, e@example.net");
    };
    auto const forwarded = sent(outlook_request, "Bob <BOB@example.org>");
    BOOST_REQUIRE(forwarded && forwarded->size() == 2);
    BOOST_TEST(forwarded->at(0).email == "dora@example.net");
    BOOST_TEST(forwarded->at(0).name.value() == "Dora");
    BOOST_TEST(!forwarded->at(1).name);
    BOOST_TEST(!sent(outlook_request, "olga@example.com"));  // its organizer
    BOOST_TEST(!sent(outlook_request, "robot@example.com")); // of a calendar service
    auto const by_bob =
        replaced(outlook_request, "ORGANIZER;", "ORGANIZER;SENT-BY=\"mailto:bob@example.org\";");
    BOOST_TEST(!sent(by_bob, "bob@example.org"));
    BOOST_TEST(!sent(replaced(outlook_request, "METHOD:REQUEST", "METHOD:CANCEL"), "bob@example.org"));
    BOOST_TEST(!email_of(outlook_request).meeting_request->forwardees);
}

BOOST_AUTO_TEST_CASE(an_invitation_takes_place_when_the_calendar_will_say)
{
    auto const day = without(without(outlook_request, "RRULE"), "DTEND");
    auto const same_day = replaced(replaced(day, "DTSTART;TZID=W. Europe Standard Time:20261207T100000",
                                            "DTSTART;VALUE=DATE:20261207\r\nDTEND;VALUE=DATE:20261207"),
                                   "X-MICROSOFT-CDO-ALLDAYEVENT:FALSE", "X-A:1");
    auto const request = email_of(same_day).meeting_request;
    BOOST_REQUIRE(request);
    BOOST_TEST(request->all_day_event);
    BOOST_TEST(text_of(request->start_time) == "2026-12-07T00:00:00.000Z");
    BOOST_TEST(text_of(request->end_time) == "2026-12-08T00:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(a_cancellation_is_one)
{
    auto const email = email_of(google_cancel);
    BOOST_TEST(email.message_class.value() == "IPM.Schedule.Meeting.Canceled");
    BOOST_TEST((email.meeting_request->message_type == MeetingRequest::MessageType::unspecified));
}

BOOST_AUTO_TEST_CASE(what_the_user_sent_is_not_offered_to_be_answered)
{
    auto const own = replaced(google_update, "ORGANIZER;CN=Olga Orga:mailto:olga@example.com",
                              "ORGANIZER:MAILTO:Anna@example.com");
    auto const email = email_of(own);
    BOOST_TEST(email.message_class.value() == "IPM.Schedule.Meeting.Request");
    BOOST_TEST(!email.meeting_request);
}

BOOST_AUTO_TEST_CASE(a_file_is_an_invitation_too_but_not_one_in_a_forwarded_message)
{
    auto mixed =
        multipart("mixed", {plain("text"), leaf("application/ics", google_update).named("invite.ics")});
    MemoryMessage file(mixed);
    auto email = email_of(file);
    BOOST_TEST(email.message_class.value() == "IPM.Schedule.Meeting.Request");
    BOOST_REQUIRE(email.attachments.value().size() == 1);

    auto forwarded = leaf("message/rfc822");
    forwarded.parts = {invitation_mail(google_update)};
    MemoryMessage message(multipart("mixed", {plain("see below"), forwarded}));
    email = email_of(message);
    BOOST_TEST(email.message_class.value() == "IPM.Note");
    BOOST_TEST(!email.meeting_request);
    BOOST_TEST(message.bytes_read.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_published_broken_or_huge_calendar_is_an_ordinary_attachment)
{
    auto const huge = replaced(google_update, "DESCRIPTION:", "DESCRIPTION:" + std::string(2 << 20, 'x'));
    for (auto const &calendar : {replaced(google_update, "METHOD:REQUEST", "METHOD:PUBLISH"),
                                 without(google_update, "METHOD:"), without(google_update, "UID:"),
                                 google_update.substr(0, 200), huge, std::string(), std::string("\0", 1)}) {
        auto const email = email_of(calendar);
        BOOST_TEST(email.message_class.value() == "IPM.Note");
        BOOST_TEST(email.content_class.value() == "urn:content-classes:message");
        BOOST_TEST(!email.meeting_request);
    }
}

BOOST_AUTO_TEST_CASE(what_only_the_part_calls_an_invitation_is_one)
{
    auto const class_of = [](std::string const &calendar, std::string const &method) {
        MemoryMessage message(multipart(
            "alternative", {plain("text"), leaf("text/calendar", calendar).with(&MimePart::method, method)}));
        return email_of(message).message_class.value();
    };
    BOOST_TEST(class_of(without(google_update, "METHOD:"), "request") == "IPM.Schedule.Meeting.Request");
    BOOST_TEST(class_of(without(google_cancel, "METHOD:"), "cancel") == "IPM.Schedule.Meeting.Canceled");
    BOOST_TEST(class_of(without(thunderbird_reply, "METHOD:"), "reply") == "IPM.Schedule.Meeting.Resp.Neg");
    BOOST_TEST(class_of(without(google_update, "METHOD:"), "publish") == "IPM.Note");
    BOOST_TEST(class_of(replaced(google_update, "METHOD:REQUEST", "METHOD:PUBLISH"), "request") ==
               "IPM.Note");
}

BOOST_AUTO_TEST_CASE(an_ordinary_mail_is_not_read_for_it)
{
    MemoryMessage message(multipart("alternative", {plain("a"), html("b")}));
    AnnasCalendar annas;
    BodyOptions options;
    options.body_preferences = {{BodyType::html, {}, {}, {}}};
    BOOST_REQUIRE(email_from_message(message, options, v16_1, "", &annas.context));
    BOOST_TEST(message.bytes_read.count("1") == 0u);
}

BOOST_AUTO_TEST_CASE(a_signed_invitation_stays_signed_mail)
{
    auto signature = leaf("application/pkcs7-signature");
    MemoryMessage message(multipart("signed", {invitation_mail(google_update), signature}));
    BOOST_TEST(email_of(message).message_class.value() == "IPM.Note.SMIME.MultipartSigned");
}

BOOST_AUTO_TEST_CASE(an_invitation_that_came_back_is_a_report_of_its_class)
{
    auto returned = leaf("message/rfc822");
    returned.parts = {invitation_mail(google_update)};
    auto const report = [&](std::string const &calendar) {
        returned.parts = {invitation_mail(calendar)};
        MemoryMessage message(multipart(
            "report", {plain("Sorry"), leaf("message/delivery-status", "Action: failed\n"), returned}));
        return email_of(message).message_class.value();
    };
    BOOST_TEST(report(google_update) == "REPORT.IPM.SCHEDULE.MEETING.REQUEST.NDR");
    BOOST_TEST(report(google_cancel) == "REPORT.IPM.SCHEDULE.MEETING.CANCELED.NDR");
    BOOST_TEST(report(thunderbird_reply) == "REPORT.IPM.NOTE.NDR"); // declining has no report of its own
    BOOST_TEST(report("no calendar") == "REPORT.IPM.NOTE.NDR");
}

BOOST_AUTO_TEST_SUITE_END()
