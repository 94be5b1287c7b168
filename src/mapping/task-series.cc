// See task-series.h.
#include "mapping/task-series.h"
#include "base/text.h"
#include "mapping/recurrence-expansion.h"
#include "mapping/recurrence.h"
#include "mapping/task-state.h"
#include <algorithm>
#include <array>

namespace eas {
namespace {

using namespace std::chrono;
using Type = Recurrence::Type;

constexpr char const *dead_rule = "X-EAS-DEAD-RRULE", *regenerate = "X-EAS-REGENERATE";
constexpr uint8_t every_day = 127;
constexpr uint16_t most_occurrences = 255; ///< of MS-ASTASK's schema
constexpr days furthest_instance{50 * 366};
constexpr size_t most_passed = 10'000;

Zone const utc_zone;

/// A day and a floating time are counted as if they were in UTC, as EAS writes local dates.
SeriesStart wire_start(IcalTime const &time)
{
    bool const has_zone = time.form == IcalTime::Form::zoned || time.form == IcalTime::Form::utc;
    return {time.local, time.is_date(), has_zone ? *time.zone : utc_zone};
}

/// Until as it is told: by the clock of Start, which is written as if it were in UTC.
Instant as_told(Instant until, SeriesStart const &start)
{
    return Instant::from_seconds(start.zone.to_local(until).time_since_epoch().count());
}

/// What a client means with Until: the clock's time that the instances have, as Start is written; else a
/// moment.
std::optional<Instant> meant_until(std::optional<Instant> const &until, SeriesStart const &start)
{
    if (!until)
        return until;
    LocalTime const written{seconds(until->seconds())};
    bool const is_on_clock = written - floor<days>(written) == start.time - floor<days>(start.time);
    return is_on_clock ? start.zone.to_instant(written) : until;
}

bool is_instance(RecurrenceRule const &rule, IcalTime const &time)
{
    auto const start = SeriesStart{time.local, time.is_date(), *time.zone};
    return !expand(rule, start, time.local, time.local + seconds(1)).instances.empty();
}

void append_times(IcalComponent const &component, std::string_view name, IcalTime const &like,
                  IcalZones &zones, std::vector<LocalTime> &out)
{
    for (auto const &property : component.properties(name))
        for (auto const each : split(property.value, ',')) {
            auto const time = parse_ical_time(property, each.substr(0, each.find('/')), zones);
            if (time && out.size() < most_passed)
                out.push_back(like.is_date() ? floor<days>(time->local)
                                             : like.zone->to_local(time->instant()));
        }
}

Error bad(char const *what)
{
    return {ErrorKind::bad_request, std::string("Tasks:Recurrence: ") + what};
}

std::optional<RecurrenceRule> rule_in(IcalComponent const &todo, char const *name)
{
    auto const property = todo.property(name);
    if (!property)
        return std::nullopt;
    auto rule =
        RecurrenceRule::parse(property->text()); // other programs escape what is in properties of ours
    return rule ? std::optional(*std::move(rule)) : std::nullopt;
}

bool is_set(std::optional<bool> flag)
{
    return flag.value_or(false);
}

bool is_dead(TaskRecurrence const &recurrence)
{
    return recurrence.dead_occur.value_or(0) != 0;
}

/// What a client left out because it knows no better, of what it was told.
Recurrence completed_from(Recurrence recurrence, std::optional<TaskRecurrence> const &told)
{
    if (told && told->type == recurrence.type && !recurrence.first_day_of_week)
        recurrence.first_day_of_week = told->first_day_of_week;
    if (recurrence.type == Type::daily && recurrence.day_of_week == every_day)
        recurrence.day_of_week.reset(); // the others choose days: MS-ASCAL 2.2.2.37.1
    return recurrence;
}

} // namespace

std::optional<LocalTime> TaskSeries::open_from(LocalTime from) const
{
    std::optional<LocalTime> found;
    auto const consider = [&](LocalTime time) {
        if (time >= from && (!found || time < *found) && !std::ranges::binary_search(not_open, time))
            found = time;
    };
    for (auto const time : extra)
        consider(time);
    consider(anchor.local); // counts although the rule may not give it: RFC 5545 3.8.5.3
    auto begin = from;
    for (auto window = days(64); !found && begin < from + furthest_instance; window *= 4) {
        auto const end = begin + window;
        for (auto const time : expand(rule, start(), begin, end, not_open.size() + 1).instances)
            consider(time);
        begin = end;
    }
    return found;
}

std::optional<LocalTime> TaskSeries::next(LocalTime instance, Instant completed) const
{
    if (!regenerates)
        return open_from(instance + seconds(1));
    auto later = *this;
    auto const day = floor<days>(anchor.zone->to_local(completed));
    later.anchor.local = day + (anchor.local - floor<days>(anchor.local));
    later.rule.count.reset(); // COUNT is of those still to come: see move_to_instance()
    later.extra.clear();
    if (rule.count && *rule.count <= 1)
        return std::nullopt;
    return later.open_from(later.anchor.local + seconds(1));
}

std::optional<TaskSeries> series_of(IcalComponent const &todo,
                                    std::vector<IcalComponent const *> const &exceptions, IcalZones &zones)
{
    auto const times = task_times_of(todo, zones);
    auto rule = rule_in(todo, "RRULE");
    if (!rule || !times.anchor())
        return std::nullopt;
    TaskSeries series{*times.anchor(), *std::move(rule), {}, {}, todo.property(regenerate).has_value()};
    if (times.due && !is_instance(series.rule, series.anchor) && is_instance(series.rule, *times.due))
        series.anchor = *times.due;
    append_times(todo, "RDATE", series.anchor, zones, series.extra);
    append_times(todo, "EXDATE", series.anchor, zones, series.not_open);
    for (auto const *exception : exceptions)
        if (is_complete(*exception))
            append_times(*exception, "RECURRENCE-ID", series.anchor, zones, series.not_open);
    std::ranges::sort(series.not_open);
    return series;
}

void move_to_instance(IcalComponent &todo, TaskSeries const &series, LocalTime instance, IcalZones &zones)
{
    auto const by = instance - series.anchor.local;
    auto const times = task_times_of(todo, zones);
    auto const later = [&](std::optional<IcalTime> const &time) {
        return time ? std::optional(moved(*time, by)) : std::nullopt;
    };
    set_task_times(todo, {later(times.start), later(times.due)}, zones);
    if (series.rule.count) {
        auto rule = series.rule;
        auto const passed =
            expand(rule, series.start(), series.anchor.local, instance, most_passed).instances;
        auto const gone = series.regenerates ? 1 : static_cast<uint32_t>(passed.size());
        rule.count = *rule.count > gone ? *rule.count - gone : 1;
        todo.set({"RRULE", {}, rule.to_string()});
    }
    for (auto *alarm : todo.components("VALARM"))
        if (auto const time = ical_time_of(*alarm, "TRIGGER", zones)) {
            auto trigger = *alarm->property("TRIGGER");
            trigger.value = format_ical_time(moved(*time, by));
            alarm->set(trigger);
        }
}

std::optional<TaskRecurrence> task_recurrence_of(IcalComponent const &todo,
                                                 std::optional<TaskSeries> const &series,
                                                 IcalTime const &instance, ProtocolVersion version)
{
    auto const rule = series ? std::optional(series->rule) : rule_in(todo, dead_rule);
    if (!rule)
        return std::nullopt;
    auto counted = *rule;
    if (series && counted.count) { // of those still to come
        auto const passed =
            expand(counted, series->start(), series->anchor.local, instance.local, most_passed)
                .instances.size();
        counted.count = *counted.count > passed ? *counted.count - static_cast<uint32_t>(passed) : 1;
    }
    auto const start = wire_start(instance);
    auto expressed = express(counted, start, version, most_occurrences);
    if (!expressed)
        return std::nullopt;
    TaskRecurrence out;
    static_cast<Recurrence &>(out) = expressed->recurrence;
    if (out.type == Type::daily)
        out.day_of_week.reset(); // required in the calendar, of no meaning here: MS-ASTASK 2.2.2.10
    if (expressed->until)
        out.until = as_told(*expressed->until, start);
    out.start = Instant::from_seconds(instance.local.time_since_epoch().count());
    out.regenerate = series && series->regenerates;
    out.dead_occur = series ? 0 : 1;
    return out;
}

bool is_cleared(TaskRecurrence const &recurrence)
{
    return static_cast<Recurrence const &>(recurrence) == Recurrence{} && !recurrence.start &&
           !recurrence.until && !recurrence.regenerate && !recurrence.dead_occur;
}

Result<void> check_recurrence(TaskRecurrence const &recurrence)
{
    if (!recurrence.type)
        return bad("no Type");
    if (!recurrence.start)
        return bad("no Start");
    auto const is = [&](auto... types) { return ((*recurrence.type == types) || ...); };
    if (recurrence.day_of_month && !is(Type::monthly, Type::yearly))
        return bad("DayOfMonth with a Type that has none");
    if (recurrence.week_of_month && !is(Type::monthly_nth, Type::yearly_nth))
        return bad("WeekOfMonth with a Type that has none");
    if (recurrence.day_of_week && is(Type::monthly, Type::yearly))
        return bad("DayOfWeek with a Type that has none");
    if (recurrence.calendar_type && is(Type::daily, Type::weekly))
        return bad("CalendarType with a Type that has none");
    return {};
}

Result<void> set_task_recurrence(IcalComponent &todo, TaskRecurrence const &wanted,
                                 std::optional<TaskRecurrence> const &told, IcalZones &zones)
{
    constexpr std::array<char const *, 5> properties{"RRULE", "RDATE", "EXDATE", dead_rule, regenerate};
    if (is_cleared(wanted)) {
        for (auto const *name : properties)
            todo.remove(name);
        return {};
    }
    if (auto good = check_recurrence(wanted); !good)
        return good.error();
    auto times = task_times_of(todo, zones);
    if (!times.start) { // RFC 5545 3.8.2.4: what recurs has a DTSTART
        times.start = times.due ? *times.due : *time_of_pair({*wanted.start, {}}, {}, zones);
        if (!times.due)
            set_task_times(todo, times, zones);
    }
    auto const start = wire_start(*times.start);
    auto const rule = rule_of(completed_from(wanted, told), meant_until(wanted.until, start), start);
    if (!rule)
        return rule.error();
    auto const told_rule =
        told ? rule_of(*told, meant_until(told->until, start), start) : Result<RecurrenceRule>(bad("none"));
    bool const is_same_rule = told_rule && *told_rule == *rule && is_dead(*told) == is_dead(wanted);
    if (is_same_rule && is_set(told->regenerate) == is_set(wanted.regenerate))
        return {};
    if (!is_same_rule) {
        for (auto const *name : properties)
            todo.remove(name);
        set_task_times(todo, times, zones);
        todo.set({is_dead(wanted) ? dead_rule : "RRULE", {}, rule->to_string()});
    }
    if (is_set(wanted.regenerate))
        todo.set({regenerate, {}, "TRUE"});
    else
        todo.remove(regenerate);
    return {};
}

} // namespace eas
