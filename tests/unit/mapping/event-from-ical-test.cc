// iCalendar's events as EAS has them, in each version.
#include "calendar-support.h"
#include "mapping/event-series.h"
#include "mapping/recurrence-expansion.h"
#include "mapping/recurrence.h"
#include "mapping/time-zone.h"
#include <map>
#include <set>

using namespace eas;
using namespace eas::test;

namespace {

/// When a client shows the event, by the client's own reckoning: instances of the Recurrence by the rules of
/// the TimeZone structure, but for the exceptions.
/// By the start that its Recurrence gives.
std::map<Instant, Instant> instances_on_client(Event const &event)
{
    auto const zone = zone_of(*parse_time_zone(*event.timezone));
    Instant const first = *event.start_time;
    if (!event.recurrence)
        return {{first, first}};
    SeriesStart const start{zone.to_local(first), false, zone};
    std::optional<Instant> until;
    if (event.recurrence->until)
        until = event.recurrence->until->value;
    auto const rule = rule_of(*event.recurrence, until, start);
    BOOST_REQUIRE_EQUAL(error_of(rule), "");
    std::map<Instant, Instant> instances{{first, first}}; // even if the rule does not give it
    for (auto const each : expand(*rule, start, start.time, start.time + std::chrono::days(9000)).instances)
        instances.emplace(zone.to_instant(each), zone.to_instant(each));
    for (auto const &exception : event.exceptions.value_or(std::vector<EventException>())) {
        auto const instance = instances.find(*exception.exception_start_time);
        BOOST_REQUIRE(instance != instances.end());
        if (exception.deleted.value_or(false))
            instances.erase(instance);
        else
            instance->second = *exception.start_time;
    }
    return instances;
}

std::set<Instant> starts_on_client(Event const &event)
{
    std::set<Instant> starts;
    for (auto const &[original, start] : instances_on_client(event))
        starts.insert(start);
    return starts;
}

/// When the file says that it is, from `begin` on and not after `end`.
std::set<Instant> starts_in_file(std::string const &text, Instant begin, Instant end)
{
    auto const context = calendar_context();
    auto const document = IcalDocument::parse(text);
    IcalZones zones(*document, context);
    auto const series = EventSeries::read(*document, zones);
    BOOST_REQUIRE_EQUAL(error_of(series), "");
    auto const &zone = *series->times().start.zone;
    std::set<Instant> starts;
    for (auto const &each :
         series->occurrences({zone.to_local(begin), zone.to_local(end) + std::chrono::seconds(1)}))
        starts.insert(each.times.start.instant());
    return starts;
}

} // namespace

BOOST_AUTO_TEST_SUITE(events_from_ical)

