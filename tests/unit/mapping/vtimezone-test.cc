// VTIMEZONEs as programs write them, and ours for every zone of tzdata.
#include "mapping/time-zone.h"
#include "mapping/vtimezone.h"
#include "support.h"
#include <libical/ical.h>

using namespace eas;
using namespace std::chrono;

namespace {

ZoneNames const &names()
{
    static ZoneNames const all;
    return all;
}

NamedZone zone(std::string_view name)
{
    auto found = names().find(name);
    BOOST_REQUIRE_MESSAGE(found, name);
    return *found;
}

Instant utc(int y, unsigned m, unsigned d, int hour = 0)
{
    return Instant::from_seconds((sys_days(year(y) / m / d) + hours(hour)).time_since_epoch() / seconds(1));
}

/// Lines parted by blanks within BEGIN and END:VTIMEZONE.
IcalComponent vtimezone(std::string lines)
{
    std::replace(lines.begin(), lines.end(), ' ', '\n');
    auto document = IcalDocument::parse("BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\n" + lines +
                                        "\nEND:VTIMEZONE\nEND:VCALENDAR\n");
    BOOST_REQUIRE_EQUAL(test::error_of(document), "");
    return *document->calendar()->components("VTIMEZONE").at(0);
}

std::string text_of(IcalComponent component)
{
    IcalDocument document;
    document.calendar()->add(std::move(component));
    return document.print();
}

/// Outlook and Exchange.
constexpr char const outlook[] =
    "TZID:W.-Europe BEGIN:STANDARD DTSTART:16010101T030000 TZOFFSETFROM:+0200 TZOFFSETTO:+0100 "
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10 END:STANDARD BEGIN:DAYLIGHT "
    "DTSTART:16010101T020000 TZOFFSETFROM:+0100 TZOFFSETTO:+0200 "
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3 END:DAYLIGHT";
/// Evolution's, of libical's own zones: rules with ends, and lists.
constexpr char const with_history[] =
    "TZID:/freeassociation.sourceforge.net/Nowhere BEGIN:STANDARD DTSTART:19700101T000000 TZOFFSETFROM:-0456 "
    "TZOFFSETTO:-0500 "
    "END:STANDARD BEGIN:DAYLIGHT DTSTART:19870405T020000 TZOFFSETFROM:-0500 TZOFFSETTO:-0400 "
    "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z END:DAYLIGHT BEGIN:STANDARD "
    "DTSTART:19871025T020000 "
    "TZOFFSETFROM:-0400 TZOFFSETTO:-0500 RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z "
    "END:STANDARD "
    "BEGIN:DAYLIGHT DTSTART:20070311T020000 TZOFFSETFROM:-0500 TZOFFSETTO:-0400 "
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU END:DAYLIGHT "
    "BEGIN:STANDARD DTSTART:20071104T020000 TZOFFSETFROM:-0400 TZOFFSETTO:-0500 "
    "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU END:STANDARD";

} // namespace

BOOST_AUTO_TEST_SUITE(vtimezone_component)

BOOST_AUTO_TEST_CASE(rules_without_a_beginning)
{
    auto const read = zone_of(vtimezone(outlook));
    BOOST_REQUIRE(read);
    BOOST_TEST(seconds_apart(*read, *zone("Europe/Berlin").zone, utc(1997, 1, 1), utc(2300, 1, 1)) == 0);
    BOOST_TEST(read->yearly_from(utc(1997, 1, 1)).has_value());
}

BOOST_AUTO_TEST_CASE(rules_that_changed)
{
    auto const read = zone_of(vtimezone(with_history));
    BOOST_REQUIRE(read);
    BOOST_TEST(seconds_apart(*read, *zone("America/New_York").zone, utc(1988, 1, 1), utc(2300, 1, 1)) == 0);
}

