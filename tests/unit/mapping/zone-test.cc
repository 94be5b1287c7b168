// Zones of tzdata as the C library has them, and by the names that programs write.
#include "mapping/zone-file.h"
#include "mapping/zone-names.h"
#include "support.h"
#include <ctime>

using namespace eas;
using namespace std::chrono;

namespace {

ZoneNames const &names()
{
    static ZoneNames const all;
    return all;
}

/// What the C library says while TZ is set; `TZ` comes back at the end.
class CLibraryZone {
public:
    explicit CLibraryZone(std::string const &name)
    {
        if (char const *old = std::getenv("TZ"))
            m_old = old;
        setenv("TZ", (":" + name).c_str(), 1);
        tzset();
    }
    ~CLibraryZone()
    {
        m_old.empty() ? unsetenv("TZ") : setenv("TZ", m_old.c_str(), 1);
        tzset();
    }
    long offset_seconds(int64_t at) const
    {
        time_t const time = at;
        tm broken_down{};
        localtime_r(&time, &broken_down);
        return broken_down.tm_gmtoff;
    }

private:
    std::string m_old;
};

NamedZone zone(std::string_view name)
{
    auto found = names().find(name);
    BOOST_REQUIRE_MESSAGE(found, name);
    return *found;
}

LocalTime at(int y, unsigned m, unsigned d, int hour, int minute = 0)
{
    return local_days(year(y) / m / d) + hours(hour) + minutes(minute);
}

std::string resolved(std::string_view text)
{
    auto const found = names().resolve(text);
    return found ? found->name : "nothing";
}

} // namespace

BOOST_AUTO_TEST_SUITE(zones)

BOOST_AUTO_TEST_CASE(each_zone_of_tzdata_is_as_the_c_library_has_it)
{
    constexpr int64_t year_1900 = -2'208'988'800, year_2150 = 5'680'281'600, eleven_days = 11 * 86400 + 3601;
    BOOST_TEST(names().all().size() > 400);
    for (auto const &name : names().all()) {
        auto const ours = zone(name);
        CLibraryZone const theirs(name);
        int64_t first_wrong = 0;
        for (int64_t at = year_1900; at < year_2150 && first_wrong == 0; at += eleven_days)
            if (ours.zone->offset_seconds(Instant::from_seconds(at)) != theirs.offset_seconds(at))
                first_wrong = at;
        BOOST_TEST(first_wrong == 0, name << " at " << first_wrong);
        for (auto const &each :
             ours.zone->transitions(Instant::from_seconds(year_1900), Instant::from_seconds(year_2150))) {
            bool const is_right = theirs.offset_seconds(each.at) == each.offset_seconds &&
                                  theirs.offset_seconds(each.at - 1) != each.offset_seconds;
            BOOST_TEST(is_right, name << " changes at " << each.at);
            if (!is_right)
                break;
        }
    }
}

