// See ical-time.h. Real files have dates without VALUE=DATE, minutes without seconds, and TZIDs with UTC
// times.
#include "mapping/ical-time.h"
#include "base/text.h"
#include "mapping/vtimezone.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace eas {
namespace {

using namespace std::chrono;
using Form = IcalTime::Form;

constexpr char const *days_zone = "X-EAS-DAYS-TZID";
constexpr int64_t day_seconds = 86400;
constexpr int64_t longest_seconds = 1000 * 366 * day_seconds;
/// Zones of one document that are looked at; an event has two at most.
constexpr size_t most_zones = 100;

/// "20261122", then perhaps "T1000" or "T100000". RFC 5545 has years of four digits.
std::optional<LocalTime> parse_local(std::string_view text)
{
    if (text.size() < 8)
        return std::nullopt;
    auto const number = [&](size_t at, size_t count) {
        auto const part = text.substr(at, count);
        bool const is_number =
            part.size() == count && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
        return is_number ? static_cast<int>(*parse_unsigned(part)) : -1;
    };
    auto const date = year(number(0, 4)) / number(4, 2) / number(6, 2);
    if (number(0, 4) < 1 || number(4, 2) < 1 || number(6, 2) < 1 || !date.ok())
        return std::nullopt;
    if (text.size() == 8)
        return LocalTime{local_days(date)};
    if ((text.size() != 15 && text.size() != 13) || (text[8] != 'T' && text[8] != 't'))
        return std::nullopt;
    int const hour = number(9, 2), minute = number(11, 2), second = text.size() == 15 ? number(13, 2) : 0;
    if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return std::nullopt;
    return local_days(date) + hours(hour) + minutes(minute) + seconds(std::min(second, 59));
}

} // namespace

IcalZones::IcalZones(IcalDocument const &document, CalendarContext const &context)
    : m_context(context), m_utc{"UTC", std::make_shared<Zone const>(0)}
{
    for (auto const *calendar : document.root().components())
        for (auto const *vtimezone : calendar->components("VTIMEZONE"))
            if (auto const tzid = vtimezone->property("TZID"))
                m_vtimezones.emplace(tzid->value, vtimezone);
}

std::optional<NamedZone> const &IcalZones::find(std::string_view tzid)
{
    static std::optional<NamedZone> const none;
    if (auto const found = m_found.find(tzid); found != m_found.end())
        return found->second;
    if (m_found.size() >= most_zones)
        return none;
    auto const found = m_vtimezones.find(tzid);
    auto const *vtimezone = found == m_vtimezones.end() ? nullptr : found->second;
    auto text = std::string(tzid) + '\n' + (vtimezone ? vtimezone->text() : std::string());
    auto zone = m_context.zone_names.described(
        text, [&] { return zone_of_tzid(tzid, vtimezone, m_context.zone_names); });
    return m_found.emplace(tzid, std::move(zone)).first->second;
}

bool IcalZones::is_known(std::string_view tzid)
{
    return find(tzid).has_value();
}

NamedZone const &IcalZones::zone(std::string_view tzid)
{
    if (tzid.empty())
        return users_zone();
    auto const &found = find(tzid);
    return found ? *found : users_zone();
}

std::optional<IcalTime> parse_ical_time(IcalProperty const &property, std::string_view value,
                                        IcalZones &zones)
{
    value = trim(value);
    bool const is_utc = value.ends_with('Z') || value.ends_with('z');
    auto const local = parse_local(is_utc ? value.substr(0, value.size() - 1) : value);
    if (!local)
        return std::nullopt;
    bool const is_date = value.size() == 8 || equals_ignoring_case(property.parameter("VALUE"), "DATE");
    if (is_date)
        return IcalTime{Form::date, floor<days>(*local), {}, zones.users_zone().zone};
    if (is_utc)
        return IcalTime{Form::utc, *local, {}, zones.utc().zone};
    auto tzid = property.parameter("TZID");
    if (tzid.empty())
        return IcalTime{Form::floating, *local, {}, zones.users_zone().zone};
    auto zone = zones.zone(tzid).zone;
    return IcalTime{Form::zoned, *local, std::move(tzid), std::move(zone)};
}

bool is_ical_time(std::string_view value)
{
    value = trim(value);
    bool const is_utc = value.ends_with('Z') || value.ends_with('z');
    return parse_local(value.substr(0, value.size() - is_utc)).has_value();
}

std::optional<IcalTime> ical_time_of(IcalComponent const &component, std::string_view name, IcalZones &zones)
{
    auto const property = component.property(name);
    auto time = property ? parse_ical_time(*property, property->value, zones) : std::nullopt;
    bool const has_days_zone = time && time->is_date() && (name == "DTSTART" || name == "DUE");
    if (auto const zone = has_days_zone ? component.property(days_zone) : std::nullopt)
        time->tzid = zone->text();
    return time;
}