BOOST_AUTO_TEST_CASE(lists_of_dates_and_odd_rules)
{
    auto const listed =
        zone_of(vtimezone("TZID:X BEGIN:STANDARD DTSTART:20200101T000000 "
                          "RDATE:20210101T000000Z,20220101T003000 TZOFFSETFROM:+0000 "
                          "TZOFFSETTO:+0030 END:STANDARD BEGIN:DAYLIGHT DTSTART:20210601T000000 "
                          "TZOFFSETFROM:+0030 TZOFFSETTO:+0000 END:DAYLIGHT"));
    BOOST_REQUIRE(listed);
    BOOST_TEST(listed->offset_seconds(utc(2019, 12, 31)) == 0);
    BOOST_TEST(listed->offset_seconds(utc(2020, 1, 1)) == 1800);
    BOOST_TEST(listed->offset_seconds(utc(2021, 7, 1)) == 0);
    BOOST_TEST(listed->offset_seconds(utc(2022, 1, 2)) == 1800);
    // "The second Sunday" as vzic says it.
    auto const by_days = zone_of(
        vtimezone("TZID:X BEGIN:DAYLIGHT DTSTART:20070311T020000 TZOFFSETFROM:-0500 TZOFFSETTO:-0400 "
                  "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8,9,10,11,12,13,14;BYDAY=SU END:DAYLIGHT "
                  "BEGIN:STANDARD DTSTART:20071104T020000 "
                  "TZOFFSETFROM:-0400 TZOFFSETTO:-0500 RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU END:STANDARD"));
    BOOST_REQUIRE(by_days);
    BOOST_TEST(seconds_apart(*by_days, *zone("America/New_York").zone, utc(2007, 4, 1), utc(2099, 1, 1)) ==
               0);
    BOOST_TEST(zone_of(vtimezone("TZID:X BEGIN:STANDARD DTSTART:19700101T000000 TZOFFSETFROM:-003730 "
                                 "TZOFFSETTO:-003730 END:STANDARD"))
                   ->offset_seconds({}) == -2250);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_understood_is_not_guessed)
{
    for (auto lines :
         {"TZID:X", "TZID:X BEGIN:STANDARD END:STANDARD",
          "TZID:X BEGIN:STANDARD DTSTART:20200101T000000 TZOFFSETFROM:+0100 END:STANDARD",
          "TZID:X BEGIN:STANDARD DTSTART:someday TZOFFSETFROM:+0100 TZOFFSETTO:+0100 END:STANDARD",
          "TZID:X BEGIN:STANDARD DTSTART:20200101T000000 TZOFFSETFROM:0100 TZOFFSETTO:+0100 END:STANDARD",
          "TZID:X BEGIN:STANDARD DTSTART:20200101T000000 TZOFFSETFROM:+9900 TZOFFSETTO:+0100 END:STANDARD",
          "TZID:X BEGIN:STANDARD DTSTART:20200101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0000 "
          "RRULE:FREQ=SECONDLY END:STANDARD",
          "TZID:X BEGIN:STANDARD DTSTART:20200101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0000 "
          "RRULE:FREQ=NEVER END:STANDARD",
          "TZID:X BEGIN:STANDARD DTSTART:20200101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0000 "
          "RRULE:FREQ=MONTHLY;COUNT=2 END:STANDARD",
          "TZID:X BEGIN:STANDARD DTSTART:20200101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0000 "
          "RRULE:RSCALE=CHINESE;FREQ=YEARLY;COUNT=2 END:STANDARD"})
        BOOST_TEST(!zone_of(vtimezone(lines)), lines);
}

BOOST_AUTO_TEST_CASE(observances_share_what_may_be_spent_on_them)
{
    std::string const each = "BEGIN:STANDARD DTSTART:16010101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0100 "
                             "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30 END:STANDARD ";
    BOOST_TEST(zone_of(vtimezone("TZID:X " + each)).has_value());
    std::string many = "TZID:X ";
    for (int i = 0; i < 10; i++)
        many += each;
    BOOST_TEST(!zone_of(vtimezone(many)));
}

