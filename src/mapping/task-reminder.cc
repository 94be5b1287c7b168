// See task-reminder.h.
#include "mapping/task-reminder.h"
#include "base/text.h"

namespace eas {
namespace {

constexpr auto timeless_mark = "X-EAS-REMINDER-SET";

struct Alarm {
    IcalComponent *component;
    Instant at;
};

bool is_for_people(IcalComponent const &alarm)
{
    auto const action = alarm.property("ACTION");
    auto const value = action ? std::string(trim(action->value)) : "DISPLAY";
    return equals_ignoring_case(value, "DISPLAY") || equals_ignoring_case(value, "AUDIO");
}

/// What its TRIGGER is relative to.
std::optional<IcalTime> base_of(IcalProperty const &trigger, TaskTimes const &times)
{
    bool const is_from_end = equals_ignoring_case(trigger.parameter("RELATED"), "END");
    auto const &wanted = is_from_end ? times.due : times.start;
    return wanted ? wanted : is_from_end ? times.start : times.due; // many forget RELATED
}

std::optional<Instant> alarm_time(IcalComponent const &alarm, TaskTimes const &times, IcalZones &zones)
{
    auto const trigger = alarm.property("TRIGGER");
    if (!trigger)
        return std::nullopt;
    auto const duration = parse_ical_duration(trigger->value);
    if (!duration) {
        auto const time = parse_ical_time(*trigger, trigger->value, zones);
        return time ? std::optional(time->instant()) : std::nullopt;
    }
    auto const base = base_of(*trigger, times);
    if (!base)
        return std::nullopt;
    auto const day = moved(*base, std::chrono::days(duration->days));
    return Instant::from_seconds(day.instant().seconds() + duration->seconds);
}

bool is_dismissed(IcalComponent const &todo, IcalComponent const &alarm, Instant at, IcalZones &zones)
{
    auto const is_after = [&](IcalComponent const &component, char const *name) {
        auto const time = ical_time_of(component, name, zones);
        return time && time->instant() >= at;
    };
    return is_after(alarm, "ACKNOWLEDGED") || is_after(todo, "X-MOZ-LASTACK");
}

std::optional<Alarm> first_alarm(IcalComponent &todo, TaskTimes const &times, IcalZones &zones)
{
    std::optional<Alarm> first;
    for (auto *alarm : todo.components("VALARM")) {
        auto const at = is_for_people(*alarm) ? alarm_time(*alarm, times, zones) : std::nullopt;
        if (at && (!first || *at < first->at) && !is_dismissed(todo, *alarm, *at, zones))
            first = Alarm{alarm, *at};
    }
    return first;
}

IcalProperty trigger_at(Instant wanted, TaskTimes const &times, bool is_relative)
{
    auto const &base = times.due ? times.due : times.start;
    if (!is_relative || !base)
        return {"TRIGGER", {{"VALUE", {"DATE-TIME"}}}, format_compact_datetime(wanted)};
    IcalProperty trigger{"TRIGGER", {}, format_ical_duration(ical_duration_between(*base, wanted))};
    if (times.due)
        trigger.parameters.push_back({"RELATED", {"END"}});
    return trigger;
}

} // namespace

std::optional<Instant> reminder_of(IcalComponent const &todo, TaskTimes const &times, IcalZones &zones)
{
    auto const alarm = first_alarm(const_cast<IcalComponent &>(todo), times, zones);
    return alarm ? std::optional(alarm->at) : std::nullopt;
}

bool has_timeless_reminder(IcalComponent const &todo)
{
    return todo.property(timeless_mark).has_value();
}

void set_timeless_reminder(IcalComponent &todo, bool is_set)
{
    if (is_set)
        todo.set({timeless_mark, {}, "TRUE"});
    else
        todo.remove(timeless_mark);
}

void set_reminder(IcalComponent &todo, Instant wanted, TaskTimes const &times, bool is_series,
                  IcalZones &zones)
{
    auto const present = first_alarm(todo, times, zones);
    if (present && present->at.seconds() == wanted.seconds())
        return;
    bool const was_relative =
        present && parse_ical_duration(present->component->property("TRIGGER")->value).has_value();
    auto trigger = trigger_at(wanted, times, is_series || was_relative);
    if (!present) {
        todo.add(make_alarm(std::move(trigger), ical_text_of(todo, "SUMMARY")));
        return;
    }
    present->component->remove("ACKNOWLEDGED"); // or programs think that it rang already: RFC 9074 6
    present->component->set(trigger);
}

} // namespace eas
