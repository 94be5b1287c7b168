// See series-form.h.
#include "mapping/series-form.h"
#include "mapping/recurrence-expansion.h"
#include "mapping/series-carriers.h"
#include <algorithm>

namespace eas {
namespace {

using namespace std::chrono;
using Window = EventSeries::Window;

/// Of one series: what is looked at.
constexpr size_t most_occurrences = 50'000;
/// A series that has no instance for so long is over.
constexpr int longest_pause_days = 8 * 366;
constexpr size_t most_passed_over = 1000; ///< instances that may all be excluded

LocalTime day_of(LocalTime time)
{
    return floor<days>(time);
}

LocalTime new_year(int y)
{
    return local_days(year(y) / January / 1);
}

class FormMaker {
public:
    FormMaker(EventSeries const &series, ProtocolVersion version, IcalZones &zones,
              CalendarContext const &context)
        : m_series(series), m_version(version), m_zones(zones), m_context(context)
    {}

    Result<SeriesForm> make();

private:
    NamedZone zone() const;
    SeriesForm with_structure(EventTimes const &first, Instant rules_from) const;
    SeriesForm single(EventTimes const &times, IcalComponent const *component) const;
    std::optional<SeriesForm> direct() const;
    bool add_marks(SeriesForm &form, RecurrenceRule const &rule) const;
    bool correct_times(SeriesForm &form, RecurrenceRule const &rule) const;
    std::optional<SeriesForm> in_window(Window const &window) const;
    size_t most_of(Window const &window) const;
    int this_year() const;
    Instant instant(LocalTime time) const { return m_series.times().start.zone->to_instant(time); }
    Instant begin_of(int year) const { return instant(new_year(year)); }
    LocalTime now() const { return m_series.times().start.zone->to_local(m_context.now); }
    std::optional<LocalTime> next_after(LocalTime time) const;
    bool goes_on_after(LocalTime time) const { return next_after(time).has_value(); }
    bool begins_before(LocalTime time) const;
    std::optional<SeriesForm> carried(std::vector<Occurrence> const &a_day, std::vector<Occurrence> others,
                                      Recurrence const &carrier, bool may_miss) const;
    static bool move_there(SeriesForm &form, size_t first, std::vector<Occurrence> const &missed);
    bool add_others(SeriesForm &form, std::vector<Occurrence> const &others, RecurrenceRule const &carrier,
                    SeriesStart const &start, LocalTime &last) const;
    /// A window, and when another one takes its place.
    struct Frame {
        Window window;
        Instant again;
    };
    std::vector<Frame> frames() const;