BOOST_AUTO_TEST_CASE(local_times_become_instants_as_rfc_5545_has_it)
{
    auto const berlin = zone("Europe/Berlin").zone;
    auto const utc = [&](LocalTime local) { return format_compact_datetime(berlin->to_instant(local)); };
    BOOST_TEST(utc(at(2026, 1, 10, 12)) == "20260110T110000Z");
    BOOST_TEST(utc(at(2026, 7, 10, 12)) == "20260710T100000Z");
    BOOST_TEST(utc(at(2026, 3, 29, 2, 30)) == "20260329T013000Z"); // skipped: as if clocks had not changed
    BOOST_TEST(utc(at(2026, 3, 29, 3)) == "20260329T010000Z");
    BOOST_TEST(utc(at(2026, 10, 25, 2, 30)) == "20261025T003000Z"); // twice: the first
    BOOST_TEST(utc(at(2026, 10, 25, 3)) == "20261025T020000Z");
    BOOST_TEST(utc(at(2126, 7, 10, 12)) == "21260710T100000Z");
    BOOST_TEST((berlin->to_local(Instant::from_seconds(1'782'900'000)) == at(2026, 7, 1, 12)));
}

BOOST_AUTO_TEST_CASE(every_local_time_comes_back_from_its_instant)
{
    for (auto name :
         {"Europe/Dublin", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"}) {
        auto const each = zone(name).zone;
        for (auto local = at(2009, 1, 1, 0); local < at(2030, 1, 1, 0); local += hours(7)) {
            auto const instant = each->to_instant(local);
            auto const back = each->to_local(instant);
            // Otherwise the time is one that was skipped.
            bool const is_right =
                back == local ||
                each->to_local(Instant::from_seconds(instant.seconds() - 86400)) == local - days(1);
            BOOST_TEST(is_right, name << " " << local.time_since_epoch().count());
        }
    }
}

BOOST_AUTO_TEST_CASE(posix_rules_of_all_kinds)
{
    auto const rule = parse_posix_rule("CET-1CEST,M3.5.0,M10.5.0/3");
    BOOST_REQUIRE(rule);
    BOOST_TEST(rule->standard_offset_seconds == 3600);
    BOOST_TEST(rule->daylight_offset_seconds == 7200);
    BOOST_TEST((rule->to_daylight.in(2026) == at(2026, 3, 29, 2)));
    BOOST_TEST((rule->to_standard.in(2026) == at(2026, 10, 25, 3)));
    BOOST_TEST((parse_posix_rule("IST-2IDT,M3.4.4/26,M10.5.0")->to_daylight.in(2026) == at(2026, 3, 27, 2)));
    BOOST_TEST(
        (parse_posix_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0")->to_daylight.in(2026) == at(2026, 3, 28, 23)));
    BOOST_TEST((parse_posix_rule("XXX-00:30YYY,J60/0,365/1")->to_daylight.in(2024) == at(2024, 3, 1, 0)));
    BOOST_TEST((parse_posix_rule("XXX-00:30YYY,J60/0,365/1")->to_standard.in(2024) == at(2024, 12, 31, 1)));
    for (auto wrong : {"", "CE-1", "CET", "CET-1CEST", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.0",
                       "<CET-1", "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-200", "SRNab33",
                       "CET-1CEST-27,M3.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,J0,J366"})
        BOOST_TEST(!parse_posix_rule(wrong), wrong);
}

BOOST_AUTO_TEST_CASE(broken_zone_files_are_refused)
{
    BOOST_TEST(!parse_zone_file(""));
    BOOST_TEST(!parse_zone_file("TZif2"));
    BOOST_TEST(!parse_zone_file("TZif2" + std::string(39, '\xFF')));
    BOOST_TEST(!parse_zone_file("TZif2" + std::string(500, '\0')));
}

BOOST_AUTO_TEST_CASE(names_that_are_paths_find_nothing)
{
    for (auto name : {"", "/etc/passwd", "../../../etc/passwd", "Europe/../Europe/Berlin", "Europe",
                      "Europe//Berlin", "zone.tab", "Europe/Berlin/", "tzdata.zi", "Europe/Atlantis"})
        BOOST_TEST(!names().find(name), name);
}

BOOST_AUTO_TEST_CASE(names_that_programs_write)
{
    for (auto [text, olson] : {
             std::pair{"Europe/Berlin", "Europe/Berlin"},
             {"/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"},
             {"/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires",
              "America/Argentina/Buenos_Aires"},
             {"/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"},
             {"/softwarestudio.org/Olson_20011030_5/America/New_York", "America/New_York"},
             {"\"W. Europe Standard Time\"", "Europe/Berlin"},
             {"GMT Standard Time", "Europe/London"},
             {"India Standard Time", "Asia/Calcutta"},
             {"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"},
             {"(GMT+01.00) Sarajevo/Warsaw/Zagreb", "nothing"},
             {"(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"},
             {"(UTC-06:00) Guadalajara, Mexico City, Monterrey", "America/Mexico_City"},
             {"(UTC+08:00) Kuala Lumpur, Singapore", "Asia/Kuala_Lumpur"},
             {"(UTC-03:00) Brasilia", "America/Sao_Paulo"},
             {"(UTC) Coordinated Universal Time", "UTC"},
             {"Z", "UTC"},
             {"tzone://Microsoft/Utc", "UTC"},
             {"US/Eastern", "US/Eastern"},
             {"Customized Time Zone", "nothing"},
             {"tzone://Microsoft/Custom", "nothing"},
             {"Mitteleurop\xC3\xA4ische Zeit", "nothing"},
             {"", "nothing"},
             {"////", "nothing"},
             {"(UTC", "nothing"},
         })
        BOOST_TEST(resolved(text) == olson, text << " -> " << resolved(text));
}

BOOST_AUTO_TEST_CASE(windows_names_come_from_cldr)
{
    BOOST_TEST(names().windows_name("Europe/Amsterdam") == "W. Europe Standard Time");
    BOOST_TEST(names().windows_name("America/New_York") == "Eastern Standard Time");
    BOOST_TEST(names().windows_name("Asia/Kolkata") == "India Standard Time");
    BOOST_TEST(names().windows_name("no such zone") == "");
    BOOST_TEST(names().best_known().size() > 120);
    BOOST_TEST(names().best_known().front().name == "UTC");
}

BOOST_AUTO_TEST_SUITE_END()
