#include "base/time.h"
#include <boost/test/unit_test.hpp>
#include <ctime>
#include <limits>
#include <random>

using namespace eas;

BOOST_AUTO_TEST_SUITE(time_of_day)

BOOST_AUTO_TEST_CASE(both_forms_of_known_instants)
{
    struct {
        int64_t milliseconds;
        std::string_view text, compact;
    } const examples[] = {
        {0, "1970-01-01T00:00:00.000Z", "19700101T000000Z"},
        {977733300000, "2000-12-25T08:35:00.000Z", "20001225T083500Z"}, // the example of MS-ASDTYPE 2.3
        {951782400000, "2000-02-29T00:00:00.000Z", "20000229T000000Z"},
        {1795341487123, "2026-11-22T09:58:07.123Z", "20261122T095807Z"},
        {-1, "1969-12-31T23:59:59.999Z", "19691231T235959Z"},
        {-11644473600000, "1601-01-01T00:00:00.000Z", "16010101T000000Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z", "99991231T235959Z"},
        {-62135596800000, "0001-01-01T00:00:00.000Z", "00010101T000000Z"},
    };
    for (auto const &example : examples)
        BOOST_TEST_CONTEXT(example.text)
        {
            Instant const instant{example.milliseconds};
            BOOST_TEST(format_datetime(instant) == example.text);
            BOOST_TEST(format_compact_datetime(instant) == example.compact);
            BOOST_TEST((parse_datetime(example.text) == instant));
            BOOST_TEST((parse_datetime(example.compact) == Instant::from_seconds(instant.seconds())));
        }
}

BOOST_AUTO_TEST_CASE(years_outside_of_four_digits_are_written_as_the_nearest)
{
    BOOST_TEST(format_datetime({std::numeric_limits<int64_t>::max()}) == "9999-12-31T23:59:59.999Z");
    BOOST_TEST(format_datetime({std::numeric_limits<int64_t>::min()}) == "0001-01-01T00:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(fractions_are_optional_and_of_any_length)
{
    Instant const second = *parse_datetime("2020-01-02T03:04:05Z");
    BOOST_TEST((parse_datetime("2020-01-02T03:04:05.Z") == std::nullopt));
    BOOST_TEST(parse_datetime("2020-01-02T03:04:05.5Z")->milliseconds == second.milliseconds + 500);
    BOOST_TEST(parse_datetime("2020-01-02T03:04:05.05Z")->milliseconds == second.milliseconds + 50);
    BOOST_TEST(parse_datetime("2020-01-02T03:04:05.1239999999999999999999Z")->milliseconds ==
               second.milliseconds + 123);
    BOOST_TEST(parse_datetime("20200102T030405.5Z")->milliseconds == second.milliseconds + 500);
}

BOOST_AUTO_TEST_CASE(hour_24_is_the_end_of_the_day)
{
    BOOST_TEST((parse_datetime("2020-01-02T24:00:00Z") == parse_datetime("2020-01-03T00:00:00Z")));
    BOOST_TEST(!parse_datetime("2020-01-02T24:00:01Z"));
}

BOOST_AUTO_TEST_CASE(what_is_no_date_is_refused)
{
    for (auto const *wrong : {"",
                              "2020",
                              "2020-01-02",
                              "2020-01-02T03:04:05",
                              "2020-01-02T03:04Z",
                              "2020-01-02 03:04:05Z",
                              "2020-01-02T03:04:05ZZ",
                              "2020-01-02T03:04:05+00:00",
                              "2020-01-02T030405Z",
                              "20200102T03:04:05Z",
                              "2020-13-02T03:04:05Z",
                              "2020-00-02T03:04:05Z",
                              "2020-02-30T03:04:05Z",
                              "2019-02-29T03:04:05Z",
                              "2020-01-00T03:04:05Z",
                              "2020-01-02T25:04:05Z",
                              "2020-01-02T03:60:05Z",
                              "2020-01-02T03:04:60Z",
                              "0000-01-02T03:04:05Z",
                              "-020-01-02T03:04:05Z",
                              "20200102T030405",
                              "2020010T030405Z",
                              "+2020-01-02T03:04:05Z",
                              "2020-1-2T3:4:5Z",
                              " 2020-01-02T03:04:05Z",
                              "2020-01-02T03:04:05Z "})
        BOOST_TEST_CONTEXT(wrong)
        {
            BOOST_TEST(!parse_datetime(wrong));
        }
}

BOOST_AUTO_TEST_CASE(agrees_with_the_c_library)
{
    std::mt19937_64 random(1);
    std::uniform_int_distribution<int64_t> seconds(-62135596800, 253402300799);
    for (int i = 0; i < 20'000; i++) {
        time_t const time = seconds(random);
        std::tm parts{};
        gmtime_r(&time, &parts);
        char expected[32]; // NOLINT(*-avoid-c-arrays): strftime's
        BOOST_REQUIRE(std::snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d.000Z",
                                    (parts.tm_year + 1900) % 10000, parts.tm_mon + 1, parts.tm_mday,
                                    parts.tm_hour, parts.tm_min, parts.tm_sec) > 0);
        BOOST_REQUIRE_EQUAL(format_datetime(Instant::from_seconds(time)), expected);
        BOOST_REQUIRE_EQUAL(parse_datetime(expected)->seconds(), time);
    }
}

BOOST_AUTO_TEST_CASE(seconds_round_down_before_1970_too)
{
    BOOST_TEST(Instant{-1}.seconds() == -1);
    BOOST_TEST(Instant{-1000}.seconds() == -1);
    BOOST_TEST(Instant{-1001}.seconds() == -2);
    BOOST_TEST(Instant{1999}.seconds() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