    EventSeries const &m_series;
    ProtocolVersion m_version;
    IcalZones &m_zones;
    CalendarContext const &m_context;
};

/// The zone of the clock that the series follows. A single event in UTC is shown by the user's.
NamedZone FormMaker::zone() const
{
    auto const &start = m_series.times().start;
    switch (start.form) {
    case IcalTime::Form::zoned:
        return m_zones.zone(start.tzid);
    case IcalTime::Form::utc:
        return m_series.is_recurring() ? m_zones.utc() : m_zones.users_zone();
    case IcalTime::Form::date:
        return m_zones.zone(start.tzid);
    default:
        return m_zones.users_zone();
    }
}

SeriesForm FormMaker::with_structure(EventTimes const &first, Instant rules_from) const
{
    auto const named = zone();
    auto const structure =
        structure_of(*named.zone, rules_from, m_context.zone_names.windows_name(named.name));
    auto const rules = zone_of(structure);
    auto const day_zone = m_version >= v16_0 ? Zone(0) : rules;
    return {first, structure,          day_zone, m_series.times().is_all_day ? day_zone : rules,
            {},    &m_series.master(), {},       false};
}

SeriesForm FormMaker::single(EventTimes const &times, IcalComponent const *component) const
{
    auto form = with_structure(times, times.start.instant());
    if (component)
        form.component = component;
    return form;
}

/// Exceptions that the file names; false if some are no occurrences of the rule, or too many.
bool FormMaker::add_marks(SeriesForm &form, RecurrenceRule const &rule) const
{
    auto const &excluded = m_series.excluded();
    auto const &overrides = m_series.overrides();
    auto last = m_series.times().start.local;
    for (auto const &each : overrides)
        last = std::max(last, each.original);
    if (!excluded.empty())
        last = std::max(last, excluded.back());
    auto const expansion =
        expand(rule, m_series.start(), m_series.times().start.local, last + seconds(1), most_occurrences);
    auto const &instances = expansion.instances;
    auto const is_instance = [&](LocalTime time) {
        return time == m_series.times().start.local || std::ranges::binary_search(instances, time);
    };
    for (auto const &each : overrides) {
        bool const is_excluded = std::ranges::binary_search(excluded, each.original);
        if (!is_instance(each.original) && !is_excluded)
            return false;
        if (!is_excluded)
            form.exceptions.push_back({each.original, false, each.component, each.times});
    }
    for (auto const time : excluded)
        if (is_instance(time))
            form.exceptions.push_back({time, true, nullptr, {}});
    std::ranges::sort(form.exceptions, {}, &FormException::original);
    return form.exceptions.size() <= most_exceptions;
}

/// Where the client would compute another time than the zone has, the time becomes an exception's. False if
/// that goes on for ever.
bool FormMaker::correct_times(SeriesForm &form, RecurrenceRule const &rule) const
{
    if (m_series.times().is_all_day)
        return true;
    auto const &zone = *m_series.times().start.zone;
    Instant const begin = m_series.times().start.instant();
    int const this_year = this->this_year();
    auto const series_end = form.recurrence->until.value_or(zone.to_instant(new_year(this_year + 3)));
    Instant const end =
        std::min(Instant::from_seconds(series_end.seconds() + 1), zone.to_instant(new_year(this_year + 3)));
    if (end <= begin || first_difference(zone, form.client_zone, begin, end) >= end)
        return true;
    auto const instances =
        expand(rule, m_series.start(), zone.to_local(begin), zone.to_local(end), most_occurrences).instances;
    std::vector<FormException> corrected;
    for (auto const original : instances) {
        auto const times = m_series.times_at(original);
        bool const is_marked =
            std::ranges::binary_search(form.exceptions, original, {}, &FormException::original);
        if (form.client_zone.to_instant(original) != times.start.instant() && !is_marked)
            corrected.push_back({original, false, nullptr, times});
        if (corrected.size() + form.exceptions.size() > most_exceptions)
            return false;
    }
    bool const goes_on = !corrected.empty() && corrected.back().original >= new_year(this_year + 2);
    if (goes_on && corrected.size() > 20)
        return false;
    if (!corrected.empty() && form.recurrence->until.value_or(end) >= end)
        form.tell_again = begin_of(this_year + 1);
    form.exceptions.insert(form.exceptions.end(), corrected.begin(), corrected.end());
    std::ranges::sort(form.exceptions, {}, &FormException::original);
    return true;
}

/// The file's own rule, if EAS has it and clients compute from it what the file says.
std::optional<SeriesForm> FormMaker::direct() const
{
    auto const *rule = m_series.only_rule();
    if (!rule)
        return std::nullopt;
    auto expressed = express(*rule, m_series.start(), m_version);
    if (!expressed)
        return std::nullopt;
    auto const start = m_series.times().start.instant();
    // The rules of today if they give the first instance its time, since people look at coming ones.
    for (auto const rules_from : {std::max(start, m_context.now), start}) {
        auto form = with_structure(m_series.times(), rules_from);
        form.recurrence = expressed;
        if (form.client_zone.to_local(form.instant(form.first, form.first.start)) !=
            m_series.times().start.local)
            continue;
        if (!add_marks(form, *rule))
            return std::nullopt;
        if (correct_times(form, *rule))
            return form;
    }
    return std::nullopt;
}

int FormMaker::this_year() const
{
    return int(year_month_day(floor<days>(now())).year());
}

std::optional<LocalTime> FormMaker::next_after(LocalTime time) const
{
    auto const next = m_series.occurrences({time, time + days(longest_pause_days)}, most_passed_over);
    return next.empty() ? std::nullopt : std::optional(next.front().original);
}

bool FormMaker::begins_before(LocalTime time) const
{
    auto const &overrides = m_series.overrides();
    return m_series.times().start.local < time || (!overrides.empty() && overrides.front().original < time);
}

/// The widest first. They begin with whole years, months, days and hours, so that what the client was told
/// stays what it would be told until the next begins.
std::vector<FormMaker::Frame> FormMaker::frames() const
{
    auto const start = m_series.times().start.local;
    int const year = this_year();
    auto first = start;
    for (auto const &each : m_series.overrides())
        first = std::min(first, each.original);
    auto const next_year = begin_of(year + 1);
    year_month_day const today(floor<days>(now()));
    auto const month = [&](int from_now) {
        return LocalTime(local_days((today.year() / today.month() + months(from_now)) / 1));
    };
    std::vector<Frame> frames{{{std::min(first, new_year(1)), new_year(year + 3)}, next_year},
                              {{new_year(year - 1), new_year(year + 3)}, next_year},
                              {{new_year(year), new_year(year + 2)}, next_year},
                              {{month(-1), month(7)}, instant(month(1))},
                              {{month(0), month(3)}, instant(month(1))}};
    if (auto const near = next_after(day_of(now()) - days(1))) {
        auto const day = day_of(*near);
        for (auto const length : {days(31), days(9), days(2)})
            frames.push_back({{day, day + length}, instant(day + days(2))});
    }
    if (auto const near = next_after(floor<hours>(now()) - hours(1))) {
        auto const hour = floor<hours>(*near);
        for (auto const length : {minutes(240), minutes(4)})
            frames.push_back({{hour, hour + length}, instant(hour + hours(2))});
    }
    for (auto const length : {days(3 * 366), days(31), days(2)})
        frames.push_back({{start, start + length}, next_year});
    for (auto const length : {minutes(240), minutes(4)})
        frames.push_back({{start, start + length}, next_year});
    return frames;
}

/// Instances behind the last are moved to where `others` are; `last` becomes the last of them.
bool FormMaker::add_others(SeriesForm &form, std::vector<Occurrence> const &others,
                           RecurrenceRule const &carrier, SeriesStart const &start, LocalTime &last) const
{
    if (others.empty())
        return true;
    auto const more = expand(carrier, start, last + seconds(1), new_year(9999), others.size()).instances;
    if (more.size() != others.size())
        return false;
    for (size_t i = 0; i < more.size(); i++)
        form.exceptions.push_back({more[i], false, others[i].component, others[i].times, others[i].original});
    last = more.back();
    return form.exceptions.size() <= most_exceptions;
}

/// Instances that the series has not, which are the exceptions from `first` on, are moved to where `missed`
/// are, each to a near one: all lie between the same two occurrences and keep their order, as clients expect
/// it (MS-ASCAL 2.2.2.37). False if they are too few.
bool FormMaker::move_there(SeriesForm &form, size_t first, std::vector<Occurrence> const &missed)
{
    auto &free = form.exceptions;
    if (free.size() - first < missed.size())
        return false;
    size_t next = first;
    for (size_t i = 0; i < missed.size(); i++, next++) {
        auto const distance = [&](size_t at) { return abs(free[at].original - missed[i].original); };
        size_t const latest = free.size() - (missed.size() - i); // leaves enough for the others
        while (next < latest && distance(next + 1) <= distance(next))
            next++;
        free[next] = {free[next].original, false, missed[i].component, missed[i].times, missed[i].original};
    }
    return true;
}

/// `carrier` from the first to the last of `a_day`, which has one occurrence a day; nothing if it misses one
/// that it must not miss or needs too many exceptions. `others` are the other occurrences of these days.
std::optional<SeriesForm> FormMaker::carried(std::vector<Occurrence> const &a_day,
                                             std::vector<Occurrence> others, Recurrence const &carrier,
                                             bool may_miss) const
{
    auto const in_day = m_series.times().start.local - day_of(m_series.times().start.local);
    auto const first = day_of(a_day.front().original) + in_day;
    auto last = day_of(a_day.back().original) + in_day;
    auto form = with_structure(m_series.times_at(first), m_series.times_at(first).start.instant());
    form.is_window = true;
    SeriesStart const start{first, m_series.times().is_all_day, *m_series.times().start.zone};
    auto const rule = rule_of(carrier, std::nullopt, start);
    if (!rule)
        return std::nullopt;
    auto const instances = expand(*rule, start, first, last + seconds(1), most_occurrences).instances;
    auto next = a_day.begin();
    std::vector<Occurrence> missed; // since the last one that an instance takes
    size_t first_free = 0;          // of the exceptions, those since then
    for (auto const instance : instances) {
        for (; next != a_day.end() && day_of(next->original) < day_of(instance); next++)
            missed.push_back(*next);
        if (!missed.empty() && !may_miss)
            return std::nullopt;
        bool const is_taken = next != a_day.end() && day_of(next->original) == day_of(instance);
        if (is_taken && !move_there(form, first_free, missed))
            return std::nullopt;
        if (!is_taken)
            form.exceptions.push_back({instance, true, nullptr, {}});
        else if (auto const &times = next->times;
                 next->component || times != m_series.times_at(instance) ||
                 form.client_zone.to_instant(instance) != form.instant(times, times.start))
            form.exceptions.push_back({instance, false, next->component, times});
        if (form.exceptions.size() > most_exceptions)
            return std::nullopt;
        if (!is_taken)
            continue;
        missed.clear();
        first_free = form.exceptions.size();
        next++;
    }
    missed.insert(missed.end(), next, a_day.end());
    if (instances.empty() || instances.front() != first || (!missed.empty() && !may_miss))
        return std::nullopt;
    auto const here = std::min(missed.size(), form.exceptions.size() - first_free);
    others.insert(others.begin(), missed.begin() + static_cast<ptrdiff_t>(here), missed.end());
    missed.resize(here);
    if (!move_there(form, first_free, missed) || !add_others(form, others, *rule, start, last))
        return std::nullopt;
    form.recurrence = ExpressedRecurrence{carrier, instant(last)};
    return form;
}

/// So many occurrences of a window are looked at that, if there are more, it surely has too many: one a day
/// and the exceptions.
size_t FormMaker::most_of(Window const &window) const
{
    if (m_series.excludes_several_at_once())
        return most_occurrences;
    auto const days_touched = static_cast<size_t>(ceil<days>(window.end - window.begin).count()) + 1;
    return std::min(days_touched + most_exceptions + m_series.excluded().size() + 1, most_occurrences);
}

std::optional<SeriesForm> FormMaker::in_window(Window const &window) const
{
    std::vector<Occurrence> a_day, others;
    for (auto &each : m_series.occurrences(window, most_of(window))) {
        bool const is_first = a_day.empty() || day_of(a_day.back().original) != day_of(each.original);
        (is_first ? a_day : others).push_back(std::move(each));
    }
    if (a_day.empty() || others.size() > most_exceptions)
        return std::nullopt;
    if (a_day.size() == 1 && others.empty())
        return single(a_day.front().times, a_day.front().component);
    auto const rank = [](SeriesForm const &form) {
        return std::pair(form.exceptions.size(), *form.recurrence->until);
    };
    std::optional<SeriesForm> best;
    for (auto const &carrier : carriers_of(a_day, m_series, m_version)) {
        auto form = carried(a_day, others, carrier, false);
        if (form && (!best || rank(*form) < rank(*best)))
            best = std::move(form);
    }
    if (best)
        return best;
    for (auto const &carrier : rough_carriers_of(a_day)) {
        auto form = carried(a_day, others, carrier, true);
        if (form && (!best || rank(*form) < rank(*best)))
            best = std::move(form);
    }
    return best;
}

Result<SeriesForm> FormMaker::make()
{
    if (!m_series.is_recurring())
        return single(m_series.times(), nullptr);
    if (!m_series.has_master() && m_series.overrides().size() == 1)
        return single(m_series.overrides()[0].times, m_series.overrides()[0].component);
    if (auto form = direct())
        return *std::move(form);
    for (auto const &[window, again] : frames())
        if (auto form = in_window(window)) {
            if (goes_on_after(window.end))
                form->tell_again = again;
            form->is_cut = form->tell_again || begins_before(window.begin);
            return *std::move(form);
        }
    return Error{ErrorKind::bad_request, "the series has no occurrence, or too many exceptions"};
}

} // namespace

Result<SeriesForm> form_of(EventSeries const &series, ProtocolVersion version, IcalZones &zones,
                           CalendarContext const &context)
{
    return FormMaker(series, version, zones, context).make();
}

} // namespace eas