BOOST_AUTO_TEST_CASE(every_zone_of_tzdata_survives)
{
    for (auto const &name : names().all()) {
        auto const each = zone(name);
        for (Instant const from : {utc(2017, 3, 1), utc(2026, 11, 22)}) {
            auto const read = zone_of(vtimezone_of(*each.zone, name, from));
            BOOST_REQUIRE_MESSAGE(read, name);
            auto const wrong = first_difference(*each.zone, *read, from, utc(2046, 1, 1));
            BOOST_TEST((wrong == utc(2046, 1, 1)),
                       name << " from " << from.seconds() << " wrong at " << format_compact_datetime(wrong));
        }
    }
}

BOOST_AUTO_TEST_CASE(libical_reads_the_same)
{
    for (auto name : {"Europe/Berlin", "America/New_York", "Africa/Cairo", "Africa/Casablanca",
                      "Asia/Kathmandu", "Australia/Lord_Howe"}) {
        auto const each = zone(name);
        auto const text = text_of(vtimezone_of(*each.zone, name, utc(2026, 1, 1)));
        auto *calendar = icalparser_parse_string(text.c_str());
        BOOST_REQUIRE(calendar);
        auto *theirs = icalcomponent_get_timezone(calendar, name);
        BOOST_REQUIRE(theirs);
        for (Instant at = utc(2026, 1, 1); at < utc(2030, 1, 1);
             at = Instant::from_seconds(at.seconds() + 86400)) {
            auto time = icaltime_from_timet_with_zone(at.seconds(), 0, icaltimezone_get_utc_timezone());
            int is_daylight = 0;
            auto const offset = icaltimezone_get_utc_offset_of_utc_time(theirs, &time, &is_daylight);
            if (offset != each.zone->offset_seconds(at)) {
                BOOST_TEST(offset == each.zone->offset_seconds(at),
                           name << " " << format_compact_datetime(at));
                break;
            }
        }
        icalcomponent_free(calendar);
    }
}

