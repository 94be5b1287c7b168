// See task-dates.h.
#include "mapping/task-dates.h"
#include <array>
#include <cmath>

namespace eas {
namespace {

using namespace std::chrono;
using Form = IcalTime::Form;

bool is_midnight(LocalTime time)
{
    return floor<days>(time) == time;
}

TaskDate as_if_utc(LocalTime time)
{
    return Instant::from_seconds(time.time_since_epoch().count());
}

LocalTime local_of(Instant as_if_utc)
{
    return LocalTime{seconds(as_if_utc.seconds())};
}

std::optional<Instant> instant_in(std::optional<TaskDate> const &date)
{
    return date ? date->instant : std::nullopt;
}

/// A zone that is always so far ahead of UTC, "" if there is none.
std::string fixed_zone_name(seconds offset)
{
    struct Named {
        minutes offset;
        char const *name;
    };
    constexpr std::array uneven{Named{330min, "Asia/Kolkata"},    Named{345min, "Asia/Kathmandu"},
                                Named{210min, "Asia/Tehran"},     Named{270min, "Asia/Kabul"},
                                Named{390min, "Asia/Yangon"},     Named{570min, "Australia/Darwin"},
                                Named{525min, "Australia/Eucla"}, Named{-570min, "Pacific/Marquesas"}};
    for (auto const &each : uneven)
        if (each.offset == offset)
            return each.name;
    auto const whole = duration_cast<hours>(offset);
    if (whole != offset || whole < -12h || whole > 14h)
        return {};
    if (whole == 0h)
        return "Etc/UTC";
    return (whole > 0h ? "Etc/GMT-" : "Etc/GMT+") +
           std::to_string(std::abs(whole.count())); // as POSIX counts
}

/// A clock's time and the instant: in the zone it was in, in the user's, in one of the client's offset, so
/// that it gets its own clock's time back, else in UTC.
IcalTime timed(LocalTime local, std::optional<Instant> utc, std::optional<IcalTime> const &before,
               IcalZones const &zones)
{
    auto const fits = [&](Zone const &zone) { return !utc || zone.to_instant(local) == *utc; };
    if (before && (before->form == Form::zoned || before->form == Form::floating) && fits(*before->zone))
        return {before->form, local, before->tzid, before->zone};
    auto const &user = zones.users_zone();
    if (!fits(*user.zone)) {
        auto const offset = local - local_of(*utc);
        if (auto name = fixed_zone_name(offset); !name.empty())
            return {Form::zoned, local, std::move(name),
                    std::make_shared<Zone const>(static_cast<int32_t>(offset.count()))};
        return {Form::utc, local_of(*utc), {}, zones.utc().zone};
    }
    if (!user.name.empty() && user.name != "UTC" && user.name != "Etc/UTC")
        return {Form::zoned, local, user.name, user.zone};
    auto const instant = user.zone->to_instant(local);
    return {Form::utc, local_of(instant), {}, zones.utc().zone};
}

/// A DATE beside a DATE-TIME becomes midnight of the other's zone.
void make_alike(std::optional<IcalTime> &a, std::optional<IcalTime> const &b)
{
    if (!a || !b || a->is_date() == b->is_date() || !a->is_date())
        return;
    if (b->form == Form::utc)
        *a = {Form::utc, local_of(a->instant()), {}, b->zone};
    else
        *a = {b->form, a->local, b->tzid, b->zone};
}

void set_time(IcalComponent &todo, std::string const &name, std::optional<IcalTime> const &wanted,
              std::optional<IcalTime> const &present)
{
    auto const line = todo.property(name);
    if (!wanted)
        todo.remove(name);
    else if (!line || !present || format_ical_time(*present) != format_ical_time(*wanted) ||
             present->tzid != wanted->tzid)
        todo.set(ical_time_property(name, *wanted, line));
}

} // namespace

IcalTime moved(IcalTime time, seconds by)
{
    time.local += by;
    return time;
}

TaskTimes task_times_of(IcalComponent const &todo, IcalZones &zones)
{
    TaskTimes times{ical_time_of(todo, "DTSTART", zones), ical_time_of(todo, "DUE", zones)};
    auto const text = todo.property("DURATION");
    if (times.due || !times.start || !text)
        return times;
    if (auto const duration = parse_ical_duration(text->value)) {
        bool const is_date = times.start->is_date() && duration->seconds == 0;
        auto due = moved(*times.start, days(duration->days));
        if (!is_date)
            due.form = due.is_date() ? Form::floating : due.form;
        times.due =
            duration->seconds == 0
                ? due
                : ical_time_like(due, Instant::from_seconds(due.instant().seconds() + duration->seconds));
    }
    return times;
}

DatePair date_pair_of(IcalTime const &time, IcalZones &zones)
{
    if (time.is_date())
        return {as_if_utc(time.local), zones.zone(time.tzid).zone->to_instant(time.local)};
    auto const local =
        time.form == Form::utc ? zones.users_zone().zone->to_local(time.instant()) : time.local;
    return {as_if_utc(local), time.instant()};
}

std::optional<IcalTime> time_of_pair(DatePair const &pair, std::optional<IcalTime> const &before,
                                     IcalZones const &zones)
{
    auto const utc = instant_in(pair.utc);
    auto const given = instant_in(pair.local);
    auto const &user = *zones.users_zone().zone;
    if (!given && !utc)
        return std::nullopt;
    auto local = given ? local_of(*given) : user.to_local(*utc);
    // Some write the instant of the day's beginning twice.
    if (given && given == utc && !is_midnight(local) && is_midnight(user.to_local(*utc)))
        local = user.to_local(*utc);
    if (is_midnight(local)) {
        bool const is_users = !utc || user.to_instant(local) == *utc;
        auto zone = before && before->is_date() ? before->tzid // of the client that made the date
                    : is_users                  ? std::string()
                                                : fixed_zone_name(local - local_of(*utc));
        return IcalTime{Form::date, local, std::move(zone), zones.users_zone().zone};
    }
    return timed(local, utc, before, zones);
}

void set_task_times(IcalComponent &todo, TaskTimes const &wanted, IcalZones &zones)
{
    auto times = wanted;
    make_alike(times.start, times.due);
    make_alike(times.due, times.start);
    set_time(todo, "DTSTART", times.start, ical_time_of(todo, "DTSTART", zones));
    set_time(todo, "DUE", times.due, ical_time_of(todo, "DUE", zones));
    auto const &day = times.due ? times.due : times.start;
    set_days_zone(todo, day && day->is_date() ? day->tzid : std::string());
    todo.remove("DURATION");
}

} // namespace eas
