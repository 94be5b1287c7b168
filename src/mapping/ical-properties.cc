// See ical-properties.h.
#include "mapping/ical-properties.h"
#include "base/text.h"
#include <algorithm>
#include <array>

namespace eas {
namespace {

constexpr size_t most_categories = 300;
constexpr std::string_view personal_property = "X-EAS-SENSITIVITY";

bool is_property(IcalComponent const &component, std::string_view name, std::string_view value)
{
    auto const property = component.property(name);
    return property && equals_ignoring_case(trim(property->value), value);
}

/// An alarm that a person sees or hears.
bool is_for_people(IcalComponent const &alarm)
{
    return alarm.name() == "VALARM" && !is_property(alarm, "ACTION", "EMAIL") &&
           !is_property(alarm, "ACTION", "NONE") && !is_property(alarm, "ACTION", "PROCEDURE");
}

/// Rings again what rang already: the program that snoozed it manages it.
bool is_snoozed(IcalComponent const &alarm)
{
    auto const related = alarm.property("RELATED-TO");
    return related && equals_ignoring_case(related->parameter("RELTYPE"), "SNOOZE");
}

struct SensitivityName {
    Sensitivity sensitivity;
    std::string_view value;
};
constexpr std::array sensitivity_names{
    SensitivityName{Sensitivity::normal, "PUBLIC"},
    SensitivityName{Sensitivity::is_private, "PRIVATE"},
    SensitivityName{Sensitivity::confidential, "CONFIDENTIAL"},
};

} // namespace

std::string ical_text_of(IcalComponent const &component, std::string_view name)
{
    auto const property = component.property(name);
    return property ? sanitize_utf8(property->text()) : std::string();
}

void set_ical_text(IcalComponent &component, std::string_view name, std::string_view text)
{
    if (text.empty())
        component.remove(name);
    else if (ical_text_of(component, name) != text)
        component.set_text(name, text);
}

std::vector<std::string> categories_of(IcalComponent const &component)
{
    std::vector<std::string> categories;
    for (auto const &line : component.properties("CATEGORIES"))
        for (auto const &each : split_ical_text_list(line.value)) {
            auto category = sanitize_utf8(trim(each));
            if (!category.empty() && categories.size() < most_categories &&
                std::ranges::find(categories, category) == categories.end())
                categories.push_back(std::move(category));
        }
    return categories;
}

void set_categories(IcalComponent &component, std::vector<std::string> const &wanted)
{
    if (categories_of(component) == wanted)
        return;
    std::string value;
    for (auto const &each : wanted)
        if (!trim(each).empty())
            value.append(value.empty() ? "" : ",").append(escape_ical_text(trim(each)));
    if (value.empty())
        component.remove("CATEGORIES");
    else
        component.set({"CATEGORIES", {}, value});
}

Sensitivity sensitivity_of(IcalComponent const &component)
{
    auto const line = component.property("CLASS");
    if (!line)
        return Sensitivity::normal;
    if (is_property(component, "CLASS", "PRIVATE") && is_property(component, personal_property, "PERSONAL"))
        return Sensitivity::personal;
    for (auto const &each : sensitivity_names)
        if (equals_ignoring_case(trim(line->value), each.value))
            return each.sensitivity;
    return Sensitivity::is_private; // RFC 5545 3.8.1.3: what nobody knows is private
}

void set_sensitivity(IcalComponent &component, Sensitivity wanted)
{
    if (sensitivity_of(component) == wanted)
        return;
    component.remove(personal_property);
    if (wanted == Sensitivity::normal)
        return component.remove("CLASS");
    if (wanted == Sensitivity::personal) {
        component.set({"CLASS", {}, "PRIVATE"});
        return component.set({std::string(personal_property), {}, "PERSONAL"});
    }
    for (auto const &each : sensitivity_names)
        if (each.sensitivity == wanted)
            component.set({"CLASS", {}, std::string(each.value)});
}

std::optional<int64_t> alarm_seconds_before(IcalComponent const &alarm, Instant start, Instant end,
                                            IcalZones &zones)
{
    constexpr int64_t day_seconds = 86400;
    auto const trigger = alarm.property("TRIGGER");
    if (!trigger)
        return std::nullopt;
    if (auto const duration = parse_ical_duration(trigger->value)) {
        bool const is_from_end = equals_ignoring_case(trigger->parameter("RELATED"), "END");
        auto const seconds = duration->days * day_seconds + duration->seconds;
        return -seconds - (is_from_end ? end.seconds() - start.seconds() : 0);
    }
    auto const time = parse_ical_time(*trigger, trigger->value, zones);
    return time ? std::optional(start.seconds() - time->instant().seconds()) : std::nullopt;
}

IcalComponent *shown_alarm(IcalComponent &component, Instant start, Instant end, IcalZones &zones)
{
    for (auto *alarm : component.components("VALARM"))
        if (is_for_people(*alarm) && !is_snoozed(*alarm) &&
            alarm_seconds_before(*alarm, start, end, zones).value_or(-1) >= 0)
            return alarm;
    return nullptr;
}

IcalComponent const *shown_alarm(IcalComponent const &component, Instant start, Instant end, IcalZones &zones)
{
    return shown_alarm(const_cast<IcalComponent &>(component), start, end, zones);
}

std::optional<uint32_t> reminder_minutes(IcalComponent const &component, Instant start, Instant end,
                                         IcalZones &zones)
{
    constexpr int64_t most_seconds = int64_t{UINT32_MAX / 2} * 60;
    auto const *alarm = shown_alarm(component, start, end, zones);
    if (!alarm)
        return std::nullopt;
    auto const seconds = std::min(*alarm_seconds_before(*alarm, start, end, zones), most_seconds);
    return static_cast<uint32_t>((seconds + 59) / 60);
}

IcalComponent make_alarm(IcalProperty trigger, std::string_view subject)
{
    IcalComponent alarm("VALARM");
    alarm.set({"ACTION", {}, "DISPLAY"});
    alarm.set(ical_text_property("DESCRIPTION", subject.empty() ? "Reminder" : subject));
    alarm.set(std::move(trigger));
    return alarm;
}

void set_reminder_minutes(IcalComponent &component, std::optional<uint32_t> minutes, Instant start,
                          Instant end, IcalZones &zones)
{
    if (reminder_minutes(component, start, end, zones) == minutes)
        return;
    if (!minutes)
        return remove_alarms(component);
    IcalProperty const trigger{"TRIGGER", {}, format_ical_duration(-int64_t{*minutes} * 60)};
    if (auto *alarm = shown_alarm(component, start, end, zones)) {
        alarm->remove("ACKNOWLEDGED"); // or programs think that it rang already: RFC 9074 6
        alarm->set(trigger);
    } else {
        component.add(make_alarm(trigger, ical_text_of(component, "SUMMARY")));
    }
}

void move_alarms(IcalComponent &component, int64_t by_seconds)
{
    for (auto *alarm : component.components("VALARM")) {
        auto trigger = alarm->property("TRIGGER");
        auto const at = trigger && !is_snoozed(*alarm) ? parse_datetime(trim(trigger->value)) : std::nullopt;
        if (!at)
            continue;
        trigger->value = format_compact_datetime(Instant::from_seconds(at->seconds() + by_seconds));
        alarm->set(*trigger);
    }
}

void remove_alarms(IcalComponent &component)
{
    component.remove_components(is_for_people);
}

void stamp(IcalComponent &component, Instant now)
{
    auto const present = component.property("DTSTAMP");
    auto const before = present ? parse_datetime(trim(present->value)) : std::nullopt;
    auto const stamp = before ? std::max(now, Instant::from_seconds(before->seconds() + 1)) : now;
    component.set({"DTSTAMP", {}, format_compact_datetime(stamp)});
    component.set({"LAST-MODIFIED", {}, format_compact_datetime(now)});
}

} // namespace eas
