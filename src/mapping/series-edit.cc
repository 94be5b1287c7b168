// See series-edit.h.
#include "mapping/series-edit.h"
#include "mapping/event-time-edit.h"
#include "mapping/recurrence-expansion.h"
#include <algorithm>

namespace eas {
namespace {

using namespace std::chrono;
using Type = Recurrence::Type;
using RuleEnd = RecurrenceRule::Until;

constexpr size_t most_instances = 50'000;

/// Without Type (16.0 on) what is absent is as the client was told, but the end, which is one of two
/// elements.
CalendarRecurrence completed(CalendarRecurrence wanted, std::optional<CalendarRecurrence> const &told)
{
    if (!told)
        return wanted;
    if (wanted.type) {
        if (!wanted.first_day_of_week)
            wanted.first_day_of_week = told->first_day_of_week; // before 14.1 nobody says it
        return wanted;
    }
    bool const has_end = wanted.occurrences || wanted.until;
    auto const keep = [](auto &member, auto const &was_told) {
        if (!member)
            member = was_told;
    };
    keep(wanted.type, told->type);
    keep(wanted.interval, told->interval);
    keep(wanted.week_of_month, told->week_of_month);
    if (told->type != Type::daily) // there it says "all days", and would mean weeks with another interval
        keep(wanted.day_of_week, told->day_of_week);
    keep(wanted.month_of_year, told->month_of_year);
    keep(wanted.day_of_month, told->day_of_month);
    keep(wanted.calendar_type, told->calendar_type);
    keep(wanted.is_leap_month, told->is_leap_month);
    keep(wanted.first_day_of_week, told->first_day_of_week);
    if (!has_end) {
        wanted.occurrences = told->occurrences;
        wanted.until = told->until;
    }
    return wanted;
}

/// How the client counts: by its own clock.
SeriesStart client_start(SeriesForm const &form, EventTimes const &times, Zone const &zone)
{
    if (times.is_all_day)
        return {times.start.local, true, zone};
    return {zone.to_local(form.instant(times, times.start)), false, zone};
}

bool are_same(RecurrenceRule a, RecurrenceRule const &b)
{
    bool const has_weeks = a.frequency == RecurrenceRule::Frequency::weekly && a.interval > 1;
    if (!has_weeks)
        a.week_start = b.week_start; // changes nothing
    return a == b;
}

RecurrenceRule without_end(RecurrenceRule rule)
{
    rule.until.reset();
    rule.count.reset();
    return rule;
}

/// Whether a rule that leaves its days to the start gives those that are meant from another start, too.
bool still_says(RecurrenceRule const &present, Recurrence const &meant, SeriesStart const &start,
                ProtocolVersion version)
{
    auto const now = express(without_end(present), start, version);
    if (!now)
        return true;
    auto const a = rule_of(now->recurrence, {}, start), b = rule_of(meant, {}, start);
    return !a || !b || are_same(without_end(*a), without_end(*b));
}

LocalTime time_of_day_on(local_days day, LocalTime like)
{
    return day + (like - floor<days>(like));
}

} // namespace

Result<void> check_recurrence(Recurrence const &recurrence, ProtocolVersion version)
{
    auto const is_one_of = [&](std::initializer_list<Type> types) {
        return !recurrence.type || std::ranges::find(types, *recurrence.type) != types.end();
    };
    auto const bad = [](char const *what) {
        return Error{ErrorKind::bad_request, std::string("Calendar:") + what};
    };
    if (!recurrence.type && version < v16_0)
        return bad("Recurrence without Type");
    if (recurrence.day_of_month && !is_one_of({Type::monthly, Type::yearly}))
        return bad("DayOfMonth: not with this Type");
    if (recurrence.day_of_week &&
        !is_one_of({Type::daily, Type::weekly, Type::monthly_nth, Type::yearly_nth}))
        return bad("DayOfWeek: not with this Type");
    if (recurrence.month_of_year && !is_one_of({Type::yearly, Type::yearly_nth}))
        return bad("MonthOfYear: not with this Type");
    if (recurrence.week_of_month && !is_one_of({Type::monthly_nth, Type::yearly_nth}))
        return bad("WeekOfMonth: not with this Type");
    return {};
}

Result<std::optional<RecurrenceRule>> changed_rule(std::optional<CalendarRecurrence> const &wanted,
                                                   ShownEvent const &shown, RecurrenceRule const *present,
                                                   EventTimes const &times, ProtocolVersion version)
{
    bool const is_empty =
        wanted && static_cast<Recurrence const &>(*wanted) == Recurrence{} && !wanted->until;
    if (!wanted || is_empty)
        return std::optional<RecurrenceRule>();
    auto const &told = shown.event.recurrence;
    auto const meant = version < v16_0 && !wanted->type ? *wanted : completed(*wanted, told);
    if (auto checked = check_recurrence(meant, version); !checked)
        return checked.error();
    auto const rule = [&](CalendarRecurrence const &recurrence, SeriesStart const &start) {
        return rule_of(recurrence,
                       recurrence.until ? std::optional<Instant>(*recurrence.until) : std::nullopt, start);
    };
    auto const &form = shown.form;
    SeriesStart const new_start{times.start.local, times.is_all_day, *times.start.zone};
    if (form.is_window)
        present = nullptr;
    bool is_other_end = false;
    if (told) {
        auto const start = client_start(form, form.first, form.client_zone);
        auto const a = rule(meant, start), b = rule(*told, start);
        bool const stays = !present || still_says(*present, meant, new_start, version);
        if (stays && a && b && are_same(*a, *b))
            return std::optional<RecurrenceRule>();
        is_other_end = stays && a && b && are_same(without_end(*a), without_end(*b));
    }
    auto changed = rule(meant, new_start);
    if (!changed)
        return changed.error();
    if (!is_other_end || !present)
        return std::optional(*std::move(changed));
    auto rule_with_end = *present;
    rule_with_end.until = changed->until;
    rule_with_end.count = changed->count;
    return std::optional(std::move(rule_with_end));
}

std::string rule_text(RecurrenceRule rule, EventTimes const &times)
{
    if (rule.until && rule.until->form == RuleEnd::Form::utc && times.start.form == IcalTime::Form::floating)
        rule.until = RuleEnd{RuleEnd::Form::local, times.start.zone->to_local(Instant::from_seconds(
                                                       rule.until->time.time_since_epoch().count()))};
    return rule.to_string();
}

bool begins_elsewhere(EventSeries const &before, EventTimes const &now, RecurrenceRule const *rule)
{
    auto const from = before.times().start.local, to = now.start.local;
    auto const *old_rule = before.only_rule();
    if (abs(to - from) < days(1) || !old_rule || !rule)
        return false;
    auto const has = [](RecurrenceRule const &series, SeriesStart const &start, LocalTime on) {
        auto const time = time_of_day_on(floor<days>(on), start.time);
        return !expand(series, start, time, time + seconds(1), 1).instances.empty();
    };
    return to > from ? has(*old_rule, before.start(), to)
                     : has(*rule, {to, now.is_all_day, *now.start.zone}, from);
}

void move_until(IcalComponent &master, SeriesStart const &before, EventTimes const &now, bool stays_on_day)
{
    auto lines = master.properties("RRULE");
    for (auto &line : lines) {
        auto rule = RecurrenceRule::parse(line.value);
        auto const last = rule ? rule->last_start(before) : std::nullopt;
        if (!last)
            continue;
        auto day = floor<days>(*last);
        if (time_of_day_on(day, before.time) > *last)
            day -= days(1);
        if (!stays_on_day)
            day += floor<days>(now.start.local) - floor<days>(before.time);
        auto const local = time_of_day_on(day, now.start.local);
        if (now.is_all_day)
            rule->until = RuleEnd{RuleEnd::Form::date, day};
        else
            rule->until =
                RuleEnd{RuleEnd::Form::utc, LocalTime{seconds(now.start.zone->to_instant(local).seconds())}};
        line.value = rule_text(*rule, now);
    }
    master.replace("RRULE", lines);
}

void remove_component(IcalDocument &document, IcalComponent const &component)
{
    for (auto *calendar : document.root().components())
        calendar->remove(component);
}

void remove_exceptions(IcalDocument &document, IcalComponent &master, bool keeps_exceptions)
{
    master.remove("RDATE");
    master.remove("EXRULE");
    if (keeps_exceptions)
        return;
    master.remove("EXDATE");
    for (auto *calendar : document.root().components("VCALENDAR"))
        calendar->remove_components([&](IcalComponent const &each) {
            return each.name() == "VEVENT" && &each != &master && each.property("RECURRENCE-ID");
        });
}

void add_excluded(IcalComponent &master, IcalTime const &like, std::vector<LocalTime> const &originals)
{
    auto lines = master.properties("EXDATE");
    for (auto const original : originals) {
        auto time = like;
        time.local = original;
        lines.push_back(ical_time_property("EXDATE", time));
    }
    master.replace("EXDATE", lines);
}

void move_exceptions(IcalDocument &document, IcalComponent &master, EventSeries const &before,
                     EventTimes const &now, bool stay_on_days)
{
    auto const shift = now.start.local - before.times().start.local;
    auto const moved = [&](LocalTime original) {
        auto time = now.start;
        time.local = stay_on_days ? time_of_day_on(floor<days>(original), now.start.local) : original + shift;
        if (time.is_date())
            time.local = floor<days>(time.local);
        return time;
    };
    bool const is_same_clock =
        now.start.form == before.times().start.form && now.start.tzid == before.times().start.tzid;
    if (shift == seconds(0) && is_same_clock)
        return;
    std::vector<LocalTime> originals;
    for (auto const original : before.excluded())
        originals.push_back(moved(original).local);
    master.remove("EXDATE");
    add_excluded(master, now.start, originals);
    for (auto const &each : before.overrides()) {
        auto &component = const_cast<IcalComponent &>(*each.component);
        if (&component == &master)
            continue;
        component.set(
            ical_time_property("RECURRENCE-ID", moved(each.original), component.property("RECURRENCE-ID")));
        if (each.times != before.times_at(each.original))
            continue; // it was moved on its own
        auto times = now;
        times.start = moved(each.original);
        times.end.local = times.start.local + (now.end.local - now.start.local);
        set_times(document, component, each.times, times);
    }
}

void drop_stray_exceptions(IcalDocument &document, IcalComponent &master, EventSeries const &series)
{
    auto const *rule = series.only_rule();
    if (!rule)
        return;
    auto last = series.times().start.local;
    if (!series.excluded().empty())
        last = std::max(last, series.excluded().back());
    for (auto const &each : series.overrides())
        last = std::max(last, each.original);
    auto const instances =
        expand(*rule, series.start(), series.start().time, last + seconds(1), most_instances).instances;
    auto const is_instance = [&](LocalTime time) {
        return time == series.start().time || std::ranges::binary_search(instances, time);
    };
    std::vector<LocalTime> kept;
    std::ranges::copy_if(series.excluded(), std::back_inserter(kept), is_instance);
    if (kept.size() != series.excluded().size()) {
        master.remove("EXDATE");
        add_excluded(master, series.times().start, kept);
    }
    for (auto const &each : series.overrides())
        if (!is_instance(each.original))
            remove_component(document, *each.component);
}

} // namespace eas
