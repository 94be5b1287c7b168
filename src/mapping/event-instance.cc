// See event-instance.h.
#include "mapping/event-instance.h"
#include "base/text.h"
#include "mapping/ical-time.h"
#include "mapping/recurrence-expansion.h"
#include "mapping/series-end.h"

namespace eas {

namespace {

/// What a client means with `instant`: days are told as midnight of the user's zone up to 14.1, of UTC later.
LocalTime local_of(IcalTime const &like, Instant instant)
{
    LocalTime const in_utc{std::chrono::seconds(instant.seconds())};
    bool const is_day = like.is_date() && std::chrono::floor<std::chrono::days>(in_utc) == in_utc;
    return is_day ? in_utc : like.zone->to_local(instant);
}

bool is_instance(IcalComponent const &series, IcalTime const &start, LocalTime original, IcalZones &zones)
{
    for (auto const &property : series.properties("EXDATE"))
        for (auto const value : split(property.value, ','))
            if (auto const time = parse_ical_time(property, value, zones);
                time && time->instant() == start.zone->to_instant(original))
                return false;
    for (auto const &property : series.properties("RDATE"))
        for (auto const value : split(property.value, ','))
            if (auto const time = parse_ical_time(property, value, zones);
                time && time->instant() == start.zone->to_instant(original))
                return true;
    if (original == start.local)
        return true;
    auto const property = series.property("RRULE");
    auto const rule = property ? RecurrenceRule::parse(property->value)
                               : Result<RecurrenceRule>(Error{ErrorKind::not_found, "no RRULE"});
    if (!rule)
        return false;
    auto const found = expand(*rule, {start.local, start.is_date(), *start.zone}, original,
                              original + std::chrono::seconds(1));
    return !found.instances.empty();
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

std::optional<IcalComponent> event_instance(IcalDocument const &document, std::optional<Instant> original,
                                            CalendarContext const &context)
{
    IcalZones zones(document, context);
    IcalComponent const *series = nullptr, *first = nullptr, *latest = nullptr; ///< with RANGE=THISANDFUTURE
    for (auto const *item : document.items()) {
        if (item->name() != "VEVENT")
            continue;
        first = first ? first : item;
        auto const id = ical_time_of(*item, "RECURRENCE-ID", zones);
        if (original && id && id->local == local_of(*id, *original))
            return *item;
        if (!id && !series)
            series = item;
        bool const holds = id && original && is_and_future(*item) && id->instant() < *original;
        if (holds && (!latest || id->instant() > ical_time_of(*latest, "RECURRENCE-ID", zones)->instant()))
            latest = item;
    }
    if (!original)
        return series ? std::optional(*series) : first ? std::optional(*first) : std::nullopt;
    auto const start = series ? ical_time_of(*series, "DTSTART", zones) : std::nullopt;
    if (!start || (!series->property("RRULE") && !series->property("RDATE")) ||
        !is_instance(*series, *start, local_of(*start, *original), zones))
        return std::nullopt;
    auto id = *start;
    id.local = local_of(*start, *original);
    return instance_like(latest ? *latest : *series, id, *start, zones);
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
