// See event-time-edit.h.
#include "mapping/event-time-edit.h"
#include "base/text.h"
#include "mapping/adopted-zones.h"
#include "mapping/ical-properties.h"
#include "mapping/vtimezone.h"
#include <algorithm>

namespace eas {
namespace {

using namespace std::chrono;
using Form = IcalTime::Form;

constexpr int64_t day_seconds = 86400;
constexpr char const *all_day_mark = "X-MICROSOFT-CDO-ALLDAYEVENT";

bool is_midnight(LocalTime time)
{
    return floor<days>(time) == time;
}

IcalTime date_on(local_days day, CalendarContext const &context)
{
    return {Form::date, day, {}, context.users_zone.zone};
}

/// The form of a time in the zone that the client means.
IcalTime form_in_zone(WrittenTimes const &written, EventTimes const *present, CalendarContext const &context)
{
    bool const has_clock = present && !present->is_all_day;
    if (has_clock && !written.structure)
        return present->start;
    NamedZone named;
    if (has_clock && present->start.form == Form::zoned)
        named = {present->start.tzid, present->start.zone};
    if (!written.structure)
        return {Form::zoned, {}, context.users_zone.name, context.users_zone.zone};
    auto chosen = choose_zone(*written.structure, written.start, context.now, context.zone_names,
                              context.users_zone, named.zone ? &named : nullptr);
    if (chosen.tzid == "UTC")
        return {Form::utc, {}, {}, std::make_shared<Zone const>(0)};
    return {Form::zoned, {}, std::move(chosen.tzid), std::move(chosen.zone)};
}

/// The name of the zone of the days, "" if they are those of the user: an event keeps that of the client
/// which made it.
std::string days_zone(WrittenTimes const &written, EventTimes const *present, CalendarContext const &context)
{
    if (present && present->is_all_day)
        return present->start.tzid;
    if (!written.structure)
        return {};
    auto const year_later = Instant::from_seconds(written.start.seconds() + 366 * day_seconds);
    auto const &users_own = context.users_zone;
    if (seconds_apart(zone_of(*written.structure), *users_own.zone, written.start, year_later) == 0)
        return {};
    auto const chosen =
        choose_zone(*written.structure, written.start, context.now, context.zone_names, users_own, nullptr);
    return chosen.is_named ? chosen.tzid : std::string();
}

EventTimes meant_days(WrittenTimes const &written, EventTimes const *present, CalendarContext const &context)
{
    std::optional<Zone> zone;
    if (written.structure)
        zone = zone_of(*written.structure);
    auto const first = meant_day(written.start, zone ? &*zone : nullptr, context);
    auto const after =
        written.length ? first + *written.length : meant_day(written.end, zone ? &*zone : nullptr, context);
    EventTimes times{date_on(first, context), date_on(std::max(after, first + days(1)), context), true};
    times.start.tzid = days_zone(written, present, context);
    return times;
}

bool has_same_rules(IcalComponent const &vtimezone, Zone const &zone, Instant from)
{
    auto const other = zone_of(vtimezone);
    return !other ||
           seconds_apart(*other, zone, from, Instant::from_seconds(from.seconds() + 366 * day_seconds)) == 0;
}

/// Sees to it that the document defines the zone of `time`, under another name if it has one of that name
/// with other rules.
void define_zone(IcalDocument &document, IcalTime &time)
{
    if (time.form != Form::zoned)
        return;
    auto const *present = find_vtimezone(document, time.tzid);
    if (present && !has_same_rules(*present, *time.zone, time.instant())) {
        time.tzid = other_tzid(time.tzid);
        present = find_vtimezone(document, time.tzid);
    }
    if (!present && document.calendar())
        document.calendar()->add(vtimezone_of(*time.zone, time.tzid, time.instant()));
}

bool is_written_same(IcalTime const &a, IcalTime const &b)
{
    return a.form == b.form && a.local == b.local && a.tzid == b.tzid;
}

void set_end(IcalComponent &component, EventTimes const &present, EventTimes const &wanted)
{
    auto const length = [](EventTimes const &times) {
        return times.is_all_day ? (times.end.local - times.start.local).count()
                                : times.end.instant().seconds() - times.start.instant().seconds();
    };
    bool const has_end = component.property("DTEND").has_value();
    bool const has_duration = component.property("DURATION").has_value();
    bool const is_same_length = length(present) == length(wanted) && present.is_all_day == wanted.is_all_day;
    if (!has_end && is_same_length &&
        (has_duration || length(wanted) == (wanted.is_all_day ? day_seconds : 0)))
        return;
    if (!has_end && has_duration)
        return component.set({"DURATION",
                              {},
                              wanted.is_all_day ? format_ical_duration(length(wanted))
                                                : format_ical_duration(ical_duration_between(
                                                      wanted.start, wanted.end.instant()))});
    component.remove("DURATION");
    if (!has_end || !is_written_same(present.end, wanted.end))
        component.set(ical_time_property("DTEND", wanted.end, component.property("DTEND")));
}

} // namespace

local_days meant_day(Instant instant, Zone const *zone, CalendarContext const &context)
{
    auto const in_utc = LocalTime{seconds(instant.seconds())};
    auto const in_own = context.users_zone.zone->to_local(instant);
    auto const in_zone = zone ? zone->to_local(instant) : in_own;
    for (auto const time : {in_zone, in_utc, in_own})
        if (is_midnight(time))
            return floor<days>(time);
    return floor<days>(in_zone + hours(12));
}

void settle_last_day(std::optional<CalendarRecurrence> &recurrence, bool is_all_day, Zone const &zone,
                     CalendarContext const &context)
{
    if (!is_all_day || !recurrence || !recurrence->until)
        return;
    Instant const until = *recurrence->until;
    auto const in_zone = zone.to_local(until);
    auto const in_utc = LocalTime{seconds(until.seconds())};
    auto day = floor<days>(in_zone);
    for (auto const time : {context.users_zone.zone->to_local(until), in_utc, in_zone})
        if (is_midnight(time))
            day = floor<days>(time);
    recurrence->until = Instant::from_seconds(seconds(day.time_since_epoch()).count());
}

EventTimes meant_times(WrittenTimes const &written, EventTimes const *present, CalendarContext const &context)
{
    if (written.is_all_day)
        return meant_days(written, present, context);
    auto const form = form_in_zone(written, present, context);
    EventTimes times{ical_time_like(form, written.start), {}, false};
    // An end in a zone of its own (a flight's) stays there.
    bool const has_own_zone = present && !present->is_all_day && !written.structure;
    times.end = ical_time_like(has_own_zone ? present->end : form, std::max(written.end, written.start));
    return times;
}

void set_times(IcalDocument &document, IcalComponent &component, EventTimes const &present, EventTimes wanted)
{
    bool const is_same_start = is_written_same(present.start, wanted.start);
    if (is_same_start && is_written_same(present.end, wanted.end) && present.is_all_day == wanted.is_all_day)
        return;
    auto const is_new_zone = [&](IcalTime const &time) {
        return time.tzid != present.start.tzid && time.tzid != present.end.tzid;
    };
    if (is_new_zone(wanted.start))
        define_zone(document, wanted.start);
    if (is_new_zone(wanted.end))
        define_zone(document, wanted.end);
    if (!is_same_start || !component.property("DTSTART"))
        component.set(ical_time_property("DTSTART", wanted.start, component.property("DTSTART")));
    set_end(component, present, wanted);
    set_days_zone(component, wanted.is_all_day ? wanted.start.tzid : std::string());
    move_alarms(component, wanted.start.instant().seconds() - present.start.instant().seconds());
    if (component.property(all_day_mark))
        component.set({all_day_mark, {}, wanted.is_all_day ? "TRUE" : "FALSE"});
}

void set_new_times(IcalDocument &document, IcalComponent &component, EventTimes times)
{
    define_zone(document, times.start);
    define_zone(document, times.end);
    component.set(ical_time_property("DTSTART", times.start));
    component.set(ical_time_property("DTEND", times.end));
    set_days_zone(component, times.is_all_day ? times.start.tzid : std::string());
}

} // namespace eas
