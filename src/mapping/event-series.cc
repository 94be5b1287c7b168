// See event-series.h.
#include "mapping/event-series.h"
#include "base/text.h"
#include "mapping/recurrence-expansion.h"
#include <algorithm>

namespace eas {
namespace {

using namespace std::chrono;

/// Occurrences that are looked through for those that a client names.
constexpr size_t most_found = 50'000;

LocalTime day_of(LocalTime time)
{
    return floor<days>(time);
}

bool is_marked_all_day(IcalComponent const &component)
{
    auto const mark = component.property("X-MICROSOFT-CDO-ALLDAYEVENT");
    return mark && equals_ignoring_case(trim(mark->value), "TRUE");
}

bool is_midnight(IcalTime const &time)
{
    return time.local == day_of(time.local);
}

IcalTime as_date(IcalTime time)
{
    if (!time.is_date())
        time.tzid.clear();
    time.form = IcalTime::Form::date;
    time.local = day_of(time.local);
    return time;
}

/// What the end would be without any rule about order.
IcalTime written_end(IcalComponent const &component, IcalTime const &start, IcalZones &zones)
{
    if (auto const end = ical_time_of(component, "DTEND", zones))
        return *end;
    auto end = start;
    auto const property = component.property("DURATION");
    auto const duration = property ? parse_ical_duration(property->value) : std::nullopt;
    if (!duration)
        return end;
    end.local += days(duration->days);
    if (!start.is_date()) // the days by the clock, the rest exactly
        end.local = end.zone->to_local(Instant::from_seconds(end.instant().seconds() + duration->seconds));
    else
        end.local += days(duration->seconds / 86400);
    return end;
}

template <class T> void sort_unique(std::vector<T> &list)
{
    std::ranges::sort(list);
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

} // namespace

bool EventTimes::operator==(EventTimes const &other) const
{
    if (is_all_day != other.is_all_day)
        return false;
    if (is_all_day)
        return start.local == other.start.local && end.local == other.end.local;
    return start.instant() == other.start.instant() && end.instant() == other.end.instant();
}

std::optional<EventTimes> event_times(IcalComponent const &component, IcalZones &zones)
{
    auto const start = ical_time_of(component, "DTSTART", zones);
    if (!start)
        return std::nullopt;
    EventTimes times{*start, written_end(component, *start, zones), start->is_date()};
    bool const are_midnights =
        is_midnight(times.start) && is_midnight(times.end) && times.start.local < times.end.local;
    times.is_all_day = times.is_all_day || (are_midnights && is_marked_all_day(component));
    if (times.is_all_day) {
        times.start = as_date(times.start);
        times.end = as_date(times.end);
        times.end.zone = times.start.zone;
        times.end.local = std::max<LocalTime>(times.end.local, times.start.local + days(1));
    } else if (times.end.is_date()) { // a DATE after a DATE-TIME: the end of that day
        times.end.local += days(times.end.local < day_of(times.start.local) ? 0 : 1);
        times.end.form = times.start.form;
        times.end.tzid = times.start.tzid;
        times.end.zone = times.start.zone;
    }
    if (!times.is_all_day && times.end.instant() < times.start.instant())
        times.end = times.start;
    return times;
}

Result<EventSeries> EventSeries::read(IcalDocument const &document, IcalZones &zones)
{
    EventSeries series;
    for (auto const *item : document.items())
        if (!series.m_master && item->name() == "VEVENT" && !item->property("RECURRENCE-ID"))
            if (auto times = event_times(*item, zones)) {
                series.m_master = item;
                series.m_times = *std::move(times);
            }
    series.m_has_master = series.m_master != nullptr;
    series.read_overrides(document, zones);
    if (!series.m_master)
        return Error{ErrorKind::bad_request, "no VEVENT with a DTSTART"};
    if (series.m_has_master) {
        series.read_rules();
        series.read_dates(zones);
        series.read_excluded(zones);
    }
    return series;
}

void EventSeries::read_overrides(IcalDocument const &document, IcalZones &zones)
{
    for (auto const *item : document.items()) {
        if (item->name() != "VEVENT" || m_overrides.size() >= most_overrides)
            continue;
        auto const line = item->property("RECURRENCE-ID");
        auto const id = line ? parse_ical_time(*line, line->value, zones) : std::nullopt;
        auto times = id ? event_times(*item, zones) : std::nullopt;
        if (!times)
            continue;
        if (!m_master) {
            m_master = item;
            m_times = *times;
            // Occurrences are known by their RECURRENCE-IDs, so they give the clock.
            m_times.start = *id;
            m_times.end = times->end;
            m_times.is_all_day = times->is_all_day && id->is_date();
            if (!m_times.is_all_day && !times->is_all_day)
                m_times.end = ical_time_like(*id, Instant::from_seconds(id->instant().seconds() +
                                                                        times->end.instant().seconds() -
                                                                        times->start.instant().seconds()));
            else
                m_times = *times;
        }
        bool const and_future = equals_ignoring_case(line->parameter("RANGE"), "THISANDFUTURE");
        m_overrides.push_back({on_clock(*id), item, *std::move(times), and_future && m_has_master});
    }
    // Of several for one occurrence the last counts: programs append.
    std::ranges::stable_sort(m_overrides, {}, &Override::original);
    auto const next_is_same = [&](size_t i) {
        return i + 1 < m_overrides.size() && m_overrides[i].original == m_overrides[i + 1].original;
    };
    std::vector<Override> kept;
    for (size_t i = 0; i < m_overrides.size(); i++)
        if (!next_is_same(i))
            kept.push_back(std::move(m_overrides[i]));
    m_overrides = std::move(kept);
}

void EventSeries::read_rules()
{
    constexpr size_t most_rules = 10;
    auto const read = [&](std::string_view name, std::vector<RecurrenceRule> &rules) {
        for (auto const &line : m_master->properties(name)) {
            auto rule = RecurrenceRule::parse(line.value);
            if (rule && rules.size() < most_rules)
                rules.push_back(*std::move(rule));
            else
                m_has_broken_rule = true;
        }
    };
    read("RRULE", m_rules);
    read("EXRULE", m_excluding_rules);
}

void EventSeries::read_dates(IcalZones &zones)
{
    for (auto const &line : m_master->properties("RDATE"))
        for (auto const value : split(line.value, ',')) {
            auto const slash = value.find('/');
            auto const time = parse_ical_time(line, value.substr(0, slash), zones);
            if (!time || m_dates.size() >= most_dates)
                continue;
            Date date{on_clock(*time), {}};
            if (slash != value.npos) {
                auto const rest = value.substr(slash + 1);
                if (auto const duration = parse_ical_duration(rest))
                    date.end = ical_time_like(*time, Instant::from_seconds(time->instant().seconds() +
                                                                           duration->days * 86400 +
                                                                           duration->seconds));
                else
                    date.end = parse_ical_time(line, rest, zones);
            }
            m_dates.push_back(std::move(date));
        }
    std::ranges::stable_sort(m_dates, {}, &Date::original);
}

void EventSeries::read_excluded(IcalZones &zones)
{
    for (auto const &line : m_master->properties("EXDATE"))
        for (auto const value : split(line.value, ',')) {
            auto const time = parse_ical_time(line, value, zones);
            if (!time || m_excluded.size() >= most_dates)
                continue;
            bool const is_whole_day = time->is_date() && !m_times.is_all_day;
            m_excluded.push_back(on_clock(*time));
            if (is_whole_day)
                m_excluded_days.push_back(m_excluded.back());
        }
    sort_unique(m_excluded);
    sort_unique(m_excluded_days);
}

LocalTime EventSeries::on_clock(IcalTime const &time) const
{
    if (m_times.is_all_day)
        return day_of(time.local);
    if (time.is_date()) // the occurrence of that day, as some programs write it
        return time.local + (m_times.start.local - day_of(m_times.start.local));
    return m_times.start.zone->to_local(time.instant());
}

bool EventSeries::is_excluded(LocalTime original) const
{
    return std::ranges::binary_search(m_excluded, original) ||
           std::ranges::binary_search(m_excluded_days,
                                      day_of(original) + (m_times.start.local - day_of(m_times.start.local)));
}

RecurrenceRule const *EventSeries::only_rule() const
{
    bool const is_one =
        m_rules.size() == 1 && m_excluding_rules.empty() && !m_has_broken_rule && m_dates.empty();
    auto const has_range = [](auto const &each) { return each.and_future; };
    return is_one && std::ranges::none_of(m_overrides, has_range) ? &m_rules[0] : nullptr;
}

bool EventSeries::has_own_hours() const
{
    return std::ranges::any_of(m_rules, [](RecurrenceRule const &rule) {
        return rule.frequency <= RecurrenceRule::Frequency::hourly || !rule.by_hour.empty() ||
               !rule.by_minute.empty() || !rule.by_second.empty();
    });
}

EventTimes EventSeries::times_at(LocalTime original) const
{
    auto times = m_times;
    times.start.local = original;
    if (m_times.is_all_day)
        times.end.local = original + (m_times.end.local - m_times.start.local);
    else
        times.end.local = times.end.zone->to_local(Instant::from_seconds(times.start.instant().seconds() +
                                                                         m_times.end.instant().seconds() -
                                                                         m_times.start.instant().seconds()));
    return times;
}

void EventSeries::add_rules(Window const &window, size_t most, std::vector<LocalTime> &out) const
{
    ExpansionBudget budget; // of all rules together
    for (auto const &rule : m_rules) {
        auto const expansion = expand(rule, start(), window.begin, window.end, most, &budget);
        out.insert(out.end(), expansion.instances.begin(), expansion.instances.end());
    }
    if (m_excluding_rules.empty())
        return;
    std::vector<LocalTime> without;
    for (auto const &rule : m_excluding_rules) {
        auto const expansion = expand(rule, start(), window.begin, window.end, most, &budget);
        without.insert(without.end(), expansion.instances.begin(), expansion.instances.end());
    }
    std::ranges::sort(without);
    std::erase_if(out, [&](LocalTime each) { return std::ranges::binary_search(without, each); });
}

EventTimes EventSeries::times_of(LocalTime original, IcalComponent const *&component) const
{
    auto after = std::ranges::upper_bound(m_overrides, original, {}, &Override::original);
    if (after != m_overrides.begin() && std::prev(after)->original == original) {
        component = std::prev(after)->component;
        return std::prev(after)->times;
    }
    while (after != m_overrides.begin() && !std::prev(after)->and_future)
        after--;
    if (after != m_overrides.begin()) { // RFC 5545 3.8.4.4: moved by as much, and as long as that one
        auto const &range = *std::prev(after);
        component = range.component;
        EventTimes times = range.times;
        times.start.local += original - range.original;
        times.end.local += original - range.original;
        return times;
    }
    auto const date = std::ranges::lower_bound(m_dates, original, {}, &Date::original);
    auto times = times_at(original);
    if (date != m_dates.end() && date->original == original && date->end && !times.is_all_day &&
        date->end->instant() >= times.start.instant())
        times.end = *date->end;
    return times;
}

std::vector<Occurrence> EventSeries::occurrences(Window const &window, size_t most) const
{
    std::vector<LocalTime> originals;
    auto const add = [&](LocalTime original) {
        if (original >= window.begin && original < window.end)
            originals.push_back(original);
    };
    add_rules(window, most, originals);
    if (m_has_master)
        add(m_times.start.local);
    for (auto const &date : m_dates)
        add(date.original);
    for (auto const &each : m_overrides)
        add(each.original);
    sort_unique(originals);
    std::vector<Occurrence> found;
    for (auto const original : originals) {
        if (is_excluded(original))
            continue;
        if (found.size() >= most)
            break;
        Occurrence occurrence{original, nullptr, {}};
        occurrence.times = times_of(original, occurrence.component);
        found.push_back(std::move(occurrence));
    }
    return found;
}

std::vector<std::optional<Occurrence>> EventSeries::find_all(std::vector<LocalTime> const &originals,
                                                             bool by_day) const
{
    std::vector<std::optional<Occurrence>> found(originals.size());
    if (originals.empty())
        return found;
    auto const [first, last] = std::ranges::minmax(originals);
    auto const near = occurrences({day_of(first), day_of(last) + days(1)}, most_found);
    for (size_t i = 0; i < originals.size(); i++) {
        auto const exact = std::ranges::lower_bound(near, originals[i], {}, &Occurrence::original);
        auto const same_day = std::ranges::lower_bound(near, day_of(originals[i]), {}, &Occurrence::original);
        if (!by_day && exact != near.end() && exact->original == originals[i])
            found[i] = *exact;
        else if (same_day != near.end() && day_of(same_day->original) == day_of(originals[i]))
            found[i] = *same_day;
    }
    return found;
}

bool EventSeries::gives(LocalTime original) const
{
    std::vector<LocalTime> given;
    add_rules({original, original + seconds(1)}, 1, given);
    return !given.empty() || original == m_times.start.local ||
           std::ranges::binary_search(m_dates, original, {}, &Date::original);
}

IcalComponent const *EventSeries::own_component(LocalTime original) const
{
    auto const found = std::ranges::lower_bound(m_overrides, original, {}, &Override::original);
    return found != m_overrides.end() && found->original == original ? found->component : nullptr;
}

bool EventSeries::is_range(LocalTime original) const
{
    auto const found = std::ranges::lower_bound(m_overrides, original, {}, &Override::original);
    return found != m_overrides.end() && found->original == original && found->and_future;
}

} // namespace eas
