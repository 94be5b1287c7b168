// Offsets over time. The years are few, so what a yearly rule gives is computed when it is asked for.
#include "mapping/zone.h"
#include <algorithm>
#include <limits>

namespace eas {
namespace {

using namespace std::chrono;

constexpr int64_t no_time = std::numeric_limits<int64_t>::min();
/// The years for which rules are computed: what four digits hold.
constexpr int first_year = 1, last_year = 9999;

int year_of(int64_t seconds)
{
    constexpr int64_t year_1 = -62'135'596'800, year_10000 = 253'402'300'800;
    sys_seconds const time{std::chrono::seconds(std::clamp(seconds, year_1, year_10000 - 1))};
    return int(year_month_day(floor<days>(time)).year());
}

local_days day_in(YearlyDate const &date, int in_year)
{
    year const y{in_year};
    switch (date.kind) {
    case YearlyDate::Kind::nth_weekday: {
        auto const m = y / month(date.month);
        weekday const day{date.weekday};
        return date.week >= 5 ? local_days(m / day[last]) : local_days(m / day[date.week]);
    }
    case YearlyDate::Kind::month_day:
        return local_days(y / month(date.month) / 1) + days(date.day - 1);
    case YearlyDate::Kind::day_of_year:
        return local_days(y / January / 1) + days(date.day);
    case YearlyDate::Kind::day_without_leap:
        return local_days(y / January / 1) + days(date.day - 1 + (y.is_leap() && date.day > 59 ? 1 : 0));
    }
    return local_days(y / January / 1);
}

int64_t instant_of(LocalTime local, int32_t offset_seconds)
{
    return local.time_since_epoch().count() - offset_seconds;
}

} // namespace

LocalTime YearlyDate::in(int year) const
{
    return day_in(*this, year) + std::chrono::seconds(seconds);
}

Zone::Zone(int32_t first_offset_seconds, std::vector<Transition> transitions,
           std::optional<YearlyChange> yearly)
    : m_first_offset(first_offset_seconds), m_transitions(std::move(transitions)), m_yearly(yearly)
{
    // zic marks 2038 in zones that have daylight time then (QTBUG-53071) by a change that changes nothing.
    auto const changes_nothing = [](Transition const &before, Transition const &after) {
        return before.offset_seconds == after.offset_seconds;
    };
    m_transitions.erase(std::unique(m_transitions.begin(), m_transitions.end(), changes_nothing),
                        m_transitions.end());
    if (m_yearly && m_yearly->standard_offset_seconds == m_yearly->daylight_offset_seconds) {
        m_yearly.reset();
        return;
    }
    // From the end: the rule is right as long as it gives what the list has, with nothing between.
    while (m_yearly && m_transitions.size() > 1) {
        std::vector<Transition> by_rule;
        append_yearly(by_rule, m_transitions[m_transitions.size() - 2].at, m_transitions.back().at + 1);
        if (by_rule.size() != 1 || by_rule.front() != m_transitions.back())
            break;
        m_transitions.pop_back();
    }
}

int64_t Zone::last_explicit() const
{
    return m_transitions.empty() ? no_time : m_transitions.back().at;
}

std::array<Transition, 2> Zone::yearly_transitions(int year) const
{
    return {{{instant_of(m_yearly->to_daylight.in(year), m_yearly->standard_offset_seconds),
              m_yearly->daylight_offset_seconds},
             {instant_of(m_yearly->to_standard.in(year), m_yearly->daylight_offset_seconds),
              m_yearly->standard_offset_seconds}}};
}

/// Those of the yearly rule after `begin` and before `end`, wherever the explicit ones end.
void Zone::append_yearly(std::vector<Transition> &out, int64_t begin, int64_t end) const
{
    int const from = std::max(first_year, year_of(begin) - 1);
    int const to = std::min(last_year, year_of(end) + 1);
    size_t const old_size = out.size();
    for (int year = from; year <= to; year++) {
        for (auto const &each : yearly_transitions(year))
            if (each.at > begin && each.at < end)
                out.push_back(each);
    }
    std::sort(out.begin() + static_cast<ptrdiff_t>(old_size), out.end(),
              [](auto const &a, auto const &b) { return a.at < b.at; });
}

/// What the yearly rule says of `seconds`, after the last explicit transition; nothing before its first one.
std::optional<int32_t> Zone::yearly_offset(int64_t seconds) const
{
    int64_t const after = last_explicit();
    int const year = year_of(seconds);
    std::optional<Transition> last;
    for (int each = std::min(year + 1, last_year); !last && each >= std::max(year - 2, first_year); each--)
        for (auto const &transition : yearly_transitions(each))
            if (transition.at > after && transition.at <= seconds && (!last || last->at < transition.at))
                last = transition;
    return last ? std::optional(last->offset_seconds) : std::nullopt;
}

int32_t Zone::offset_seconds(Instant instant) const
{
    int64_t const seconds = instant.seconds();
    if (m_yearly && (m_transitions.empty() || seconds > last_explicit()))
        if (auto const offset = yearly_offset(seconds))
            return *offset;
    auto const next = std::upper_bound(m_transitions.begin(), m_transitions.end(), seconds,
                                       [](int64_t at, Transition const &each) { return at < each.at; });
    return next == m_transitions.begin() ? m_first_offset : std::prev(next)->offset_seconds;
}

LocalTime Zone::to_local(Instant instant) const
{
    return LocalTime{std::chrono::seconds(instant.seconds() + offset_seconds(instant))};
}

Instant Zone::to_instant(LocalTime local) const
{
    constexpr int64_t day = 86400;
    int64_t const wanted = local.time_since_epoch().count();
    int32_t const before = offset_seconds(Instant::from_seconds(wanted - day));
    int32_t const after = offset_seconds(Instant::from_seconds(wanted + day));
    Instant const early = Instant::from_seconds(wanted - before);
    Instant const late = Instant::from_seconds(wanted - after);
    if (to_local(early) == local || to_local(late) != local)
        return early;
    return late;
}

std::vector<Transition> Zone::transitions(Instant begin, Instant end) const
{
    std::vector<Transition> out;
    int32_t offset = offset_seconds(begin);
    auto const keep_changes = [&](std::vector<Transition> const &list) {
        for (auto const &each : list)
            if (each.at > begin.seconds() && each.at < end.seconds() && each.offset_seconds != offset) {
                out.push_back(each);
                offset = each.offset_seconds;
            }
    };
    keep_changes(m_transitions);
    if (m_yearly && end.seconds() > last_explicit()) {
        std::vector<Transition> by_rule;
        append_yearly(by_rule, std::max(begin.seconds(), last_explicit()), end.seconds());
        keep_changes(by_rule);
    }
    return out;
}

Zone Zone::continued_by(Zone const &other) const
{
    constexpr int64_t day = 86400;
    auto continued = *this;
    if (m_transitions.empty())
        return continued;
    auto const first = m_transitions.front(), last = m_transitions.back();
    bool const has_end = !m_yearly && m_transitions.size() > 1;
    if (has_end && other.offset_seconds(Instant::from_seconds(last.at + day)) == last.offset_seconds) {
        std::ranges::copy_if(other.m_transitions, std::back_inserter(continued.m_transitions),
                             [&](Transition const &each) { return each.at > last.at; });
        continued.m_yearly = other.m_yearly;
    }
    bool const agree_before = other.offset_seconds(Instant::from_seconds(first.at - 1)) == m_first_offset;
    if (agree_before && !other.m_transitions.empty()) {
        auto const before = other.transitions(Instant::from_seconds(other.m_transitions.front().at - 1),
                                              Instant::from_seconds(first.at));
        continued.m_transitions.insert(continued.m_transitions.begin(), before.begin(), before.end());
        continued.m_first_offset = other.m_first_offset;
    }
    return continued;
}

std::optional<YearlyChange> Zone::yearly_from(Instant instant) const
{
    return instant.seconds() >= last_explicit() ? m_yearly : std::nullopt;
}

bool Zone::is_fixed_from(Instant instant) const
{
    return !m_yearly && instant.seconds() >= last_explicit();
}

namespace {

/// Calls `each(begin, end)` for the stretches where the two differ until it returns false.
template <class Each>
void differences(Zone const &a, Zone const &b, Instant begin, Instant end, Each const &each)
{
    std::vector<int64_t> edges{begin.seconds()};
    for (auto const *zone : {&a, &b})
        for (auto const &transition : zone->transitions(begin, end))
            edges.push_back(transition.at);
    std::sort(edges.begin(), edges.end());
    edges.push_back(end.seconds());
    for (size_t i = 0; i + 1 < edges.size(); i++) {
        Instant const at = Instant::from_seconds(edges[i]);
        if (edges[i] < edges[i + 1] && a.offset_seconds(at) != b.offset_seconds(at) &&
            !each(edges[i], edges[i + 1]))
            return;
    }
}

} // namespace

int64_t seconds_apart(Zone const &a, Zone const &b, Instant begin, Instant end)
{
    int64_t sum = 0;
    differences(a, b, begin, end, [&](int64_t from, int64_t to) {
        sum += to - from;
        return true;
    });
    return sum;
}

Instant first_difference(Zone const &a, Zone const &b, Instant begin, Instant end)
{
    Instant first = end;
    differences(a, b, begin, end, [&](int64_t from, int64_t) {
        first = Instant::from_seconds(from);
        return false;
    });
    return first;
}

YearlyDate nth_weekday_of(year_month_day date, uint8_t week, int32_t seconds)
{
    weekday const day{sys_days(date)};
    return {YearlyDate::Kind::nth_weekday,
            static_cast<uint8_t>(unsigned(date.month())),
            week,
            static_cast<uint8_t>(day.c_encoding()),
            0,
            seconds};
}

} // namespace eas
