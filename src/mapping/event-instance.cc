// See event-instance.h.
#include "mapping/event-instance.h"
#include "base/text.h"
#include "mapping/event-series.h"
#include "mapping/event-time-edit.h"
#include "mapping/meeting-request.h"
#include "mapping/series-end.h"
#include "mapping/series-form.h"
#include <algorithm>
#include <iterator>

namespace eas {

namespace {

/// What a client means with `instant`: days are told as midnight of the user's zone up to 14.1, of UTC later.
LocalTime local_of(IcalTime const &like, Instant instant)
{
    LocalTime const in_utc{std::chrono::seconds(instant.seconds())};
    bool const is_day = like.is_date() && std::chrono::floor<std::chrono::days>(in_utc) == in_utc;
    return is_day ? in_utc : like.zone->to_local(instant);
}

bool is_midnight_in(Zone const &zone, Instant instant)
{
    auto const local = zone.to_local(instant);
    return std::chrono::floor<std::chrono::days>(local) == local;
}

std::set<int64_t> starts_in(IcalComponent const &series, char const *name, IcalZones &zones)
{
    std::set<int64_t> starts;
    for (auto const &property : series.properties(name))
        for (auto const value : split(property.value, ','))
            if (auto const time = parse_ical_time(property, value, zones))
                starts.insert(time->instant().seconds());
    return starts;
}

/// `like` (the series, or a component that holds for later instances too) at the instance `id`, which is on
/// the clock of `start`, that of the series.
IcalComponent instance_like(IcalComponent const &like, IcalTime const &id, IcalTime const &start,
                            IcalZones &zones)
{
    auto instance = like;
    auto const like_id = ical_time_of(like, "RECURRENCE-ID", zones);
    auto const from = like_id ? start.zone->to_local(like_id->instant()) : start.local;
    auto const present = ical_time_of(like, "DTSTART", zones).value_or(start);
    auto moved = present;
    moved.local += id.local - from;
    if (auto const end = ical_time_of(like, "DTEND", zones)) {
        auto moved_end = *end;
        moved_end.local =
            end->zone->to_local(moved.instant()) + (end->local - end->zone->to_local(present.instant()));
        instance.set(ical_time_property("DTEND", moved_end, like.property("DTEND")));
    }
    instance.set(ical_time_property("DTSTART", moved, like.property("DTSTART")));
    for (auto const *name : {"RRULE", "RDATE", "EXDATE", "EXRULE"})
        instance.remove(name);
    instance.set(ical_time_property("RECURRENCE-ID", id));
    return instance;
}

} // namespace

EventInstances::EventInstances(IcalDocument const &document, CalendarContext const &context)
    : m_zones(document, context), m_budget{.days = 1'000'000, .steps = 1'000'000, .times = 1'000'000}
{
    for (auto const *item : document.items()) {
        if (item->name() != "VEVENT")
            continue;
        m_first = m_first ? m_first : item;
        auto const id = ical_time_of(*item, "RECURRENCE-ID", m_zones);
        if (!id) {
            m_series = m_series ? m_series : item;
            continue;
        }
        auto const start = id->instant().seconds();
        m_by_start[start] = item; // of several for one instance the last counts: programs append
        if (id->is_date())
            m_by_day[id->local] = item;
        if (is_and_future(*item))
            m_ranges[start] = item;
    }
    if (m_series)
        read_series(*m_series);
}

void EventInstances::read_series(IcalComponent const &series)
{
    m_start = ical_time_of(series, "DTSTART", m_zones);
    m_excluded = starts_in(series, "EXDATE", m_zones);
    m_added = starts_in(series, "RDATE", m_zones);
    if (auto const property = series.property("RRULE"))
        if (auto rule = RecurrenceRule::parse(property->value))
            m_rule = *std::move(rule);
}

IcalComponent const *EventInstances::exception(Instant original)
{
    if (auto const found = m_by_start.find(original.seconds()); found != m_by_start.end())
        return found->second;
    LocalTime const in_utc{std::chrono::seconds(original.seconds())};
    if (std::chrono::floor<std::chrono::days>(in_utc) != in_utc)
        return nullptr;
    auto const found = m_by_day.find(in_utc);
    return found == m_by_day.end() ? nullptr : found->second;
}

bool EventInstances::gives(LocalTime original)
{
    auto const at = m_start->zone->to_instant(original).seconds();
    if (m_added.contains(at) || original == m_start->local)
        return true;
    if (!m_rule)
        return false;
    auto const found = expand(*m_rule, {m_start->local, m_start->is_date(), *m_start->zone}, original,
                              original + std::chrono::seconds(1), 1, &m_budget);
    return !found.instances.empty();
}

/// Nothing if the series has no such instance.
std::optional<IcalComponent> EventInstances::made_like(IcalComponent const *like, Instant original)
{
    if (!m_start || (!m_series->property("RRULE") && !m_series->property("RDATE")))
        return std::nullopt;
    auto id = *m_start;
    id.local = local_of(*m_start, original);
    bool const is_in = !m_excluded.contains(m_start->zone->to_instant(id.local).seconds()) && gives(id.local);
    return is_in ? std::optional(instance_like(*like, id, *m_start, m_zones)) : std::nullopt;
}

bool EventInstances::has(Instant original)
{
    return exception(original) || (m_start && gives(local_of(*m_start, original)));
}

std::optional<IcalComponent> EventInstances::at(Instant original)
{
    if (auto const *own = exception(original))
        return *own;
    auto const after = m_ranges.lower_bound(original.seconds());
    return made_like(after == m_ranges.begin() ? m_series : std::prev(after)->second, original);
}

std::optional<IcalComponent> EventInstances::of_series(Instant original)
{
    return made_like(m_series, original);
}

std::optional<IcalComponent> EventInstances::whole() const
{
    auto const *found = m_series ? m_series : m_first;
    return found ? std::optional(*found) : std::nullopt;
}

std::optional<IcalComponent> event_instance(IcalDocument const &document, std::optional<Instant> original,
                                            CalendarContext const &context)
{
    EventInstances instances(document, context);
    return original ? instances.at(*original) : instances.whole();
}

Instant original_of_named(IcalDocument const &document, Instant named, ProtocolVersion version,
                          CalendarContext const &context)
{
    IcalZones zones(document, context);
    auto const series = EventSeries::read(document, zones);
    auto const form = series ? form_of(*series, version, zones, context) : Result<SeriesForm>(series.error());
    if (form) {
        auto id = series->times().start;
        id.local = id.is_date() ? meant_day(named, version >= v16_0 ? nullptr : &form->client_zone, context)
                                : form->client_zone.to_local(named);
        auto const told = std::ranges::find(form->exceptions, id.local, &FormException::original);
        bool const is_moved = told != form->exceptions.end() && told->moved_from;
        if (is_moved)
            id.local = *told->moved_from;
        bool const is_day = id.is_date() && (is_midnight_in(form->client_zone, named) ||
                                             is_midnight_in(*zones.users_zone().zone, named) ||
                                             is_midnight_in(*zones.utc().zone, named));
        if ((is_moved || is_day) && event_instance(document, id.instant(), context))
            return id.instant();
    }
    if (event_instance(document, named, context))
        return named;
    for (auto const *event : document.items()) {
        auto const original = ical_time_of(*event, "RECURRENCE-ID", zones);
        auto const times = original ? event_times(*event, zones) : std::nullopt;
        if (times && told_instant(times->start, version, zones) == named)
            return original->instant();
    }
    return named;
}

std::vector<IcalComponent> instances_to_answer(IcalDocument const &document, std::optional<Instant> original,
                                               CalendarContext const &context)
{
    auto const event = event_instance(document, original, context);
    if (!event)
        return {};
    if (original || !event->property("RECURRENCE-ID"))
        return {*event};
    std::vector<IcalComponent> instances;
    for (auto const *item : document.items())
        if (item->name() == "VEVENT" && item->property("UID") == event->property("UID"))
            instances.push_back(*item);
    return instances;
}

} // namespace eas
