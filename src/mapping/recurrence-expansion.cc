// Days are walked from the beginning of the period (week, month, year) that the series starts in. A period in
// the rhythm of INTERVAL collects its times; BYSETPOS chooses among them when the period ends.
#include "mapping/recurrence-expansion.h"
#include "mapping/calendar-days.h"
#include <algorithm>

namespace eas {
namespace {

using namespace std::chrono;
using Frequency = RecurrenceRule::Frequency;
using Skip = RecurrenceRule::Skip;

/// Of the budget, for a day in a calendar that ICU computes.
constexpr int64_t computed_day_cost = 10;

int64_t day_cost(RecurrenceRule const &rule)
{
    return rule.rscale.empty() ? 1 : computed_day_cost;
}

bool has(std::vector<int> const &list, int value)
{
    return std::find(list.begin(), list.end(), value) != list.end();
}

/// By the number from the start, or the one from the end.
bool has_either(std::vector<int> const &list, int from_start, int from_end)
{
    return has(list, from_start) || has(list, from_end);
}

uint8_t weekday_of(local_days day)
{
    return static_cast<uint8_t>(weekday(day).c_encoding());
}

local_days start_of_week(local_days day, uint8_t week_start)
{
    return day - days((weekday_of(day) + 7 - week_start) % 7);
}

/// A day with what rules ask of it.
struct Day {
    local_days date;
    uint8_t weekday;
    CalendarDay in_calendar;
};

/// The rule with what its start says where it is silent. RFC 5545 3.3.10.
RecurrenceRule completed(RecurrenceRule rule, LocalTime start, CalendarDay const &first)
{
    auto const day = floor<days>(start);
    hh_mm_ss const time(start - day);
    bool const names_days = !rule.by_day.empty() || !rule.by_month_day.empty() || !rule.by_year_day.empty();
    if (rule.frequency == Frequency::weekly && rule.by_day.empty())
        rule.by_day.push_back({0, weekday_of(day)});
    if (rule.frequency == Frequency::yearly && !names_days && !rule.by_week_number.empty())
        rule.by_day.push_back({0, weekday_of(day)});
    else if (rule.frequency >= Frequency::monthly && !names_days) {
        rule.by_month_day.push_back(first.day);
        if (rule.frequency == Frequency::yearly && rule.by_month.empty())
            rule.by_month.push_back({static_cast<uint8_t>(first.month), first.is_leap_month});
    }
    if (rule.by_hour.empty() && rule.frequency > Frequency::hourly)
        rule.by_hour.push_back(static_cast<int>(time.hours().count()));
    if (rule.by_minute.empty() && rule.frequency > Frequency::minutely)
        rule.by_minute.push_back(static_cast<int>(time.minutes().count()));
    if (rule.by_second.empty() && rule.frequency > Frequency::secondly)
        rule.by_second.push_back(static_cast<int>(time.seconds().count()));
    for (auto *list : {&rule.by_hour, &rule.by_minute, &rule.by_second}) {
        std::sort(list->begin(), list->end());
        list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    return rule;
}

class DayFilter {
public:
    DayFilter(RecurrenceRule const &rule, CalendarDays &calendar) : m_rule(rule), m_calendar(calendar) {}

    bool takes(Day const &day)
    {
        return takes_month_and_day(day) && takes_year_day(day) && takes_week(day) && takes_weekday(day);
    }

private:
    static bool has_month(std::vector<RecurrenceRule::Month> const &list, CalendarDay const &day)
    {
        return list.empty() || std::any_of(list.begin(), list.end(), [&](auto const &each) {
                   return each.number == day.month && each.is_leap == day.is_leap_month;
               });
    }

    bool takes_month_and_day(Day const &day)
    {
        auto const &in = day.in_calendar;
        if (m_rule.by_month_day.empty())
            return has_month(m_rule.by_month, in);
        if (has_month(m_rule.by_month, in) &&
            (has_either(m_rule.by_month_day, in.day, in.day - in.days_in_month - 1) ||
             (m_rule.skip == Skip::backward && in.day == in.days_in_month &&
              has_day_after(in.days_in_month))))
            return true;
        if (m_rule.skip != Skip::forward || in.day != 1)
            return false;
        auto const before = m_calendar.day(day.date - days(1));
        return has_month(m_rule.by_month, before) && has_day_after(before.days_in_month);
    }

    bool has_day_after(int last_day) const
    {
        return std::any_of(m_rule.by_month_day.begin(), m_rule.by_month_day.end(),
                           [&](int each) { return each > last_day; });
    }

    bool takes_year_day(Day const &day) const
    {
        auto const &in = day.in_calendar;
        return m_rule.by_year_day.empty() ||
               has_either(m_rule.by_year_day, in.day_of_year, in.day_of_year - in.days_in_year - 1);
    }

    /// Weeks as ISO 8601 counts them, but from WKST: the first has four days of the year at least.
    bool takes_week(Day const &day) const
    {
        if (m_rule.by_week_number.empty())
            return true;
        auto const first_week = [&](int y) {
            return start_of_week(local_days(year(y) / January / 4), m_rule.week_start);
        };
        int const in_year = int(year_month_day(day.date).year());
        int const week_year = day.date < first_week(in_year)        ? in_year - 1
                              : day.date >= first_week(in_year + 1) ? in_year + 1
                                                                    : in_year;
        auto const week = static_cast<int>((day.date - first_week(week_year)).count() / 7) + 1;
        auto const weeks = static_cast<int>((first_week(week_year + 1) - first_week(week_year)).count() / 7);
        return has_either(m_rule.by_week_number, week, week - weeks - 1);
    }

    bool takes_weekday(Day const &day) const
    {
        if (m_rule.by_day.empty())
            return true;
        auto const &in = day.in_calendar;
        bool const counts_years = m_rule.frequency == Frequency::yearly && m_rule.by_month.empty();
        bool const counts = m_rule.frequency >= Frequency::monthly && m_rule.by_week_number.empty();
        int const position = counts_years ? in.day_of_year : in.day;
        int const length = counts_years ? in.days_in_year : in.days_in_month;
        return std::any_of(m_rule.by_day.begin(), m_rule.by_day.end(), [&](RecurrenceRule::Day const &each) {
            if (each.weekday != day.weekday)
                return false;
            return each.nth == 0 || !counts || each.nth == (position - 1) / 7 + 1 ||
                   each.nth == -((length - position) / 7 + 1);
        });
    }

    RecurrenceRule const &m_rule;
    CalendarDays &m_calendar;
};

/// The number of a day's period since that of the first day, as days come one after the other.
class Periods {
public:
    Periods(RecurrenceRule const &rule) : m_rule(rule) {}

    /// True if `day` begins a new one.
    bool begins(Day const &day)
    {
        bool const is_first = !m_has_day;
        bool const is_new = is_first || differs(day);
        m_number += is_new && !is_first ? 1 : 0;
        m_has_day = true;
        m_last = day.in_calendar;
        return is_new;
    }
    bool is_in_rhythm() const { return m_number % m_rule.interval == 0; }

private:
    bool differs(Day const &day) const
    {
        auto const &in = day.in_calendar;
        switch (m_rule.frequency) {
        case Frequency::yearly:
            return in.year != m_last.year;
        case Frequency::monthly:
            return in.year != m_last.year || in.month != m_last.month ||
                   in.is_leap_month != m_last.is_leap_month;
        case Frequency::weekly:
            return day.weekday == m_rule.week_start;
        default:
            return true;
        }
    }
    RecurrenceRule const &m_rule;
    CalendarDay m_last;
    bool m_has_day = false;
    int64_t m_number = 0;
};

/// Takes times in their order and keeps those that count.
class Instances {
public:
    Instances(RecurrenceRule const &rule, SeriesStart const &start, LocalTime begin, LocalTime end,
              size_t most, ExpansionBudget &budget)
        : m_budget(budget), m_count(rule.count), m_positions(rule.by_set_position), m_start(start.time),
          m_begin(begin), m_end(end), m_most(most)
    {
        if (auto const last = rule.last_start(start); last && *last < m_end)
            m_end = *last + seconds(1);
    }

    void add_to_period(LocalTime time)
    {
        if (m_budget.times == 0)
            return stop_incomplete();
        m_budget.times--;
        if (m_positions.empty())
            add(time);
        else
            m_period.push_back(time);
    }
    void end_period()
    {
        auto const size = static_cast<int>(m_period.size());
        for (int i = 0; i < size && !m_is_over; i++)
            if (has_either(m_positions, i + 1, i - size))
                add(m_period[static_cast<size_t>(i)]);
        m_period.clear();
    }
    bool is_over() const { return m_is_over; }
    LocalTime end() const { return m_end; }
    void stop_incomplete()
    {
        m_is_over = true;
        m_out.is_complete = false;
    }
    /// False, and it is over, if the budget does not have them.
    bool spend_days(int64_t count)
    {
        m_budget.days -= count;
        if (m_budget.days < 0)
            stop_incomplete();
        return !m_is_over;
    }
    bool spend_step()
    {
        if (m_budget.steps == 0)
            stop_incomplete();
        else
            m_budget.steps--;
        return !m_is_over;
    }
    Expansion take() { return std::move(m_out); }

private:
    void add(LocalTime time)
    {
        if (m_is_over || time < m_start)
            return;
        if (time >= m_end || (m_count && m_number >= *m_count)) {
            m_is_over = true;
            return;
        }
        m_number++;
        if (time < m_begin)
            return;
        if (m_out.instances.size() >= m_most)
            stop_incomplete();
        else
            m_out.instances.push_back(time);
    }

    ExpansionBudget &m_budget;
    std::optional<uint32_t> m_count;
    std::vector<int> const &m_positions;
    LocalTime m_start, m_begin, m_end;
    size_t m_most;
    std::vector<LocalTime> m_period;
    uint32_t m_number = 0;
    bool m_is_over = false;
    Expansion m_out;
};

local_days first_day_of_period(RecurrenceRule const &rule, local_days day, CalendarDay const &in)
{
    switch (rule.frequency) {
    case Frequency::yearly:
        return day - days(in.day_of_year - 1);
    case Frequency::monthly:
        return day - days(in.day - 1);
    case Frequency::weekly:
        return start_of_week(day, rule.week_start);
    default:
        return day;
    }
}

/// Rules of days and more.
void expand_days(RecurrenceRule const &rule, SeriesStart const &start, CalendarDays &calendar, Instances &out)
{
    auto const first = floor<days>(start.time);
    auto const last = floor<days>(out.end() - seconds(1));
    auto const begin = first_day_of_period(rule, first, calendar.day(first));
    DayFilter filter(rule, calendar);
    Periods periods(rule);
    for (auto date = begin; !out.is_over(); date += days(1)) {
        Day const day{date, weekday_of(date), calendar.day(date)};
        if (periods.begins(day)) {
            out.end_period();
            if (date > last)
                return;
        }
        if (!out.spend_days(day_cost(rule)))
            return;
        if (!periods.is_in_rhythm() || !filter.takes(day))
            continue;
        for (int const hour : rule.by_hour)
            for (int const minute : rule.by_minute)
                for (int const second : rule.by_second)
                    out.add_to_period(date + hours(hour) + minutes(minute) + seconds(second));
    }
}

/// Hours, minutes, seconds: steps from the start, a day that the rule does not take being left at once.
void expand_steps(RecurrenceRule const &rule, SeriesStart const &start, CalendarDays &calendar,
                  Instances &out)
{
    seconds const unit = rule.frequency == Frequency::hourly     ? hours(1)
                         : rule.frequency == Frequency::minutely ? minutes(1)
                                                                 : seconds(1);
    seconds const step = unit * rule.interval;
    DayFilter filter(rule, calendar);
    std::vector<int> const one{-1}; // what the step itself fixes
    auto known_day = floor<days>(start.time) - days(1);
    bool is_taken = false;
    auto const in_unit = start.time.time_since_epoch() % unit;
    for (auto time = start.time - (in_unit < seconds(0) ? in_unit + unit : in_unit);
         time < out.end() && !out.is_over();) {
        auto const date = floor<days>(time);
        if (!out.spend_step() || !out.spend_days((date - known_day).count() * day_cost(rule)))
            return;
        if (date != known_day) {
            known_day = date;
            is_taken = filter.takes({date, weekday_of(date), calendar.day(date)});
        }
        if (!is_taken) {
            auto const to_next_day = date + days(1) - time;
            time += step * ((to_next_day + step - seconds(1)) / step);
            continue;
        }
        hh_mm_ss const clock(time - date);
        bool const fits = (rule.by_hour.empty() || has(rule.by_hour, int(clock.hours().count()))) &&
                          (rule.frequency == Frequency::hourly || rule.by_minute.empty() ||
                           has(rule.by_minute, int(clock.minutes().count()))) &&
                          (rule.frequency != Frequency::secondly || rule.by_second.empty() ||
                           has(rule.by_second, int(clock.seconds().count())));
        if (fits)
            for (int const minute : rule.frequency == Frequency::hourly ? rule.by_minute : one)
                for (int const second : rule.frequency != Frequency::secondly ? rule.by_second : one)
                    out.add_to_period(time + minutes(std::max(minute, 0)) + seconds(std::max(second, 0)));
        out.end_period();
        time += step;
    }
}

} // namespace

Expansion expand(RecurrenceRule const &rule, SeriesStart const &start, LocalTime begin, LocalTime end,
                 size_t most, ExpansionBudget *shared)
{
    constexpr LocalTime first_time{local_days(year(1) / January / 1)},
        last_time{local_days(year(9999) / December / 31)};
    auto const calendar = CalendarDays::make(rule.rscale);
    bool const has_leap_months = std::any_of(rule.by_month.begin(), rule.by_month.end(),
                                             [](auto const &each) { return each.is_leap; });
    if (!calendar || (has_leap_months && rule.skip != Skip::omit) || start.time < first_time ||
        start.time > last_time)
        return {{}, false};
    auto const full = completed(rule, start.time, calendar->day(floor<days>(start.time)));
    ExpansionBudget own;
    Instances out(full, start, begin, std::min(end, last_time), most, shared ? *shared : own);
    if (out.end() <= start.time)
        return {};
    if (full.frequency <= Frequency::hourly)
        expand_steps(full, start, *calendar, out);
    else
        expand_days(full, start, *calendar, out);
    return out.take();
}

std::optional<LocalTime> last_instance(RecurrenceRule const &rule, SeriesStart const &start)
{
    if (!rule.count && !rule.until)
        return std::nullopt;
    auto const all =
        expand(rule, start, start.time, local_days(year(9999) / December / 31), ExpansionBudget{}.times);
    if (!all.is_complete || all.instances.empty())
        return std::nullopt;
    return all.instances.back();
}

} // namespace eas