void set_days_zone(IcalComponent &component, std::string const &tzid)
{
    if (tzid.empty())
        component.remove(days_zone);
    else
        component.set(ical_text_property(days_zone, tzid));
}

std::string format_ical_time(IcalTime const &time)
{
    // A client's last moments may be beyond them in another zone; RFC 5545 has years of four digits.
    constexpr LocalTime first = local_days(year(1) / January / 1),
                        last = local_days(year(9999) / December / 31) + days(1) - seconds(1);
    auto const local = std::clamp(time.local, first, last);
    auto const day = floor<days>(local);
    year_month_day const date(day);
    hh_mm_ss const in_day(local - day);
    char text[40];
    if (time.is_date())
        std::snprintf(text, sizeof text, "%04d%02u%02u", int(date.year()), unsigned(date.month()),
                      unsigned(date.day()));
    else
        std::snprintf(text, sizeof text, "%04d%02u%02uT%02d%02d%02d%s", int(date.year()),
                      unsigned(date.month()), unsigned(date.day()), static_cast<int>(in_day.hours().count()),
                      static_cast<int>(in_day.minutes().count()), static_cast<int>(in_day.seconds().count()),
                      time.form == Form::utc ? "Z" : "");
    return text;
}

IcalProperty ical_time_property(std::string name, IcalTime const &time,
                                std::optional<IcalProperty> const &present)
{
    IcalProperty property{std::move(name), {}, format_ical_time(time)};
    if (time.is_date())
        property.parameters.push_back({"VALUE", {"DATE"}});
    else if (time.form == Form::zoned)
        property.parameters.push_back({"TZID", {time.tzid}});
    if (present)
        for (auto const &each : present->parameters)
            if (each.name != "VALUE" && each.name != "TZID")
                property.parameters.push_back(each);
    return property;
}

IcalTime ical_time_like(IcalTime const &like, Instant instant)
{
    IcalTime time = like;
    time.local = like.zone->to_local(instant);
    if (time.is_date())
        time.local = floor<days>(time.local);
    return time;
}

std::optional<IcalDuration> parse_ical_duration(std::string_view text)
{
    text = trim(text);
    bool const is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+'))
        text.remove_prefix(1);
    if (!text.starts_with('P') || text.size() < 3)
        return std::nullopt;
    text.remove_prefix(1);
    IcalDuration duration;
    while (!text.empty()) {
        if (text.starts_with('T')) {
            text.remove_prefix(1);
            continue;
        }
        auto const end = text.find_first_not_of("0123456789");
        auto const count = end == text.npos || end > 11 ? std::nullopt : parse_unsigned(text.substr(0, end));
        if (!count)
            return std::nullopt;
        auto const signed_count = static_cast<int64_t>(*count);
        switch (text[end]) {
        case 'W':
            duration.days += signed_count * 7;
            break;
        case 'D':
            duration.days += signed_count;
            break;
        case 'H':
            duration.seconds += signed_count * 3600;
            break;
        case 'M':
            duration.seconds += signed_count * 60;
            break;
        case 'S':
            duration.seconds += signed_count;
            break;
        default:
            return std::nullopt;
        }
        if (duration.days > longest_seconds / day_seconds || duration.seconds > longest_seconds)
            return std::nullopt;
        text.remove_prefix(end + 1);
    }
    if (is_negative)
        return IcalDuration{-duration.days, -duration.seconds};
    return duration;
}

IcalDuration ical_duration_between(IcalTime const &from, Instant to)
{
    int64_t const sign = to < from.instant() ? -1 : 1;
    auto const rest_after = [&](int64_t days_passed) {
        auto later = from;
        later.local += days(sign * days_passed);
        return sign * (to.seconds() - later.instant().seconds());
    };
    auto passed = rest_after(0) / day_seconds;
    if (rest_after(passed) < 0) // one of them had 25 hours
        passed--;
    return {sign * passed, sign * rest_after(passed)};
}

std::string format_ical_duration(IcalDuration const &duration)
{
    std::string text = duration.days < 0 || duration.seconds < 0 ? "-P" : "P";
    auto const rest = std::abs(duration.seconds);
    if (duration.days != 0)
        text += std::to_string(std::abs(duration.days)) + "D";
    if (rest == 0 && duration.days != 0)
        return text;
    text += "T";
    if (rest >= 3600)
        text += std::to_string(rest / 3600) + "H";
    if (rest / 60 % 60 != 0 || rest == 0)
        text += std::to_string(rest / 60 % 60) + "M";
    if (rest % 60 != 0)
        text += std::to_string(rest % 60) + "S";
    return text;
}

std::string format_ical_duration(int64_t seconds)
{
    return format_ical_duration(IcalDuration{seconds / day_seconds, seconds % day_seconds});
}

} // namespace eas