BOOST_AUTO_TEST_CASE(times_in_all_their_forms)
{
    struct Case {
        char const *lines, *start, *end;
        bool is_all_day;
    };
    for (auto const &[lines, start, end, is_all_day] : {
             Case{"DTSTART;TZID=Europe/Berlin:20260701T100000\nDTEND;TZID=Europe/Berlin:20260701T113000\n",
                  "20260701T080000Z", "20260701T093000Z", false},
             Case{"DTSTART:20260701T100000Z\nDURATION:PT45M\n", "20260701T100000Z", "20260701T104500Z",
                  false},
             Case{"DTSTART:20260701T100000\nDURATION:P1D\n", "20260701T080000Z", "20260702T080000Z", false},
             Case{"DTSTART:20261024T230000\nDURATION:P1DT1H\n", "20261024T210000Z", "20261025T230000Z",
                  false},
             Case{"DTSTART:20260701T100000Z\n", "20260701T100000Z", "20260701T100000Z", false},
             Case{"DTSTART:20260701T100000Z\nDTEND:20260701T090000Z\n", "20260701T100000Z",
                  "20260701T100000Z", false},
             Case{"DTSTART;TZID=Asia/Tokyo:20260701T230000\nDTEND;TZID=America/New_York:20260701T230000\n",
                  "20260701T140000Z", "20260702T030000Z", false},
             // midnights that float or have a zone are times, unless the file says otherwise
             Case{"DTSTART:20260701T000000\nDTEND:20260702T000000\n", "20260630T220000Z", "20260701T220000Z",
                  false},
             Case{"DTSTART;TZID=Europe/Vienna:20260701T000000\nDTEND;TZID=Europe/Vienna:20260702T000000\n"
                  "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE\n",
                  "20260630T220000Z", "20260701T220000Z", true},
             Case{"DTSTART;VALUE=DATE:20260701\nDTEND;VALUE=DATE:20260703\n", "20260630T220000Z",
                  "20260702T220000Z", true},
             Case{"DTSTART;VALUE=DATE:20260701\n", "20260630T220000Z", "20260701T220000Z", true},
             Case{"DTSTART;VALUE=DATE:20260701\nDTEND;VALUE=DATE:20260701\n", "20260630T220000Z",
                  "20260701T220000Z", true},
             Case{"DTSTART;VALUE=DATE:20261025\nDURATION:P2D\n", "20261024T220000Z", "20261026T230000Z",
                  true},
             Case{"DTSTART;VALUE=DATE:18500101\n", "18491231T225500Z", "18500101T225500Z", true},
             Case{"DTSTART;VALUE=DATE:21500229\nDTSTART;VALUE=DATE:21480229\n", "-", "-", true},
             Case{"DTSTART:21500101T100000Z\nDTEND:21500101T110000Z\n", "21500101T100000Z",
                  "21500101T110000Z", false},
         }) {
        if (start == std::string_view("-"))
            continue;
        auto const event = event_of(event_text(lines), v14_1);
        BOOST_TEST(time_text(event.start_time) == start, lines);
        BOOST_TEST(time_text(event.end_time) == end, lines);
        BOOST_TEST(*event.all_day_event == is_all_day, lines);
        BOOST_TEST(event.timezone.has_value(), lines);
    }
}

BOOST_AUTO_TEST_CASE(all_day_events_are_days_without_a_zone_from_16_0_on)
{
    for (auto const *zone : {"Europe/Vienna", "America/Los_Angeles", "Pacific/Kiritimati", "Africa/Cairo"})
        for (auto const version : {v16_0, v16_1}) {
            auto const event =
                event_of(event_text("DTSTART;VALUE=DATE:20260701\nDTEND;VALUE=DATE:20260703\n"), version,
                         calendar_context(zone));
            BOOST_TEST(time_text(event.start_time) == "20260701T000000Z");
            BOOST_TEST(time_text(event.end_time) == "20260703T000000Z");
            BOOST_TEST(!event.timezone);
        }
}

