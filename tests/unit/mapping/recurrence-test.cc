// RRULEs: their text, their instances (compared with libical's where it is right), and EAS's form of them.
#include "mapping/recurrence-expansion.h"
#include "mapping/recurrence.h"
#include "mapping/zone-names.h"
#include "support.h"
#include <ctime>
#include <libical/ical.h>
#include <random>

using namespace eas;
using namespace std::chrono;
using Type = Recurrence::Type;

namespace {

Zone const &berlin()
{
    static NamedZone const zone = *ZoneNames().find("Europe/Berlin");
    return *zone.zone;
}

LocalTime at(int y, unsigned m, unsigned d, int hour = 0, int minute = 0)
{
    return local_days(year(y) / m / d) + hours(hour) + minutes(minute);
}

SeriesStart starting(LocalTime time, bool is_date = false)
{
    return {time, is_date, berlin()};
}

RecurrenceRule rule(std::string_view text)
{
    auto parsed = RecurrenceRule::parse(text);
    BOOST_REQUIRE_MESSAGE(parsed, text << ": " << test::error_of(parsed));
    return *parsed;
}

std::string text_of(LocalTime time)
{
    return format_compact_datetime(Instant::from_seconds(time.time_since_epoch().count())).substr(0, 15);
}

std::string text_of(std::vector<LocalTime> const &list, size_t most = 1000)
{
    std::string out;
    for (auto const &each : list)
        if (most-- > 0)
            out += (out.empty() ? "" : " ") +
                   (floor<days>(each) == each ? text_of(each).substr(0, 8) : text_of(each));
    return out;
}

std::vector<LocalTime> instances(RecurrenceRule const &rule, SeriesStart const &start,
                                 LocalTime end = at(2045, 1, 1), size_t most = 400)
{
    return expand(rule, start, start.time, end, most).instances;
}

/// The first days of a series that starts at 9 o'clock.
std::string dates(std::string_view text, LocalTime start, size_t most = 4)
{
    return text_of(instances(rule(text), starting(start, true), at(2200, 1, 1), most));
}

/// By libical. Only for rules that it ends for.
std::vector<LocalTime> by_libical(RecurrenceRule const &rule, LocalTime start, LocalTime end, size_t most)
{
    std::vector<LocalTime> out;
    auto const parsed = icalrecurrencetype_from_string(rule.to_string().c_str());
    auto *iterator = icalrecur_iterator_new(parsed, icaltime_from_string(text_of(start).c_str()));
    while (iterator && out.size() < most) {
        auto const next = icalrecur_iterator_next(iterator);
        auto const time = at(next.year, unsigned(next.month), unsigned(next.day), next.hour, next.minute) +
                          seconds(next.second);
        if (icaltime_is_null_time(next) || time >= end)
            break;
        out.push_back(time);
    }
    if (iterator)
        icalrecur_iterator_free(iterator);
    return out;
}

using Random = std::mt19937;

int number(Random &random, int lowest, int highest)
{
    return std::uniform_int_distribution(lowest, highest)(random);
}
bool chance(Random &random, int percent)
{
    return number(random, 1, 100) <= percent;
}

LocalTime random_start(Random &random)
{
    return at(2000, 1, 1) + days(number(random, 0, 10'000)) + minutes(15 * number(random, 0, 95));
}

Recurrence random_recurrence(Random &random)
{
    constexpr Type types[] = {Type::daily,       Type::weekly, Type::monthly,
                              Type::monthly_nth, Type::yearly, Type::yearly_nth};
    constexpr uint8_t sets[] = {127, 62, 65, 1, 2, 4, 8, 16, 32, 64, 3, 42};
    Recurrence out;
    out.type = types[number(random, 0, 5)];
    if (chance(random, 80))
        out.interval = static_cast<uint16_t>(number(random, 0, 4));
    if (chance(random, 40))
        out.occurrences = static_cast<uint16_t>(number(random, 1, 30));
    bool const is_nth = out.type == Type::monthly_nth || out.type == Type::yearly_nth;
    if (is_nth)
        out.week_of_month = static_cast<uint8_t>(number(random, 1, 5));
    if (is_nth || out.type == Type::weekly || (out.type == Type::daily && chance(random, 30)))
        out.day_of_week = out.type == Type::weekly ? static_cast<uint8_t>(number(random, 1, 127))
                                                   : sets[number(random, 0, 11)];
    if (out.type == Type::weekly && chance(random, 50))
        out.first_day_of_week = static_cast<uint8_t>(number(random, 0, 6));
    if (out.type == Type::monthly || out.type == Type::yearly)
        out.day_of_month = static_cast<uint8_t>(number(random, 1, 31));
    if (out.type == Type::yearly || out.type == Type::yearly_nth)
        out.month_of_year = static_cast<uint8_t>(number(random, 1, 12));
    return out;
}

bool is_expressible(std::string_view text, LocalTime start = at(2026, 1, 5, 9))
{
    return express(rule(text), starting(start), v14_1).has_value();
}

} // namespace

BOOST_AUTO_TEST_SUITE(recurrence_rule)

BOOST_AUTO_TEST_CASE(text_survives)
{
    for (auto text : {"FREQ=DAILY", "FREQ=WEEKLY;UNTIL=20261231T080000Z;INTERVAL=2;BYDAY=MO,WE;WKST=SU",
                      "FREQ=MONTHLY;COUNT=10;BYDAY=-1FR", "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR",
                      "FREQ=YEARLY;UNTIL=20301231;BYMONTHDAY=-1,1;BYMONTH=2,12",
                      "FREQ=YEARLY;UNTIL=20301231T235959;BYWEEKNO=20",
                      "FREQ=SECONDLY;BYSECOND=0,60;BYMINUTE=1;BYHOUR=23;BYYEARDAY=-366",
                      "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=5L",
                      "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD"})
        BOOST_TEST(rule(text).to_string() == text);
    BOOST_TEST(rule(" freq=daily ; interval=0;count=3; ").to_string() == "FREQ=DAILY;COUNT=3");
    BOOST_TEST(rule("FREQ=MONTHLY;BYDAY=+2MO").to_string() == "FREQ=MONTHLY;BYDAY=2MO");
}

BOOST_AUTO_TEST_CASE(what_is_no_rule_is_refused)
{
    for (auto text : {"", "COUNT=3", "FREQ=OFTEN", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=-1",
                      "FREQ=DAILY;INTERVAL=x", "FREQ=DAILY;UNTIL=tomorrow", "FREQ=DAILY;UNTIL=20260230",
                      "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=", "FREQ=MONTHLY;BYMONTHDAY=0",
                      "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=YEARLY;BYMONTH=14", "FREQ=DAILY;BYHOUR=24",
                      "FREQ=DAILY;X-PART=1", "FREQ", "FREQ=DAILY;BYHOUR=1,,2", "RSCALE=;FREQ=DAILY"})
        BOOST_TEST(!RecurrenceRule::parse(text), text);
    BOOST_TEST(!RecurrenceRule::parse("FREQ=DAILY;BYHOUR=" + std::string(100'000, '1')));
    std::string many = "FREQ=DAILY;BYHOUR=1";
    for (int i = 0; i < 1000; i++)
        many += ",1";
    BOOST_TEST(!RecurrenceRule::parse(many));
    BOOST_TEST(RecurrenceRule::parse("FREQ=DAILY;BYHOUR=24").error().message ==
               "RRULE: not understood: BYHOUR=24");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(recurrence_expansion)

BOOST_AUTO_TEST_CASE(examples)
{
    BOOST_TEST(dates("FREQ=DAILY;INTERVAL=10;COUNT=3", at(2026, 2, 25)) == "20260225 20260307 20260317");
    BOOST_TEST(dates("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", at(1997, 8, 5)) ==
               "19970805 19970810 19970819 19970824");
    BOOST_TEST(dates("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", at(1997, 8, 5)) ==
               "19970805 19970817 19970819 19970831");
    BOOST_TEST(dates("FREQ=MONTHLY;BYMONTHDAY=31", at(2026, 1, 31)) == "20260131 20260331 20260531 20260731");
    BOOST_TEST(dates("FREQ=MONTHLY;BYMONTHDAY=-1", at(2026, 1, 31)) == "20260131 20260228 20260331 20260430");
    BOOST_TEST(dates("FREQ=MONTHLY;BYDAY=-2MO", at(1997, 9, 22)) == "19970922 19971020 19971117 19971222");
    BOOST_TEST(dates("FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3", at(1997, 9, 4)) ==
               "19970904 19971007 19971106 19971204");
    BOOST_TEST(dates("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", at(1997, 9, 2)) ==
               "19980213 19980313 19981113 19990813");
    BOOST_TEST(dates("FREQ=YEARLY", at(2024, 2, 29)) == "20240229 20280229 20320229 20360229");
    BOOST_TEST(dates("FREQ=YEARLY;BYDAY=20MO", at(1997, 5, 19)) == "19970519 19980518 19990517 20000515");
    BOOST_TEST(dates("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", at(1997, 5, 12)) ==
               "19970512 19980511 19990517 20000515");
    BOOST_TEST(dates("FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200", at(1997, 1, 1)) ==
               "19970101 19970410 19970719 20000101");
    BOOST_TEST(dates("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
                     at(1996, 11, 5)) == "19961105 20001107 20041102 20081104");
    BOOST_TEST(dates("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD", at(2026, 1, 31)) ==
               "20260131 20260228 20260331 20260430");
    BOOST_TEST(dates("RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=FORWARD", at(2024, 2, 29)) ==
               "20240229 20250301 20260301 20270301");
}

BOOST_AUTO_TEST_CASE(times_of_a_day)
{
    auto const times = [](std::string_view text, LocalTime start) {
        return text_of(instances(rule(text), starting(start), at(2030, 1, 1), 4));
    };
    BOOST_TEST(times("FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0,30", at(2026, 1, 5, 9)) ==
               "20260105T090000 20260105T093000 20260105T170000 20260105T173000");
    BOOST_TEST(times("FREQ=HOURLY;INTERVAL=5", at(2026, 1, 5, 20, 30)) ==
               "20260105T203000 20260106T013000 20260106T063000 20260106T113000");
    BOOST_TEST(times("FREQ=MINUTELY;INTERVAL=90;BYDAY=MO", at(2026, 1, 5, 23)) ==
               "20260105T230000 20260112T003000 20260112T020000 20260112T033000");
    BOOST_TEST(times("FREQ=SECONDLY;INTERVAL=3600;COUNT=2", at(1969, 12, 31, 23)) ==
               "19691231T230000 19700101");
    BOOST_TEST(times("FREQ=MONTHLY;BYDAY=MO,TU;BYHOUR=8,20;BYSETPOS=-1", at(2026, 1, 1)) ==
               "20260127T200000 20260224T200000 20260331T200000 20260428T200000");
}

BOOST_AUTO_TEST_CASE(other_calendars)
{
    BOOST_TEST(dates("RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", at(2028, 1, 26), 2) ==
               "20280126 20290213");
    BOOST_TEST(dates("RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=1", at(2028, 6, 23), 2) ==
               "20280623 20390622");
    BOOST_TEST(dates("RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", at(2026, 9, 12), 3) ==
               "20260912 20271002 20280921");
    BOOST_TEST(dates("RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=14", at(2027, 2, 21), 2) ==
               "20270221 20300217");
    BOOST_TEST(dates("RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=14", at(2026, 3, 3), 3) ==
               "20260303 20270323 20280312");
    BOOST_TEST(dates("RSCALE=ISLAMIC-CIVIL;FREQ=MONTHLY;BYMONTHDAY=1", at(2026, 6, 17), 3) ==
               "20260617 20260717 20260815");
    BOOST_TEST(
        !expand(rule("RSCALE=KLINGON;FREQ=DAILY"), starting(at(2026, 1, 5)), at(2026, 1, 5), at(2027, 1, 1))
             .is_complete);
}

BOOST_AUTO_TEST_CASE(a_window_shows_its_part)
{
    auto const start = starting(at(2020, 1, 6, 9));
    auto const in_window = [&](std::string_view text) {
        return text_of(expand(rule(text), start, at(2026, 1, 1), at(2026, 1, 20)).instances);
    };
    BOOST_TEST(in_window("FREQ=WEEKLY;INTERVAL=2") == "20260112T090000");
    BOOST_TEST(in_window("FREQ=WEEKLY;COUNT=314") == "20260105T090000");
    BOOST_TEST(in_window("FREQ=WEEKLY;COUNT=313") == "");
    BOOST_TEST(in_window("FREQ=WEEKLY;UNTIL=20260112T080000Z") == "20260105T090000 20260112T090000");
    BOOST_TEST(in_window("FREQ=WEEKLY;UNTIL=20260112T075959Z") == "20260105T090000");
    BOOST_TEST(in_window("FREQ=WEEKLY;UNTIL=20260112T085959") == "20260105T090000");
    BOOST_TEST(in_window("FREQ=WEEKLY;UNTIL=20260112") == "20260105T090000 20260112T090000");
}

BOOST_AUTO_TEST_CASE(series_of_dates_end_with_a_day)
{
    auto const start = starting(at(2026, 1, 5), true);
    // A date, midnight UTC, and midnight in Berlin, as programs write them.
    for (auto until : {"20260106", "20260106T000000Z", "20260105T230000Z", "20260106T000000"})
        BOOST_TEST(text_of(instances(rule(std::string("FREQ=DAILY;UNTIL=") + until), start)) ==
                       "20260105 20260106",
                   until);
}

BOOST_AUTO_TEST_CASE(whatever_a_rule_says_the_end_comes_soon)
{
    auto const start = starting(at(1970, 1, 1, 9));
    auto const began = std::clock(); // of this process: others may keep the machine busy
    for (auto text :
         {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=6MO",
          "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", "FREQ=SECONDLY", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
          "FREQ=MINUTELY;BYHOUR=3;BYMONTH=4;BYMONTHDAY=31", "FREQ=HOURLY;BYSETPOS=300",
          "FREQ=YEARLY;INTERVAL=100000", "FREQ=YEARLY;BYWEEKNO=55;BYYEARDAY=385",
          "FREQ=YEARLY;BYSECOND=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYHOUR=0,1,2,3,4,5,6,7;"
          "BYDAY=MO,TU,WE,TH;BYSETPOS=385",
          "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=12L;BYMONTHDAY=30"})
        BOOST_TEST(expand(rule(text), start, start.time, at(9999, 1, 1), 5000).instances.size() <= 5000,
                   text);
    auto const took_seconds = (std::clock() - began) / CLOCKS_PER_SEC;
    BOOST_TEST(took_seconds < 20);
    BOOST_TEST_MESSAGE("hostile rules took " << took_seconds << " s");

    auto const all = expand(rule("FREQ=DAILY"), start, start.time, at(2070, 1, 1), 100'000);
    BOOST_TEST(all.is_complete);
    BOOST_TEST(all.instances.size() == 36525);
    auto const some = expand(rule("FREQ=DAILY"), start, start.time, at(2070, 1, 1), 5000);
    BOOST_TEST(!some.is_complete);
    BOOST_TEST(some.instances.size() == 5000);
}

BOOST_AUTO_TEST_CASE(expansions_spend_one_budget)
{
    auto const start = starting(at(1970, 1, 1, 9));
    auto const all = [&](std::string_view text, ExpansionBudget *budget) {
        return expand(rule(text), start, start.time, at(2070, 1, 1), 100'000, budget);
    };
    ExpansionBudget budget;
    BOOST_TEST(all("FREQ=HOURLY;BYMONTH=13", &budget).is_complete);
    int64_t const gregorian_days = 300'000 - budget.days;
    BOOST_TEST(gregorian_days <= 36600);
    budget = {};
    (void)all("RSCALE=HEBREW;FREQ=HOURLY;BYMONTH=13", &budget); // each day costs more
    BOOST_TEST(budget.days < 0);
    BOOST_TEST(!all("FREQ=DAILY", &budget).is_complete);
    budget = {.days = 36600};
    BOOST_TEST(all("FREQ=DAILY", &budget).instances.size() == 36525);
    BOOST_TEST(all("FREQ=DAILY", &budget).instances.size() < 100);
    budget = {.steps = 1000};
    BOOST_TEST(!all("FREQ=HOURLY", &budget).is_complete);
    budget = {.times = 1000};
    BOOST_TEST(!all("FREQ=DAILY", &budget).is_complete);
}

BOOST_AUTO_TEST_CASE(libical_has_the_same_instances)
{
    Random random(20261122);
    int compared = 0;
    for (int i = 0; i < 700; i++) {
        RecurrenceRule each;
        auto start = random_start(random);
        each.frequency = static_cast<RecurrenceRule::Frequency>(number(random, 3, 6));
        each.interval = static_cast<uint32_t>(number(random, 1, 4));
        bool const is_long = each.frequency >= RecurrenceRule::Frequency::monthly;
        if (chance(random, 40))
            each.by_month = {{static_cast<uint8_t>(number(random, 1, 12)), false}};
        if (is_long && chance(random, 40))
            each.by_month_day = {number(random, 1, 28), -number(random, 1, 28)};
        else if (chance(random, 60))
            for (uint8_t day = 0; day < 7; day++)
                if (chance(random, 30))
                    each.by_day.push_back({is_long && chance(random, 30)
                                               ? (chance(random, 50) ? -1 : 1) * number(random, 1, 4)
                                               : 0,
                                           day});
        if (is_long && each.by_day.size() > 1 && chance(random, 40))
            each.by_set_position = {chance(random, 50) ? -1 : 1};
        if (chance(random, 30))
            each.count = static_cast<uint32_t>(number(random, 1, 40));
        // libical 3.0.16 keeps such a rule to the start's month, against the table of RFC 5545 3.3.10, and
        // counts weeks from the first instance instead of the start.
        bool const is_known_to_differ = each.frequency == RecurrenceRule::Frequency::yearly &&
                                        each.by_month.empty() && !each.by_month_day.empty();
        auto const first = instances(each, starting(start), at(2045, 1, 1), 1);
        if (is_known_to_differ || first.empty())
            continue;
        start = first.front();
        auto const ours = instances(each, starting(start), at(2045, 1, 1), 60);
        auto const theirs = by_libical(each, start, at(2045, 1, 1), 60);
        BOOST_TEST((ours == theirs), text_of(start)
                                         << " " << each.to_string() << "\n  ours   " << text_of(ours, 6)
                                         << "\n  theirs " << text_of(theirs, 6));
        compared++;
    }
    BOOST_TEST(compared > 400);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(eas_recurrence)

BOOST_AUTO_TEST_CASE(each_type_becomes_its_rule)
{
    auto const start = starting(at(2026, 1, 5, 9)); // a Monday
    auto const text = [&](Recurrence const &recurrence) {
        auto const made = rule_of(recurrence, std::nullopt, start);
        return made ? made->to_string() : made.error().message;
    };
    Recurrence r{.type = Type::daily, .interval = 3};
    BOOST_TEST(text(r) == "FREQ=DAILY;INTERVAL=3");
    r = {.type = Type::daily, .interval = 1, .day_of_week = 62};
    BOOST_TEST(text(r) == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR");
    r = {.type = Type::daily, .interval = 0, .day_of_week = 127};
    BOOST_TEST(text(r) == "FREQ=DAILY");
    r = {.type = Type::weekly, .occurrences = 7, .interval = 2, .day_of_week = 66, .first_day_of_week = 0};
    BOOST_TEST(text(r) == "FREQ=WEEKLY;COUNT=7;INTERVAL=2;BYDAY=MO,SA;WKST=SU");
    r = {.type = Type::weekly};
    BOOST_TEST(text(r) == "FREQ=WEEKLY;BYDAY=MO");
    r = {.type = Type::monthly, .day_of_month = 31};
    BOOST_TEST(text(r) == "FREQ=MONTHLY;BYMONTHDAY=31");
    r = {.type = Type::monthly_nth, .week_of_month = 5, .day_of_week = 2};
    BOOST_TEST(text(r) == "FREQ=MONTHLY;BYDAY=-1MO");
    r = {.type = Type::monthly_nth, .week_of_month = 2, .day_of_week = 62};
    BOOST_TEST(text(r) == "FREQ=MONTHLY;BYSETPOS=2;BYDAY=MO,TU,WE,TH,FR");
    r = {
        .type = Type::weekly, .interval = 1, .day_of_week = 127}; // as the client says it, though it is daily
    BOOST_TEST(text(r) == "FREQ=WEEKLY;BYDAY=SU,MO,TU,WE,TH,FR,SA");
    r = {.type = Type::monthly_nth, .week_of_month = 2, .day_of_week = 127};
    BOOST_TEST(text(r) == "FREQ=MONTHLY;BYSETPOS=2;BYDAY=SU,MO,TU,WE,TH,FR,SA");
    r = {.type = Type::monthly_nth, .week_of_month = 5, .day_of_week = 127};
    BOOST_TEST(text(r) == "FREQ=MONTHLY;BYMONTHDAY=-1");
    r = {.type = Type::yearly, .month_of_year = 2, .day_of_month = 29};
    BOOST_TEST(text(r) == "FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2");
    r = {.type = Type::yearly_nth, .week_of_month = 4, .day_of_week = 16, .month_of_year = 11};
    BOOST_TEST(text(r) == "FREQ=YEARLY;BYDAY=4TH;BYMONTH=11");
    r = {.type = Type::yearly,
         .month_of_year = 5,
         .day_of_month = 1,
         .calendar_type = 15,
         .is_leap_month = true};
    BOOST_TEST(text(r) == "RSCALE=CHINESE;FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=5L");
    r = {.type = Type::yearly,
         .month_of_year = 5,
         .day_of_month = 1,
         .calendar_type = 7,
         .is_leap_month = true};
    BOOST_TEST(text(r) == "FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=5");
}

BOOST_AUTO_TEST_CASE(what_lacks_something_is_refused)
{
    auto const start = starting(at(2026, 1, 5, 9));
    for (auto const &wrong :
         {Recurrence{}, Recurrence{.type = Type::monthly},
          Recurrence{.type = Type::yearly, .day_of_month = 1},
          Recurrence{.type = Type::yearly, .month_of_year = 1},
          Recurrence{.type = Type::monthly_nth, .week_of_month = 1},
          Recurrence{.type = Type::monthly_nth, .day_of_week = 1}, Recurrence{.type = Type{4}},
          Recurrence{.type = Type::monthly, .day_of_month = 1, .calendar_type = 13}}) {
        auto const made = rule_of(wrong, std::nullopt, start);
        BOOST_REQUIRE(!made);
        BOOST_TEST((made.error().kind == ErrorKind::bad_request));
    }
}

BOOST_AUTO_TEST_CASE(every_recurrence_survives_as_a_rule)
{
    Random random(1);
    int expressed_count = 0;
    for (int i = 0; i < 1000; i++) {
        auto const sent = random_recurrence(random);
        auto start = starting(random_start(random));
        auto const made = rule_of(sent, std::nullopt, start);
        BOOST_REQUIRE_EQUAL(test::error_of(made), "");
        BOOST_TEST(rule(made->to_string()).to_string() == made->to_string());
        auto const all = instances(*made, start, at(2060, 1, 1), 50);
        if (all.empty())
            continue;
        start.time = all.front(); // as the client has it
        auto const before = instances(*made, start, at(2060, 1, 1), 50);
        auto const expressed = express(*made, start, v14_1);
        BOOST_REQUIRE_MESSAGE(expressed, made->to_string());
        auto const again = rule_of(expressed->recurrence, expressed->until, start);
        BOOST_REQUIRE_EQUAL(test::error_of(again), "");
        BOOST_TEST(again->to_string() == made->to_string());
        BOOST_TEST((instances(*again, start, at(2060, 1, 1), 50) == before), made->to_string());
        expressed_count++;
    }
    BOOST_TEST(expressed_count > 700);
}

BOOST_AUTO_TEST_CASE(what_is_expressed_has_the_same_instances)
{
    Random random(2);
    int expressed_count = 0, not_expressed_count = 0;
    for (int i = 0; i < 2500; i++) {
        RecurrenceRule each;
        each.frequency = static_cast<RecurrenceRule::Frequency>(number(random, 3, 6));
        each.interval = static_cast<uint32_t>(number(random, 1, 3));
        if (chance(random, 30))
            each.by_month.push_back({static_cast<uint8_t>(number(random, 1, 12)), false});
        if (chance(random, 30))
            each.by_month_day.push_back(chance(random, 30) ? -1 : number(random, -31, -1) + 32);
        if (chance(random, 30))
            for (int count = number(random, 1, 3); count > 0; count--)
                each.by_day.push_back({chance(random, 40) ? number(random, -2, 5) : 0,
                                       static_cast<uint8_t>(number(random, 0, 6))});
        if (chance(random, 20))
            each.by_set_position.push_back(chance(random, 50) ? -1 : number(random, 1, 5));
        if (chance(random, 10))
            each.by_hour.push_back(9);
        if (chance(random, 30))
            each.week_start = static_cast<uint8_t>(number(random, 0, 6));
        if (chance(random, 20))
            each.count = static_cast<uint32_t>(number(random, 1, 1200));
        bool const is_date = chance(random, 30);
        auto start = starting(at(2000, 1, 1, is_date ? 0 : 9) + days(number(random, 0, 10'000)), is_date);
        if (!each.count && chance(random, 40)) {
            each.until.emplace();
            each.until->form = is_date ? RecurrenceRule::Until::Form::date : RecurrenceRule::Until::Form::utc;
            each.until->time = start.time + days(number(random, 0, 3000)) +
                               (is_date ? hours(0) : hours(number(random, 0, 23)));
        }
        auto const all = instances(each, start, at(2040, 1, 1), 1500);
        if (all.empty())
            continue;
        start.time = all.front();
        auto const expressed = express(each, start, v16_1);
        if (!expressed) {
            not_expressed_count++;
            continue;
        }
        auto const again = rule_of(expressed->recurrence, expressed->until, start);
        BOOST_REQUIRE_EQUAL(test::error_of(again), "");
        auto const before = instances(each, start, at(2040, 1, 1), 1500),
                   after = instances(*again, start, at(2040, 1, 1), 1500);
        BOOST_TEST((before == after), text_of(start.time)
                                          << " " << each.to_string() << " -> " << again->to_string());
        BOOST_TEST((express(*again, start, v16_1) == expressed), again->to_string());
        expressed_count++;
    }
    BOOST_TEST(expressed_count > 400);
    BOOST_TEST(not_expressed_count > 400);
}

BOOST_AUTO_TEST_CASE(rules_that_eas_cannot_say)
{
    for (auto text : {"FREQ=HOURLY",
                      "FREQ=SECONDLY",
                      "FREQ=DAILY;BYHOUR=9,17",
                      "FREQ=DAILY;BYHOUR=10",
                      "FREQ=DAILY;INTERVAL=1000",
                      "FREQ=DAILY;BYMONTH=1",
                      "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
                      "FREQ=MONTHLY;BYMONTHDAY=5,20",
                      "FREQ=MONTHLY;BYMONTHDAY=-27",
                      "FREQ=MONTHLY;BYDAY=1MO,3MO",
                      "FREQ=MONTHLY;BYDAY=MO",
                      "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1,2",
                      "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-2",
                      "FREQ=MONTHLY;BYMONTH=1;BYMONTHDAY=5",
                      "FREQ=YEARLY;BYDAY=1MO",
                      "FREQ=YEARLY;BYMONTH=1,2",
                      "FREQ=YEARLY;BYYEARDAY=5",
                      "FREQ=YEARLY;BYWEEKNO=2",
                      "FREQ=YEARLY;BYMONTHDAY=5",
                      "FREQ=MONTHLY;BYMONTHDAY=5;BYDAY=MO",
                      "RSCALE=ETHIOPIC;FREQ=MONTHLY",
                      "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD",
                      "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"})
        BOOST_TEST(!is_expressible(text), text);
    for (auto text :
         {"FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "FREQ=MONTHLY",
          "FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1", "FREQ=YEARLY",
          "FREQ=YEARLY;BYMONTH=1", "FREQ=YEARLY;BYMONTH=1;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=TU"})
        BOOST_TEST(is_expressible(text), text);
    // Only the fifth Monday of a month: not the last one.
    BOOST_TEST(!is_expressible("FREQ=MONTHLY;BYDAY=5MO", at(2026, 3, 30, 9)));
    BOOST_TEST(is_expressible("FREQ=MONTHLY;BYDAY=-1MO", at(2026, 3, 30, 9)));
}

BOOST_AUTO_TEST_CASE(old_versions_have_no_other_calendars)
{
    auto const chinese = rule("RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1");
    auto const start = starting(at(2026, 2, 17, 9));
    BOOST_TEST(!express(chinese, start, v12_1));
    auto const expressed = express(chinese, start, v14_0);
    BOOST_REQUIRE(expressed);
    BOOST_TEST(int(*expressed->recurrence.calendar_type) == 15);
    BOOST_TEST(rule_of(expressed->recurrence, expressed->until, start)->to_string() == chinese.to_string());
}

BOOST_AUTO_TEST_CASE(answers_have_what_the_specification_demands_of_each_type)
{
    auto const start = starting(at(2026, 1, 5, 9));
    auto const of = [&](std::string_view text) { return express(rule(text), start, v16_1)->recurrence; };
    BOOST_TEST((of("FREQ=DAILY") == Recurrence{.type = Type::daily, .interval = 1, .day_of_week = 127}));
    BOOST_TEST((of("FREQ=DAILY;INTERVAL=2") == Recurrence{.type = Type::daily, .interval = 2}));
    BOOST_TEST((of("FREQ=WEEKLY") ==
                Recurrence{.type = Type::weekly, .interval = 1, .day_of_week = 2, .first_day_of_week = 1}));
    BOOST_TEST((of("FREQ=MONTHLY") ==
                Recurrence{.type = Type::monthly, .interval = 1, .day_of_month = 5, .calendar_type = 0}));
    BOOST_TEST((
        of("FREQ=YEARLY") ==
        Recurrence{
            .type = Type::yearly, .interval = 1, .month_of_year = 1, .day_of_month = 5, .calendar_type = 0}));
}

BOOST_AUTO_TEST_CASE(many_occurrences_become_an_end)
{
    auto const start = starting(at(2026, 1, 5, 9));
    BOOST_TEST(*express(rule("FREQ=DAILY;COUNT=999"), start, v14_1)->recurrence.occurrences == 999);
    auto const expressed = express(rule("FREQ=DAILY;COUNT=300"), start, v14_1, 255);
    BOOST_REQUIRE(expressed);
    BOOST_TEST(!expressed->recurrence.occurrences);
    BOOST_TEST(format_compact_datetime(*expressed->until) == "20261031T080000Z");
}

BOOST_AUTO_TEST_CASE(until_is_the_last_day_however_clients_write_it)
{
    auto const until = [](std::string_view text, SeriesStart const &start) {
        return rule_of(Recurrence{.type = Type::daily}, parse_datetime(text), start)->to_string().substr(17);
    };
    auto const timed = starting(at(2026, 1, 5, 9));
    BOOST_TEST(until("20260110T080000Z", timed) == "20260110T080000Z"); // the last start
    BOOST_TEST(until("20260110T000000Z", timed) == "20260110T080000Z"); // Android: its date
    BOOST_TEST(until("20260110T225959Z", timed) == "20260110T080000Z"); // iOS: the end of the day
    BOOST_TEST(until("20260109T230000Z", timed) == "20260110T080000Z"); // its beginning
    BOOST_TEST(until("20260711T070000Z", timed) == "20260711T070000Z"); // in summer
    BOOST_TEST(until("20260110T235959Z", timed) == "20260110T080000Z"); // not the instance after it
    BOOST_TEST(until("20260110T075959Z", timed) == "20260109T080000Z");
    auto const at_one = starting(at(2026, 1, 5, 1));
    BOOST_TEST(until("20260110T000000Z", at_one) == "20260110T000000Z");
    auto const all_day = starting(at(2026, 1, 5), true);
    BOOST_TEST(until("20260109T230000Z", all_day) == "20260110"); // midnight in Berlin
    BOOST_TEST(until("20260110T000000Z", all_day) == "20260110");
}

BOOST_AUTO_TEST_CASE(a_rule_that_is_over_before_it_begins_is_not_sent)
{
    BOOST_TEST(!is_expressible("FREQ=DAILY;UNTIL=20260101T000000Z"));
    BOOST_TEST(is_expressible("FREQ=DAILY;UNTIL=20260105T080000Z"));
}

BOOST_AUTO_TEST_SUITE_END()
