// MergedFreeBusy: MS-ASCMD 2.2.3.107.
#include "mapping/busy-times.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(busy_times_suite)

namespace {

std::string event(std::string const &properties)
{
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n" + properties +
           "END:VEVENT\r\nEND:VCALENDAR\r\n";
}

std::string digits(std::string const &text, char const *start, char const *end)
{
    ZoneNames names;
    CalendarContext const context{names, names.find("Europe/Berlin").value(), {}, {"anna@example.com"}, {}};
    BusyTimes times(parse_datetime(start).value(), parse_datetime(end).value(), context);
    times.add(text);
    return times.digits();
}

std::string const oof = event("DTSTART:20261130T120000Z\r\nDTEND:20261130T120500Z\r\n"
                              "X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\n");

} // namespace

BOOST_AUTO_TEST_CASE(the_examples_of_the_specification)
{
    BOOST_TEST(digits(oof, "20261130T120000Z", "20261130T130000Z") == "30");
    BOOST_TEST(digits(oof, "20261130T120459Z", "20261130T130000Z") == "30");
    BOOST_TEST(digits(oof, "20261130T120500Z", "20261130T130000Z") == "00");
    BOOST_TEST(digits(oof, "20261130T130000Z", "20261130T133000Z").size() == 1u);
    BOOST_TEST(digits(oof, "20261130T125959Z", "20261130T133000Z").size() == 2u);
    BOOST_TEST(digits(oof, "20261130T130000Z", "20261130T133001Z").size() == 2u);
    BOOST_TEST(digits(oof, "20261130T130000Z", "20261130T130000Z") == "");
}

BOOST_AUTO_TEST_CASE(what_an_event_counts_for)
{
    auto const digit = [](std::string const &more) {
        return digits(event("DTSTART:20261130T120000Z\r\nDURATION:PT30M\r\n" + more), "20261130T120000Z",
                      "20261130T123000Z");
    };
    BOOST_TEST(digit("") == "2");
    BOOST_TEST(digit("TRANSP:TRANSPARENT\r\n") == "0");
    BOOST_TEST(digit("STATUS:CANCELLED\r\n") == "0");
    BOOST_TEST(digit("STATUS:TENTATIVE\r\n") == "1");
    BOOST_TEST(digit("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\r\n") == "1");
    BOOST_TEST(digit("ATTENDEE;PARTSTAT=DECLINED:mailto:anna@example.com\r\n") == "0");
    BOOST_TEST(digit("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:anna@example.com\r\n") == "1");
    BOOST_TEST(digit("ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.com\r\n") == "2");
}

BOOST_AUTO_TEST_CASE(series_with_their_exceptions)
{
    auto const series =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        "DTSTART;TZID=Europe/Berlin:20200101T100000\r\nDTEND;TZID=Europe/Berlin:20200101T103000\r\n"
        "RRULE:FREQ=DAILY\r\nEXDATE;TZID=Europe/Berlin:20261201T100000\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID;TZID=Europe/Berlin:20261202T100000\r\n"
        "DTSTART;TZID=Europe/Berlin:20261202T110000\r\nDTEND;TZID=Europe/Berlin:20261202T113000\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n";
    BOOST_TEST(digits(series, "20261130T083000Z", "20261130T103000Z") == "0200");
    BOOST_TEST(digits(series, "20261201T083000Z", "20261201T103000Z") == "0000");
    BOOST_TEST(digits(series, "20261202T083000Z", "20261202T103000Z") == "0002");
    BOOST_TEST(digits(series, "20260701T073000Z", "20260701T093000Z") == "0200"); // summer time
}

BOOST_AUTO_TEST_CASE(dates_that_leave_out_and_instances_that_change_the_rest)
{
    auto const series = [](std::string const &more, std::string const &other) {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n"
               "DTSTART:20261101T100000Z\r\nDTEND:20261101T103000Z\r\nRRULE:FREQ=DAILY\r\n" +
               more + "END:VEVENT\r\n" + other + "END:VCALENDAR\r\n";
    };
    auto const without = series("EXDATE;VALUE=DATE:20261202\r\n", "");
    BOOST_TEST(digits(without, "20261201T093000Z", "20261201T110000Z") == "020");
    BOOST_TEST(digits(without, "20261202T093000Z", "20261202T110000Z") == "000");
    auto const later =
        series("", "BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261115T100000Z\r\n"
                   "DTSTART:20261118T140000Z\r\nDTEND:20261118T143000Z\r\nEND:VEVENT\r\n");
    BOOST_TEST(digits(later, "20261202T093000Z", "20261202T110000Z") == "000");
    BOOST_TEST(digits(later, "20261202T133000Z", "20261202T150000Z") == "020");
    auto const from_far = series("", "BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID:20261105T100000Z\r\n"
                                     "DTSTART:20261202T170000Z\r\nDTEND:20261202T173000Z\r\nEND:VEVENT\r\n");
    BOOST_TEST(digits(from_far, "20261202T163000Z", "20261202T180000Z") == "020");
}

BOOST_AUTO_TEST_CASE(days_are_those_of_the_owner)
{
    auto const day = event("DTSTART;VALUE=DATE:20261130\r\n");
    BOOST_TEST(digits(day, "20261129T220000Z", "20261129T233000Z") == "002");
    BOOST_TEST(digits(day, "20261130T223000Z", "20261130T233000Z") == "20");
}

BOOST_AUTO_TEST_CASE(broken_files_and_endless_events_do_no_harm)
{
    BOOST_TEST(digits("BEGIN:VCALENDAR", "20261130T120000Z", "20261130T123000Z") == "0");
    BOOST_TEST(digits(event("DTSTART:never\r\n"), "20261130T120000Z", "20261130T123000Z") == "0");
    BOOST_TEST(digits(event("DTSTART:20261130T120000Z\r\nDTEND:20261130T110000Z\r\n"), "20261130T120000Z",
                      "20261130T123000Z") == "0");
    BOOST_TEST(digits(event("DTSTART:20261130T000000Z\r\nDURATION:P36500D\r\n"), "20261130T120000Z",
                      "20261130T123000Z") == "2");
}

BOOST_AUTO_TEST_SUITE_END()
