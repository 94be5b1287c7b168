// Days of EAS are bits from Sunday, and "all", "weekdays" and "weekend" in a month mean sets of which the nth
// is taken: BYDAY with BYSETPOS, but the last of all days is the last day of the month. A rule can often be
// said in two ways; the client gets back the one that it chose.
#include "mapping/recurrence.h"
#include "mapping/calendar-days.h"
#include "mapping/recurrence-expansion.h"
#include <algorithm>
#include <array>
#include <bit>

namespace eas {
namespace {

using namespace std::chrono;
using Frequency = RecurrenceRule::Frequency;
using Type = Recurrence::Type;
using Until = RecurrenceRule::Until;

constexpr uint8_t every_day = 127;
constexpr uint8_t last_week = 5;
constexpr uint16_t most_interval = 999;
constexpr days furthest_instance{50 * 366};

/// MS-ASCAL 2.2.2.10. The eras of Japan, Taiwan, Korea and Thailand count years only; their months are
/// Gregorian. Japan's lunar calendar reckons for the meridian of Korea's.
struct CalendarType {
    uint8_t number;
    char const *rscale;
};
constexpr std::array calendar_types{
    CalendarType{0, ""},       CalendarType{1, ""},         CalendarType{2, ""},
    CalendarType{3, ""},       CalendarType{4, ""},         CalendarType{5, ""},
    CalendarType{7, ""},       CalendarType{9, ""},         CalendarType{10, ""},
    CalendarType{11, ""},      CalendarType{12, ""},        CalendarType{6, "ISLAMIC-CIVIL"},
    CalendarType{8, "HEBREW"}, CalendarType{15, "CHINESE"}, CalendarType{20, "DANGI"},
    CalendarType{14, "DANGI"},
};

/// Null: nobody can compute it.
char const *rscale_of(uint8_t type)
{
    auto const found = std::ranges::find(calendar_types, type, &CalendarType::number);
    return found == calendar_types.end() ? nullptr : found->rscale;
}

Error bad(char const *what)
{
    return {ErrorKind::bad_request, std::string("Recurrence: ") + what};
}

// To a rule
// ------------------------------------------------------------------------------------------------------

std::vector<RecurrenceRule::Day> days_of(uint8_t bits, int nth)
{
    std::vector<RecurrenceRule::Day> list;
    for (uint8_t weekday = 0; weekday < 7; weekday++)
        if (bits & 1u << weekday)
            list.push_back({nth, weekday});
    return list;
}

uint8_t bit_of(LocalTime time)
{
    return static_cast<uint8_t>(1u << weekday(floor<days>(time)).c_encoding());
}

void read_weekly(Recurrence const &recurrence, SeriesStart const &start, RecurrenceRule &rule)
{
    uint8_t const bits = recurrence.day_of_week.value_or(bit_of(start.time));
    if (bits == every_day && rule.interval == 1 && recurrence.type == Type::daily) {
        rule.frequency = Frequency::daily;
        return;
    }
    rule.frequency = Frequency::weekly;
    rule.by_day = days_of(bits, 0);
    rule.week_start = recurrence.first_day_of_week.value_or(rule.week_start);
}

/// False if an element is missing.
bool read_nth(Recurrence const &recurrence, RecurrenceRule &rule)
{
    uint8_t const bits = recurrence.day_of_week.value_or(every_day);
    if (!recurrence.week_of_month || (!recurrence.day_of_week && recurrence.type != Type::yearly_nth))
        return false;
    int const nth = *recurrence.week_of_month == last_week ? -1 : *recurrence.week_of_month;
    if (bits == every_day && nth < 0) {
        rule.by_month_day = {nth};
    } else if (std::has_single_bit(bits)) {
        rule.by_day = days_of(bits, nth);
    } else {
        rule.by_day = days_of(bits, 0);
        rule.by_set_position = {nth};
    }
    return true;
}

bool read_month_day(Recurrence const &recurrence, RecurrenceRule &rule)
{
    if (recurrence.day_of_month)
        rule.by_month_day = {*recurrence.day_of_month};
    return recurrence.day_of_month.has_value();
}

bool read_month(Recurrence const &recurrence, RecurrenceRule &rule)
{
    if (recurrence.month_of_year)
        rule.by_month = {
            {*recurrence.month_of_year, !rule.rscale.empty() && recurrence.is_leap_month.value_or(false)}};
    return recurrence.month_of_year.has_value();
}

bool read_calendar(Recurrence const &recurrence, RecurrenceRule &rule)
{
    auto const *rscale = rscale_of(recurrence.calendar_type.value_or(0));
    rule.rscale = rscale ? rscale : "";
    return rscale != nullptr;
}

/// The day of the last instance, from what clients write: midnights are whole days, all else is a moment.
local_days last_day(Instant until, SeriesStart const &start)
{
    auto const is_midnight = [](LocalTime time) { return floor<days>(time) == time; };
    auto const local = start.zone.to_local(until);
    auto const in_utc = LocalTime{seconds(until.seconds())};
    auto const in_day = start.time - floor<days>(start.time);
    auto const day = floor<days>(local);
    if (local - day == in_day)
        return day;
    if (is_midnight(in_utc))
        return floor<days>(in_utc);
    return is_midnight(local) || day + in_day <= local ? day : day - days(1);
}

Until until_of(local_days last, SeriesStart const &start)
{
    if (start.is_date)
        return {Until::Form::date, last};
    auto const instant = start.zone.to_instant(last + (start.time - floor<days>(start.time)));
    return {Until::Form::utc, LocalTime{seconds(instant.seconds())}};
}

// From a rule
// ----------------------------------------------------------------------------------------------------

uint8_t bits_of(std::vector<RecurrenceRule::Day> const &list)
{
    unsigned bits = 0;
    for (auto const &each : list)
        bits |= 1u << each.weekday;
    return static_cast<uint8_t>(bits);
}

bool have_no_nth(std::vector<RecurrenceRule::Day> const &list)
{
    for (auto const &each : list)
        if (each.nth != 0)
            return false;
    return true;
}

/// Many write the start's own time as BYHOUR, BYMINUTE, BYSECOND.
bool keeps_time(RecurrenceRule const &rule, LocalTime start)
{
    hh_mm_ss const time(start - floor<days>(start));
    auto const is = [](std::vector<int> const &list, auto value) {
        return list.empty() || list == std::vector<int>{static_cast<int>(value.count())};
    };
    return is(rule.by_hour, time.hours()) && is(rule.by_minute, time.minutes()) &&
           is(rule.by_second, time.seconds());
}

/// 1 to 4 from the start and -1 as they are in WeekOfMonth.
std::optional<uint8_t> week_of(int nth)
{
    if (nth == -1)
        return last_week;
    return nth >= 1 && nth <= 4 ? std::optional(static_cast<uint8_t>(nth)) : std::nullopt;
}

bool express_day_of_month(int day, bool is_yearly, Recurrence &out)
{
    if (day == -1) { // the last of all days
        out.type = is_yearly ? Type::yearly_nth : Type::monthly_nth;
        out.day_of_week = every_day;
        out.week_of_month = last_week;
        return true;
    }
    out.type = is_yearly ? Type::yearly : Type::monthly;
    out.day_of_month = static_cast<uint8_t>(day);
    return day >= 1 && day <= 31;
}

bool express_nth_day(RecurrenceRule const &rule, bool is_yearly, Recurrence &out)
{
    auto const &list = rule.by_day;
    out.type = is_yearly ? Type::yearly_nth : Type::monthly_nth;
    std::optional<uint8_t> week;
    if (rule.by_set_position.size() == 1 && have_no_nth(list))
        week = week_of(rule.by_set_position[0]);
    else if (rule.by_set_position.empty() && list.size() == 1)
        week = week_of(list[0].nth);
    out.week_of_month = week;
    out.day_of_week = bits_of(list);
    return week.has_value();
}

/// MONTHLY, and YEARLY in one month.
bool express_in_month(RecurrenceRule const &rule, CalendarDay const &first, bool is_yearly, Recurrence &out)
{
    if (!rule.by_year_day.empty() || !rule.by_week_number.empty())
        return false;
    if (!rule.by_day.empty())
        return rule.by_month_day.empty() && express_nth_day(rule, is_yearly, out);
    if (rule.by_month_day.size() > 1 || !rule.by_set_position.empty())
        return false;
    return express_day_of_month(rule.by_month_day.empty() ? first.day : rule.by_month_day[0], is_yearly, out);
}

bool express_yearly(RecurrenceRule const &rule, CalendarDay const &first, Recurrence &out)
{
    bool const names_days = !rule.by_day.empty() || !rule.by_month_day.empty();
    if (rule.by_month.size() > 1 || (rule.by_month.empty() && names_days))
        return false;
    auto const month = rule.by_month.empty()
                           ? RecurrenceRule::Month{static_cast<uint8_t>(first.month), first.is_leap_month}
                           : rule.by_month[0];
    out.month_of_year = month.number;
    if (month.is_leap)
        out.is_leap_month = true;
    return month.number <= 12 && express_in_month(rule, first, true, out);
}

bool express_days(RecurrenceRule const &rule, SeriesStart const &start, Recurrence &out)
{
    if (!rule.by_month.empty() || !rule.by_month_day.empty() || !rule.by_year_day.empty() ||
        !rule.by_week_number.empty() || !rule.by_set_position.empty() || !rule.rscale.empty())
        return false;
    bool const is_weekly = rule.frequency == Frequency::weekly;
    if (is_weekly || !rule.by_day.empty()) {
        out.type = Type::weekly;
        out.day_of_week = rule.by_day.empty() ? bit_of(start.time) : bits_of(rule.by_day);
        out.first_day_of_week = rule.week_start;
        return have_no_nth(rule.by_day) && (is_weekly || rule.interval == 1);
    }
    out.type = Type::daily;
    if (rule.interval == 1)
        out.day_of_week = every_day; // MS-ASCAL 2.2.2.15 wants one; with another interval it would mean weeks
    return true;
}

bool express_calendar(RecurrenceRule const &rule, ProtocolVersion version, Recurrence &out)
{
    for (auto const &each : calendar_types)
        if (rule.rscale == each.rscale) {
            if (out.type != Type::daily && out.type != Type::weekly)
                out.calendar_type = each.number;
            return rule.rscale.empty() || version >= v14_0;
        }
    return false;
}

/// False if the end cannot be said. (What ends before it begins is no series.)
bool express_end(RecurrenceRule const &rule, SeriesStart const &start, uint16_t most_occurrences,
                 ExpressedRecurrence &out)
{
    if (rule.count && *rule.count <= most_occurrences && !rule.until) {
        out.recurrence.occurrences = static_cast<uint16_t>(*rule.count);
        return true;
    }
    if (rule.count) {
        auto const last = last_instance(rule, start);
        if (last)
            out.until = start.zone.to_instant(*last);
        return last.has_value();
    }
    auto const last = rule.last_start(start);
    if (!last)
        return true;
    auto const in_day = start.time - floor<days>(start.time);
    auto day = floor<days>(*last);
    if (day + in_day > *last)
        day -= days(1);
    out.until = start.zone.to_instant(day + in_day);
    return day + in_day >= start.time;
}

} // namespace

bool is_same_calendar(uint8_t type, uint8_t other)
{
    auto const *a = rscale_of(type), *b = rscale_of(other);
    return a && b && std::string_view(a) == b;
}

Result<RecurrenceRule> rule_of(Recurrence const &recurrence, std::optional<Instant> until,
                               SeriesStart const &start)
{
    RecurrenceRule rule;
    if (!recurrence.type)
        return bad("no Type");
    rule.interval = std::max<uint32_t>(recurrence.interval.value_or(1), 1);
    bool const is_monthly = *recurrence.type == Type::monthly || *recurrence.type == Type::monthly_nth;
    bool const is_yearly = *recurrence.type == Type::yearly || *recurrence.type == Type::yearly_nth;
    if (is_monthly || is_yearly) {
        rule.frequency = is_monthly ? Frequency::monthly : Frequency::yearly;
        bool const is_nth = *recurrence.type == Type::monthly_nth || *recurrence.type == Type::yearly_nth;
        if (!read_calendar(recurrence, rule))
            return bad("a CalendarType that nobody can compute");
        if (!(is_nth ? read_nth(recurrence, rule) : read_month_day(recurrence, rule)))
            return bad("its Type needs DayOfMonth, or DayOfWeek and WeekOfMonth");
        if (is_yearly && !read_month(recurrence, rule))
            return bad("its Type needs MonthOfYear");
    } else if (*recurrence.type == Type::weekly || recurrence.day_of_week) {
        read_weekly(recurrence, start, rule);
    } else if (*recurrence.type != Type::daily) {
        return bad("unknown Type");
    }
    if (recurrence.occurrences)
        rule.count = *recurrence.occurrences;
    else if (until)
        rule.until = until_of(last_day(*until, start), start);
    return rule;
}

std::optional<ExpressedRecurrence> express(RecurrenceRule const &rule, SeriesStart const &start,
                                           ProtocolVersion version, uint16_t most_occurrences)
{
    auto const calendar = CalendarDays::make(rule.rscale);
    if (!calendar || rule.interval > most_interval || rule.skip != RecurrenceRule::Skip::omit ||
        !keeps_time(rule, start.time))
        return std::nullopt;
    ExpressedRecurrence out;
    out.recurrence.interval = static_cast<uint16_t>(rule.interval);
    auto const first = calendar->day(floor<days>(start.time));
    bool is_expressed = false;
    if (rule.frequency == Frequency::yearly)
        is_expressed = express_yearly(rule, first, out.recurrence);
    else if (rule.frequency == Frequency::monthly)
        is_expressed = rule.by_month.empty() && express_in_month(rule, first, false, out.recurrence);
    else if (rule.frequency >= Frequency::daily)
        is_expressed = express_days(rule, start, out.recurrence);
    if (!is_expressed || !express_calendar(rule, version, out.recurrence) ||
        !express_end(rule, start, most_occurrences, out))
        return std::nullopt;
    // What has no instance at all is no series.
    if (expand(rule, start, start.time, start.time + furthest_instance, 1).instances.empty())
        return std::nullopt;
    return out;
}

} // namespace eas