BOOST_AUTO_TEST_CASE(ours_is_short)
{
    BOOST_TEST(text_of(vtimezone_of(*zone("Europe/Berlin").zone, "Europe/Berlin", utc(2026, 11, 22)))
                   .find("BEGIN:VTIMEZONE\r\nTZID:Europe/"
                         "Berlin\r\nBEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\n"
                         "TZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:"
                         "STANDARD\r\nBEGIN:DAYLIGHT\r\n"
                         "DTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ="
                         "YEARLY;BYDAY=-1SU;BYMONTH=3\r\n"
                         "END:DAYLIGHT\r\nEND:VTIMEZONE\r\n") != std::string::npos);
    for (auto const *name :
         {"Australia/Sydney", "Pacific/Auckland", "Pacific/Chatham", "Australia/Lord_Howe"}) {
        auto const text = text_of(vtimezone_of(*zone(name).zone, name, utc(2026, 11, 22)));
        BOOST_TEST(text.find("RRULE:FREQ=YEARLY") != text.npos, text);
        BOOST_TEST(text.find("RDATE") == text.npos, text);
    }
    BOOST_TEST(
        text_of(vtimezone_of(Zone(-5400), "Custom-0130", utc(2026, 11, 22))).find("TZOFFSETTO:-0130") !=
        std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_structure_of_no_known_zone_becomes_a_vtimezone)
{
    TimeZoneStructure structure;
    structure.bias = -67;
    structure.standard_date = {0, 10, 0, 5, 3, 0, 0, 0};
    structure.daylight_date = {0, 3, 0, 5, 2, 0, 0, 0};
    structure.daylight_bias = -60;
    auto const custom = zone_of(structure);
    auto const read = zone_of(vtimezone_of(custom, "Custom", utc(2026, 11, 22)));
    BOOST_REQUIRE(read);
    BOOST_TEST(seconds_apart(custom, *read, utc(2026, 11, 22), utc(2200, 1, 1)) == 0);
    BOOST_TEST((structure_of(*read, utc(2026, 11, 22), "") == structure));
}

BOOST_AUTO_TEST_CASE(a_tzid_means_what_its_file_says_or_else_its_name)
{
    auto const own = vtimezone(outlook);
    auto const broken = vtimezone("TZID:X X-LIC-LOCATION:Europe/Berlin");
    auto const found = zone_of_tzid("Eastern Standard Time", &own, names());
    BOOST_REQUIRE(found);
    BOOST_TEST(found->name == "America/New_York");
    BOOST_TEST(found->zone->offset_seconds(utc(2026, 1, 1)) == 3600);
    BOOST_TEST(
        zone_of_tzid("Eastern Standard Time", &broken, names())->zone->offset_seconds(utc(2026, 1, 1)) ==
        -5 * 3600);
    BOOST_TEST(zone_of_tzid("X", &broken, names())->name == "Europe/Berlin");
    BOOST_TEST(zone_of_tzid("X", &own, names())->name == "");
    BOOST_TEST(!zone_of_tzid("X", nullptr, names()));
}

BOOST_AUTO_TEST_CASE(outside_of_what_a_file_describes_the_name_counts)
{
    auto const named = names().find("Europe/Vienna");
    BOOST_REQUIRE(named);
    auto const apart = [&](std::string_view lines, Instant begin, Instant end) {
        auto const text = vtimezone("TZID:Europe/Vienna " + std::string(lines));
        return seconds_apart(*zone_of_tzid("Europe/Vienna", &text, names())->zone, *named->zone, begin, end);
    };
    // khal 0.10.5: one change before and one after the first instance, both an hour beside the real one.
    constexpr char const *khal =
        "BEGIN:STANDARD DTSTART;VALUE=DATE-TIME:20261025T020000 TZNAME:CET TZOFFSETFROM:+0200 "
        "TZOFFSETTO:+0100 END:STANDARD BEGIN:DAYLIGHT DTSTART;VALUE=DATE-TIME:20270328T030000 TZNAME:CEST "
        "TZOFFSETFROM:+0100 TZOFFSETTO:+0200 END:DAYLIGHT";
    BOOST_TEST(apart(khal, utc(1950, 1, 1), utc(2026, 10, 20)) == 0);
    BOOST_TEST(apart(khal, utc(2026, 11, 1), utc(2027, 3, 20)) == 0);
    BOOST_TEST(apart(khal, utc(2027, 4, 1), utc(2100, 1, 1)) == 0);
    // Ours, of a series that begins later than what is moved before it.
    auto const ours = vtimezone_of(*named->zone, "Europe/Vienna", utc(2026, 11, 22));
    BOOST_TEST(seconds_apart(*zone_of_tzid("Europe/Vienna", &ours, names())->zone, *named->zone,
                             utc(1950, 1, 1), utc(2100, 1, 1)) == 0);
    // What a file says for ever it means, and what is no part of the named zone ends as it says.
    constexpr char const *fixed =
        "BEGIN:STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0100 "
        "END:STANDARD";
    BOOST_TEST(apart(fixed, utc(2026, 7, 1), utc(2026, 7, 2)) == 86400);
    constexpr char const *other =
        "BEGIN:STANDARD DTSTART:20261025T020000 TZOFFSETFROM:+0600 TZOFFSETTO:+0500 END:STANDARD "
        "BEGIN:DAYLIGHT DTSTART:20270328T030000 TZOFFSETFROM:+0500 TZOFFSETTO:+0600 END:DAYLIGHT";
    BOOST_TEST(apart(other, utc(2028, 1, 1), utc(2028, 1, 2)) == 86400);
    BOOST_TEST(apart(other, utc(2020, 1, 1), utc(2020, 1, 2)) == 86400);
}

BOOST_AUTO_TEST_SUITE_END()