BOOST_AUTO_TEST_CASE(every_property)
{
    auto const text = event_text(
        "SUMMARY:Lunch\\, "
        "long\nDTSTART;TZID=Europe/Vienna:20260701T120000\nDTEND;TZID=Europe/Vienna:20260701T130000\n"
        "LOCATION:Café\nGEO:48.2;16.37\nDESCRIPTION:Bring\\nfood\nCLASS:PRIVATE\nCATEGORIES:Food,Fun\nTRANSP:"
        "TRANSPARENT\n"
        "ORGANIZER;CN=Boss:mailto:boss@example.org\nATTENDEE;CN=Me;PARTSTAT=ACCEPTED:mailto:me@home.example\n"
        "ATTENDEE;CN=Other;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED;RSVP=TRUE:mailto:other@example.org\n"
        "X-MICROSOFT-CDO-REPLYTIME:20260102T030405Z\nX-MICROSOFT-DISALLOW-COUNTER:TRUE\n"
        "X-GOOGLE-CONFERENCE:https://meet.example.org/x\nX-MICROSOFT-ONLINEMEETINGCONFLINK:sip:a\n"
        "ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.txt:aGVsbG8=\nATTACH:https://"
        "example.org/x\n"
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nEND:VALARM\n");
    for (auto const version : all_versions) {
        auto const event = event_of(text, version);
        BOOST_TEST(*event.subject == "Lunch, long");
        BOOST_TEST(*event.body->data->text() == "Bring\r\nfood");
        BOOST_TEST((*event.sensitivity == Sensitivity::is_private));
        BOOST_TEST((*event.busy_status == BusyStatus::free));
        BOOST_TEST(*event.categories == (std::vector<std::string>{"Food", "Fun"}));
        BOOST_TEST(*event.reminder->minutes == 15);
        BOOST_TEST(*event.uid == "uid-1");
        BOOST_TEST(time_text(event.dt_stamp) == "20260101T000000Z");
        BOOST_TEST(*event.organizer_email == "boss@example.org");
        BOOST_TEST(*event.organizer_name == "Boss");
        BOOST_TEST(*event.meeting_status == 3);
        BOOST_TEST((*event.response_type == ResponseType::accepted));
        BOOST_TEST(time_text(event.appointment_reply_time) == "20260102T030405Z");
        BOOST_REQUIRE_EQUAL(event.attendees->size(), 2);
        BOOST_TEST((*(*event.attendees)[1].status == Attendee::Status::declined));
        BOOST_TEST((*(*event.attendees)[1].type == Attendee::Type::optional));
        BOOST_TEST(!*event.response_requested); // the user is not asked
        BOOST_TEST(*event.disallow_new_time_proposal);
        BOOST_TEST(*event.online_meeting_external_link == "https://meet.example.org/x");
        BOOST_TEST(*event.online_meeting_conf_link == "sip:a");
        BOOST_TEST((*event.native_body_type == BodyType::plain));
        BOOST_TEST(event.location.has_value() == (version < v16_0));
        BOOST_TEST(event.structured_location.has_value() == (version >= v16_0));
        BOOST_TEST(event.attachments.has_value() == (version >= v16_0));
        if (version < v16_0)
            continue;
        BOOST_TEST(*event.structured_location->display_name == "Café");
        BOOST_TEST(*event.structured_location->latitude == "48.2");
        BOOST_REQUIRE_EQUAL(event.attachments->size(), 1);
        auto const &file = (*event.attachments)[0];
        BOOST_TEST(*file.display_name == "a.txt");
        BOOST_TEST(file.estimated_data_size == 5);
        auto const found =
            event_attachment(text, file.file_reference.substr(std::string_view("files:").size()));
        BOOST_REQUIRE_EQUAL(error_of(found), "");
        BOOST_TEST(*found->content.text() == "hello");
        BOOST_TEST(found->content_type == "text/plain");
    }
}

BOOST_AUTO_TEST_CASE(busy_status)
{
    struct Case {
        char const *lines;
        BusyStatus status;
    };
    for (auto const &[lines, status] : {
             Case{"", BusyStatus::busy},
             Case{"TRANSP:OPAQUE\n", BusyStatus::busy},
             Case{"TRANSP:TRANSPARENT\n", BusyStatus::free},
             Case{"STATUS:TENTATIVE\n", BusyStatus::tentative},
             Case{"X-MICROSOFT-CDO-BUSYSTATUS:OOF\nTRANSP:OPAQUE\n", BusyStatus::out_of_office},
             Case{"X-MICROSOFT-CDO-BUSYSTATUS:OOF\nTRANSP:TRANSPARENT\n", BusyStatus::free},
             Case{"X-MICROSOFT-CDO-BUSYSTATUS:FREE\nTRANSP:OPAQUE\n", BusyStatus::busy},
             Case{"X-MICROSOFT-CDO-BUSYSTATUS:FREE\n", BusyStatus::free},
             Case{"X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\n", BusyStatus::working_elsewhere},
             Case{"X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\nTRANSP:TRANSPARENT\n",
                  BusyStatus::working_elsewhere},
             Case{"ORGANIZER:mailto:b@example.org\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:me@example.org\n",
                  BusyStatus::tentative},
             Case{"ORGANIZER:mailto:b@example.org\nATTENDEE;PARTSTAT=DECLINED:mailto:me@example.org\n",
                  BusyStatus::free},
         }) {
        auto const event = event_of(event_text("DTSTART:20260701T100000Z\n" + std::string(lines)), v16_1);
        BOOST_TEST((*event.busy_status == status), lines);
    }
}

BOOST_AUTO_TEST_CASE(working_elsewhere_is_free_before_16_0_and_stays_when_it_is_sent_back)
{
    auto const text =
        event_text("DTSTART:20260701T100000Z\nX-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\nTRANSP:OPAQUE\n");
    for (auto const version : all_versions) {
        auto const event = event_of(text, version);
        BOOST_TEST(
            (*event.busy_status == (version >= v16_0 ? BusyStatus::working_elsewhere : BusyStatus::free)));
        EventRequest request{{}, {}};
        request.event.busy_status = event.busy_status;
        request.event.start_time = event.start_time;
        request.event.end_time = event.end_time;
        request.event.subject = "New";
        SupportedProperties const supported{.is_sent = true, .managed = {}};
        auto const changed = change_event(text, request, supported, view_of(version), calendar_context());
        BOOST_REQUIRE_EQUAL(error_of(changed), "");
        BOOST_TEST(changed->text.find("BUSYSTATUS:WORKINGELSEWHERE") != std::string::npos);
        BOOST_TEST(changed->text.find("SUMMARY:New") != std::string::npos);
        request.event.busy_status = BusyStatus::busy;
        auto const busy = change_event(text, request, supported, view_of(version), calendar_context());
        BOOST_TEST((*event_of(busy->text, version).busy_status == BusyStatus::busy));
        request.event.busy_status = BusyStatus::free; // who was told 4 means it
        auto const free = change_event(text, request, supported, view_of(version), calendar_context());
        BOOST_TEST((*event_of(free->text, v16_1).busy_status ==
                    (version >= v16_0 ? BusyStatus::free : BusyStatus::working_elsewhere)));
    }
}

BOOST_AUTO_TEST_CASE(the_last_day_of_a_window_is_one_in_every_zone)
{
    auto const text =
        event_text("DTSTART;VALUE=DATE:20261204\nRRULE:FREQ=MONTHLY;BYDAY=FR;COUNT=6\n"); // to 8 January
    for (auto const *zone : {"America/New_York", "UTC", "Asia/Tokyo", "Europe/Vienna"})
        for (auto const version : {v16_0, v16_1}) {
            auto const event = event_of(text, version, calendar_context(zone));
            BOOST_REQUIRE(event.recurrence);
            BOOST_TEST(time_text(event.recurrence->until) == "20270108T000000Z", zone);
        }
}

BOOST_AUTO_TEST_CASE(what_is_told_of_a_window_is_told_again)
{
    auto const again_of = [](std::string const &lines, std::string_view now) {
        std::optional<Instant> again;
        auto const context = calendar_context("Europe/Vienna", now);
        BOOST_REQUIRE_EQUAL(error_of(event_from_ical(event_text(lines), view_of(v14_1), context, &again)),
                            "");
        return again ? format_compact_datetime(*again) : std::string("never");
    };
    std::string const start = "DTSTART;TZID=Europe/Vienna:20260105T100000\n";
    BOOST_TEST(again_of(start + "RRULE:FREQ=WEEKLY\n", "20261129T100000Z") == "never");
    // EAS has no word for this rule, nor for one with RDATE.
    std::string const odd = start + "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15,20\n";
    BOOST_TEST(again_of(odd, "20261129T100000Z") == "20261231T230000Z");
    BOOST_TEST(again_of(odd, "20270101T100000Z") == "20271231T230000Z");
    std::string const dense =
        start + "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,2,4,5,8,9,11,12,15,16,18,19,22,23,25,26\n";
    BOOST_TEST(again_of(dense, "20261129T100000Z") ==
               "20261130T230000Z"); // two years have too many exceptions
    BOOST_TEST(again_of(dense, "20270101T100000Z") == "20270131T230000Z");
    BOOST_TEST(again_of(start + "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15,20;COUNT=9\n", "20261129T100000Z") ==
               "never");
    BOOST_TEST(again_of(start + "RDATE;TZID=Europe/Vienna:20260107T100000\n", "20261129T100000Z") == "never");
}

BOOST_AUTO_TEST_CASE(several_occurrences_on_one_day_are_all_told)
{
    struct Case {
        char const *lines;
        bool is_whole; ///< all of the series
    };
    for (auto const &[lines, is_whole] : {
             Case{"RRULE:FREQ=DAILY;BYHOUR=10,15;COUNT=20\n", true},
             Case{"RRULE:FREQ=DAILY;BYHOUR=10,15\n", false},
             Case{"RRULE:FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=9,10;BYMINUTE=0,30;UNTIL=20270101T000000Z\n", true},
             Case{"RRULE:FREQ=HOURLY;INTERVAL=3;COUNT=100\n", true},
             Case{"RRULE:FREQ=HOURLY\n", false},
             Case{"RRULE:FREQ=HOURLY;INTERVAL=7\n", false},
             Case{"RRULE:FREQ=MINUTELY;INTERVAL=15\n", false},
             Case{"RRULE:FREQ=MINUTELY\n", false},
             Case{"RRULE:FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=10,18;COUNT=12\n", true},
             Case{"RRULE:FREQ=YEARLY;BYHOUR=10,18;COUNT=6\n", true},
             Case{"RDATE;TZID=Europe/Vienna:20261102T150000,20261102T170000\n", true},
             Case{"RRULE:FREQ=DAILY;COUNT=10\nRDATE;TZID=Europe/Vienna:20261104T180000\n", true},
             Case{"RRULE:FREQ=WEEKLY\nRDATE;TZID=Europe/Vienna:20261109T180000\n", false},
             Case{"RRULE:FREQ=DAILY;BYHOUR=10,15;COUNT=20\nEXDATE;TZID=Europe/Vienna:20261104T100000\n",
                  true},
         }) {
        auto const text = event_text("DTSTART;TZID=Europe/Vienna:20261102T100000\n" + std::string(lines));
        auto const event = event_of(text, v14_1);
        auto const shown = starts_on_client(event);
        BOOST_TEST(event.exceptions.value_or(std::vector<EventException>()).size() <= 256u, lines);
        BOOST_TEST((shown == starts_in_file(text, *shown.begin(), *shown.rbegin())), lines);
        auto const now = calendar_context().now;
        BOOST_TEST((*shown.begin() <= now || is_whole), lines);
        BOOST_TEST((*shown.rbegin() > now || is_whole), lines);
        if (is_whole)
            BOOST_TEST((shown == starts_in_file(text, Instant{}, *parse_datetime("20400101T000000Z"))),
                       lines);
    }
}

BOOST_AUTO_TEST_CASE(irregular_days_are_told_for_years)
{
    for (auto const *rule :
         {"FREQ=MONTHLY;BYMONTHDAY=2,16", "FREQ=MONTHLY;BYMONTHDAY=-2",
          "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1", "FREQ=MONTHLY;BYMONTHDAY=1,10,20,-1",
          "FREQ=MONTHLY;BYDAY=1MO,3TH", "FREQ=MONTHLY;BYMONTHDAY=29,30,31", "FREQ=YEARLY;BYYEARDAY=100",
          "FREQ=WEEKLY;COUNT=100\nRRULE:FREQ=MONTHLY;BYMONTHDAY=20"}) {
        auto const text =
            event_text("DTSTART;TZID=Europe/Vienna:20260902T100000\nRRULE:" + std::string(rule) +
                       "\nEXDATE;TZID=Europe/Vienna:20270216T100000\n");
        auto const event = event_of(text, v14_1);
        auto const shown = starts_on_client(event);
        BOOST_TEST(event.exceptions->size() <= 256u, rule);
        BOOST_TEST((shown == starts_in_file(text, *shown.begin(), *shown.rbegin())), rule);
        BOOST_TEST((*shown.begin() == *parse_datetime("20260902T080000Z")), rule);
        BOOST_TEST((*shown.rbegin() > *parse_datetime("20280301T000000Z")), rule);
        // Instances do not pass each other: MS-ASCAL 2.2.2.37.
        auto const instances = instances_on_client(event);
        for (auto next = instances.begin(), each = next++; next != instances.end(); each = next++)
            BOOST_TEST((each->second < next->second), rule);
        // What an exception stands for is what its change is of.
        for (auto const &each : *event.exceptions) {
            if (each.deleted.value_or(false))
                continue;
            EventRequest request;
            request.event.subject = "Changed";
            auto const changed = change_instance(text, *each.exception_start_time, request, view_of(v16_1),
                                                 calendar_context());
            BOOST_REQUIRE_EQUAL(error_of(changed), "");
            auto const day = format_compact_datetime(*each.start_time).substr(0, 8);
            BOOST_TEST(changed->text.find("RECURRENCE-ID;TZID=Europe/Vienna:" + day + "T100000\r\n") !=
                           std::string::npos,
                       rule << ' ' << day);
        }
    }
    // Until 14.0 no client knows when a week begins.
    auto const twice_a_year = event_text("DTSTART;TZID=Europe/Vienna:20260902T100000\nRRULE:FREQ=YEARLY;"
                                         "BYMONTH=3,9;BYMONTHDAY=2,3\n");
    auto const recurrence = *event_of(twice_a_year, v14_0).recurrence;
    BOOST_TEST((recurrence.type != Recurrence::Type::weekly || recurrence.interval == 1));
}

BOOST_AUTO_TEST_CASE(a_window_of_hours_goes_on_with_the_time)
{
    auto const text = event_text("DTSTART:20261102T100000Z\nRRULE:FREQ=MINUTELY\n");
    std::optional<Instant> again = parse_datetime("20261129T103000Z");
    for (int i = 0; i < 5; i++) {
        auto const now = *again;
        auto const event = event_from_ical(text, view_of(v14_1),
                                           calendar_context("UTC", format_compact_datetime(now)), &again);
        BOOST_REQUIRE_EQUAL(error_of(event), "");
        auto const shown = starts_on_client(*event);
        BOOST_TEST((*shown.begin() <= now && now < *shown.rbegin()));
        BOOST_REQUIRE(again);
        BOOST_TEST((now < *again && *again < *shown.rbegin()));
    }
}

BOOST_AUTO_TEST_CASE(of_too_many_exceptions_those_of_the_present_time_are_told)
{
    std::string lines = "DTSTART;TZID=Europe/Vienna:20200101T100000\nRRULE:FREQ=DAILY\n";
    auto const first = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
    for (int i = 0; i < 3600; i++) { // each third day until 2029 is at another hour
        auto const at = Instant::from_seconds(
            (first + std::chrono::days(3 * (i % 1200))).time_since_epoch().count() * 86400LL);
        if (i < 1200)
            lines += "EXDATE;TZID=Europe/Vienna:" + format_compact_datetime(at).substr(0, 8) + "T100000\n";
    }
    for (auto const *now : {"20260310T100000Z", "20261129T100000Z"}) {
        std::optional<Instant> again;
        auto const event = event_from_ical(event_text(lines), view_of(v14_1),
                                           calendar_context("Europe/Vienna", now), &again);
        BOOST_REQUIRE_EQUAL(error_of(event), "");
        BOOST_REQUIRE(event->exceptions);
        BOOST_TEST(event->exceptions->size() <= 256u);
        BOOST_REQUIRE(again);
        auto const present = *parse_datetime(now);
        BOOST_TEST((event->start_time->value <= present && event->recurrence->until->value >= present));
        BOOST_TEST((*again > present));
    }
}

BOOST_AUTO_TEST_CASE(meetings)
{
    struct Case {
        char const *lines;
        int meeting_status;
        ResponseType response;
    };
    std::string const own = "ORGANIZER:mailto:ME@example.org\nATTENDEE:mailto:b@example.org\n";
    for (auto const &[lines, status, response] : {
             Case{"", 0, ResponseType::none},
             Case{"ORGANIZER:mailto:me@example.org\nATTENDEE:mailto:b@example.org\n", 1,
                  ResponseType::organizer},
             Case{"ORGANIZER:mailto:me@example.org\nATTENDEE:mailto:b@example.org\nSTATUS:CANCELLED\n", 5,
                  ResponseType::organizer},
             Case{"ATTENDEE:mailto:b@example.org\n", 1, ResponseType::organizer},
             Case{"ORGANIZER:mailto:b@example.org\nATTENDEE;PARTSTAT=TENTATIVE:mailto:me@example.org\n", 3,
                  ResponseType::tentative},
             Case{"ORGANIZER:mailto:b@example.org\nATTENDEE:mailto:me@example.org\nSTATUS:CANCELLED\n", 7,
                  ResponseType::not_responded},
             Case{"ORGANIZER:mailto:b@example.org\n", 3, ResponseType::none},
         }) {
        auto const event = event_of(event_text("DTSTART:20260701T100000Z\n" + std::string(lines)), v14_1);
        BOOST_TEST(int{*event.meeting_status} == status, lines);
        BOOST_TEST((*event.response_type == response), lines);
        BOOST_TEST(event.organizer_email.has_value() == (status != 0), lines);
        BOOST_TEST(!event.appointment_reply_time, lines);
    }
}

BOOST_AUTO_TEST_CASE(a_series_with_exceptions)
{
    auto const text = calendar_text(
        "BEGIN:VEVENT\nUID:1\nSUMMARY:Weekly\nLOCATION:Here\nDTSTART;TZID=Europe/Vienna:20260302T100000\n"
        "DTEND;TZID=Europe/Vienna:20260302T110000\nRRULE:FREQ=WEEKLY\nEXDATE;TZID=Europe/"
        "Vienna:20260309T100000\n"
        "EXDATE;VALUE=DATE:20260316\nEXDATE;TZID=Europe/Vienna:20260317T100000\n"
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nEND:VALARM\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID;TZID=Europe/Vienna:20260330T100000\nSUMMARY:Weekly\n"
        "DTSTART;TZID=Europe/Vienna:20260331T150000\nDTEND;TZID=Europe/Vienna:20260331T153000\nEND:VEVENT\n");
    for (auto const version : all_versions) {
        auto const event = event_of(text, version);
        BOOST_REQUIRE(event.recurrence);
        BOOST_TEST((*event.recurrence->type == Recurrence::Type::weekly));
        BOOST_TEST(*event.recurrence->day_of_week == 2);
        BOOST_TEST(!event.recurrence->until);
        BOOST_REQUIRE(event.exceptions);
        BOOST_REQUIRE_EQUAL(event.exceptions->size(), 3);
        auto const original = [&](size_t i) {
            auto const &each = (*event.exceptions)[i];
            return time_text(version < v16_0 ? each.exception_start_time : each.instance_id);
        };
        BOOST_TEST(original(0) == "20260309T090000Z");
        BOOST_TEST(original(1) == "20260316T090000Z");
        BOOST_TEST(original(2) == "20260330T080000Z");
        BOOST_TEST((*event.exceptions)[0].deleted.value_or(false));
        BOOST_TEST((*event.exceptions)[1].deleted.value_or(false));
        auto const &moved = (*event.exceptions)[2];
        BOOST_TEST(!moved.deleted);
        BOOST_TEST(time_text(moved.start_time) == "20260331T130000Z");
        BOOST_TEST(time_text(moved.end_time) == "20260331T133000Z");
        BOOST_TEST(!moved.subject);
        if (version < v16_0)
            BOOST_TEST(*moved.location == "");
        else
            BOOST_TEST(*moved.structured_location->display_name == "");
        BOOST_TEST(moved.reminder.has_value() == (version >= v14_1));
        if (moved.reminder)
            BOOST_TEST(!moved.reminder->minutes);
    }
}

BOOST_AUTO_TEST_CASE(an_instance_without_its_series_is_named_from_16_0_on)
{
    auto const orphan = [](std::string const &id, std::string const &start) {
        return "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID" + id + "\nDTSTART" + start +
               "\nSUMMARY:Guest\nEND:VEVENT\n";
    };
    auto const one = orphan(";TZID=Europe/Vienna:20261130T100000", ";TZID=Europe/Vienna:20261201T110000");
    auto const event = event_of(calendar_text(one), v16_0);
    BOOST_TEST(time_text(event.instance_id) == "20261130T090000Z");
    BOOST_TEST(time_text(event.start_time) == "20261201T100000Z");
    BOOST_TEST(!event.recurrence);
    auto const day = orphan(";VALUE=DATE:20261130", ";VALUE=DATE:20261201");
    BOOST_TEST(time_text(event_of(calendar_text(day), v16_1).instance_id) == "20261130T000000Z");
    // Two are told as exceptions of one item, and a series that has only one changed instance is none.
    auto const two = one + orphan(":20261207T090000Z", ":20261207T090000Z");
    auto const both = event_of(calendar_text(two), v16_1);
    BOOST_TEST(!both.instance_id);
    BOOST_TEST(both.recurrence.has_value());
    auto const series =
        "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Vienna:20261130T100000\nRRULE:FREQ=DAILY;COUNT=1\n"
        "END:VEVENT\n" +
        one;
    BOOST_TEST(!event_of(calendar_text(series), v16_1).instance_id);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_series)
{
    struct Case {
        char const *lines, *until;
        int occurrences;
    };
    for (auto const &[lines, until, occurrences] : {
             Case{"DTSTART;TZID=Europe/Vienna:20260301T100000\nRRULE:FREQ=DAILY;COUNT=10\n", "-", 10},
             Case{"DTSTART;TZID=Europe/Vienna:20260301T100000\nRRULE:FREQ=DAILY;UNTIL=20260405T080000Z\n",
                  "20260405T080000Z", 0},
             Case{"DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=DAILY;UNTIL=20260405\n", "20260404T220000Z", 0},
         }) {
        auto const event = event_of(event_text(lines), v14_1);
        BOOST_REQUIRE(event.recurrence);
        BOOST_TEST(time_text(event.recurrence->until) == until, lines);
        BOOST_TEST(event.recurrence->occurrences.value_or(0) == occurrences, lines);
    }
    auto const days =
        event_of(event_text("DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=DAILY;UNTIL=20260405\n"), v16_1);
    BOOST_TEST(time_text(days.recurrence->until) == "20260405T000000Z");
}

BOOST_AUTO_TEST_CASE(broken_texts_are_errors)
{
    for (auto const *text : {"", "x", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
                             "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n"}) {
        auto const event = event_from_ical(text, view_of(v16_1), calendar_context());
        BOOST_TEST(!event);
    }
    BOOST_TEST(error_of(event_from_ical(event_text("SUMMARY:x\n"), view_of(v16_1), calendar_context())) ==
               "no VEVENT with a DTSTART");
}

BOOST_AUTO_TEST_SUITE_END()
