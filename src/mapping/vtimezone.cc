// An observance (STANDARD, DAYLIGHT) is a list of onsets with the offset before and after them. Two that
// alternate by simple yearly rules become a YearlyChange, so that they hold for ever; everything else becomes
// a list.
#include "mapping/vtimezone.h"
#include "base/text.h"
#include "mapping/recurrence-expansion.h"
#include <algorithm>
#include <array>
#include <cstdio>

namespace eas {
namespace {

using namespace std::chrono;
using Frequency = RecurrenceRule::Frequency;

constexpr size_t most_observances = 300, most_onsets = 1000;
/// For all observances together: what real ones need, that begin in 1601 and are none of a pair.
constexpr int64_t most_days = 600'000;
constexpr int32_t day_seconds = 86400;
constexpr LocalTime end_of_lists{local_days(year(2100) / January / 1)};

struct Observance {
    int32_t offset_from = 0, offset_to = 0; ///< seconds
    LocalTime start;                        ///< a clock's that shows offset_from
    std::vector<LocalTime> more;            ///< RDATE
    std::optional<RecurrenceRule> rule;

    /// The rule as a yearly date, if it has no end and is simple.
    std::optional<YearlyDate> yearly() const;
    /// Onsets before `end`; false if there are too many, or the budget is spent.
    bool append_onsets(LocalTime end, ExpansionBudget &budget, std::vector<Transition> &out) const;
};

/// "+0100", "-003730"
std::optional<int32_t> utc_offset(std::string_view text)
{
    text = trim(text);
    if ((text.size() != 5 && text.size() != 7) || (text[0] != '+' && text[0] != '-'))
        return std::nullopt;
    int32_t seconds = 0;
    for (size_t at = 1; at < text.size(); at += 2) {
        auto const part = parse_unsigned(text.substr(at, 2));
        if (!part || *part > 59)
            return std::nullopt;
        seconds = seconds * 60 + static_cast<int32_t>(*part);
    }
    seconds *= text.size() == 5 ? 60 : 1;
    if (seconds > day_seconds)
        return std::nullopt;
    return text[0] == '-' ? -seconds : seconds;
}

/// 20260329T020000, or in UTC with a Z.
std::optional<LocalTime> onset(std::string_view text, int32_t offset_from)
{
    std::string written{trim(text)};
    bool const is_utc = written.ends_with('Z');
    if (written.size() == 8)
        written += "T000000";
    auto const instant = parse_datetime(is_utc ? written : written + "Z");
    if (!instant)
        return std::nullopt;
    return LocalTime{seconds(instant->seconds() + (is_utc ? offset_from : 0))};
}

bool read_rdates(IcalComponent const &component, Observance &out)
{
    for (auto const &property : component.properties("RDATE"))
        for (auto const each : split(property.value, ',')) {
            auto const time = onset(each, out.offset_from);
            if (!time || out.more.size() >= most_onsets)
                return false;
            out.more.push_back(*time);
        }
    return true;
}

std::optional<Observance> read_observance(IcalComponent const &component)
{
    auto const value = [&](std::string_view name) {
        auto const property = component.property(name);
        return property ? property->value : std::string{};
    };
    Observance out;
    auto const from = utc_offset(value("TZOFFSETFROM"));
    auto const to = utc_offset(value("TZOFFSETTO"));
    if (!from || !to)
        return std::nullopt;
    out.offset_from = *from;
    out.offset_to = *to;
    auto const start = onset(value("DTSTART"), *from);
    if (!start || !read_rdates(component, out))
        return std::nullopt;
    out.start = *start;
    if (auto const text = value("RRULE"); !text.empty()) {
        auto rule = RecurrenceRule::parse(text);
        if (!rule || rule->frequency != Frequency::yearly || !rule->rscale.empty())
            return std::nullopt; // no zone's: RFC 5545 3.6.5 has onsets in the same week of a year
        out.rule = *std::move(rule);
    }
    return out;
}

std::optional<YearlyDate> Observance::yearly() const
{
    if (!rule || rule->frequency != Frequency::yearly || rule->interval != 1 || rule->count || rule->until ||
        rule->by_month.size() != 1 || rule->by_day.size() != 1)
        return std::nullopt;
    RecurrenceRule simple;
    simple.frequency = Frequency::yearly;
    simple.by_month = rule->by_month;
    simple.by_day = rule->by_day;
    simple.week_start = rule->week_start;
    int const nth = rule->by_day[0].nth;
    if (*rule != simple || nth < -1 || nth == 0 || nth > 4)
        return std::nullopt;
    YearlyDate date;
    date.month = rule->by_month[0].number;
    date.week = static_cast<uint8_t>(nth == -1 ? 5 : nth);
    date.weekday = rule->by_day[0].weekday;
    date.seconds = static_cast<int32_t>((start - floor<days>(start)).count());
    return date.month <= 12 ? std::optional(date) : std::nullopt;
}

bool Observance::append_onsets(LocalTime end, ExpansionBudget &budget, std::vector<Transition> &out) const
{
    Zone const clock(offset_from);
    std::vector<LocalTime> all = more;
    all.push_back(start);
    if (rule) {
        auto const expansion = expand(*rule, {start, false, clock}, start, end, most_onsets, &budget);
        if (!expansion.is_complete)
            return false;
        all.insert(all.end(), expansion.instances.begin(), expansion.instances.end());
    }
    for (auto const &each : all)
        if (each < end)
            out.push_back({each.time_since_epoch().count() - offset_from, offset_to});
    return true;
}

/// Two observances that alternate for ever.
struct Pair {
    YearlyChange change;
    LocalTime begin; ///< both have begun
};

std::optional<Pair> alternating(std::vector<Observance> const &all)
{
    Observance const *endless[2]{};
    size_t count = 0;
    for (auto const &each : all)
        if (each.rule && !each.rule->count && !each.rule->until) {
            if (count == 2)
                return std::nullopt;
            endless[count++] = &each;
        }
    if (count != 2 || endless[0]->offset_to != endless[1]->offset_from ||
        endless[1]->offset_to != endless[0]->offset_from)
        return std::nullopt;
    auto const first = endless[0]->yearly(), second = endless[1]->yearly();
    if (!first || !second)
        return std::nullopt;
    return Pair{{endless[1]->offset_to, endless[0]->offset_to, *first, *second},
                std::max(endless[0]->start, endless[1]->start)};
}

// To a VTIMEZONE
// --------------------------------------------------------------------------------------------------

std::string offset_text(int32_t seconds)
{
    std::array<char, 24> text{};
    int const size = std::abs(seconds);
    int const length = std::snprintf(text.data(), text.size(), "%c%02d%02d", seconds < 0 ? '-' : '+',
                                     size / 3600, size / 60 % 60);
    std::string out(text.data(), static_cast<size_t>(length));
    if (size % 60 != 0)
        out += std::to_string(100 + size % 60).substr(1);
    return out;
}

std::string local_text(LocalTime time)
{
    return format_compact_datetime(Instant::from_seconds(time.time_since_epoch().count())).substr(0, 15);
}

void set(IcalComponent &component, std::string_view name, std::string value)
{
    component.set({std::string(name), {}, std::move(value)});
}

IcalComponent observance(int32_t from, int32_t to, LocalTime start)
{
    IcalComponent out(to > from ? "DAYLIGHT" : "STANDARD");
    set(out, "DTSTART", local_text(start));
    set(out, "TZOFFSETFROM", offset_text(from));
    set(out, "TZOFFSETTO", offset_text(to));
    return out;
}

bool is_simple(YearlyDate const &date)
{
    return date.kind == YearlyDate::Kind::nth_weekday && date.seconds >= 0 && date.seconds < day_seconds;
}

IcalComponent yearly_observance(int32_t from, int32_t to, YearlyDate const &date, int year)
{
    RecurrenceRule rule;
    rule.frequency = Frequency::yearly;
    rule.by_month = {{date.month, false}};
    rule.by_day = {{date.week >= 5 ? -1 : date.week, date.weekday}};
    auto out = observance(from, to, date.in(year));
    set(out, "RRULE", rule.to_string());
    return out;
}

/// Changes between the same two offsets are one observance with a list.
void add_listed(IcalComponent &vtimezone, std::vector<Transition> const &changes, int32_t first_offset)
{
    struct List {
        int32_t from, to;
        std::vector<LocalTime> onsets;
    };
    std::vector<List> lists;
    for (auto const &each : changes) {
        int32_t const from = std::exchange(first_offset, each.offset_seconds);
        auto list = std::find_if(lists.begin(), lists.end(), [&](List const &known) {
            return known.from == from && known.to == each.offset_seconds;
        });
        if (list == lists.end())
            list = lists.insert(lists.end(), {from, each.offset_seconds, {}});
        list->onsets.push_back(LocalTime{seconds(each.at + from)});
    }
    for (auto const &each : lists) {
        auto out = observance(each.from, each.to, each.onsets.front());
        std::string dates;
        for (size_t i = 1; i < each.onsets.size(); i++)
            dates.append(i == 1 ? "" : ",").append(local_text(each.onsets[i]));
        if (!dates.empty())
            set(out, "RDATE", dates);
        vtimezone.add(std::move(out));
    }
}

int year_of(LocalTime time)
{
    return int(year_month_day(floor<days>(time)).year());
}

} // namespace

std::optional<Zone> zone_of(IcalComponent const &vtimezone)
{
    std::vector<Observance> all;
    for (auto const *component : vtimezone.components()) {
        if (component->name() != "STANDARD" && component->name() != "DAYLIGHT")
            continue;
        auto read = read_observance(*component);
        if (!read || all.size() >= most_observances)
            return std::nullopt;
        all.push_back(*std::move(read));
    }
    if (all.empty())
        return std::nullopt;
    auto const pair = alternating(all);
    std::vector<Transition> transitions;
    ExpansionBudget budget{.days = most_days};
    for (auto const &each : all)
        if (!each.append_onsets(pair ? pair->begin + seconds(1) : end_of_lists, budget, transitions))
            return std::nullopt;
    auto const first = std::min_element(all.begin(), all.end(),
                                        [](auto const &a, auto const &b) { return a.start < b.start; });
    std::stable_sort(transitions.begin(), transitions.end(),
                     [](auto const &a, auto const &b) { return a.at < b.at; });
    auto const same_time = [](auto const &a, auto const &b) { return a.at == b.at; };
    transitions.erase(std::unique(transitions.begin(), transitions.end(), same_time), transitions.end());
    return Zone(first->offset_from, std::move(transitions),
                pair ? std::optional(pair->change) : std::nullopt);
}

IcalComponent vtimezone_of(Zone const &zone, std::string_view tzid, Instant from)
{
    constexpr int64_t year_seconds = 366LL * day_seconds;
    Instant const begin = Instant::from_seconds(from.seconds() - year_seconds);
    IcalComponent out("VTIMEZONE");
    set(out, "TZID", std::string(tzid));
    auto changes = zone.transitions(begin, Instant::from_seconds(from.seconds() + 30 * year_seconds));
    int32_t const first_offset = zone.offset_seconds(begin);
    if (changes.empty() || changes.front().at > from.seconds()) // what holds at `from` began long before
        out.add(observance(first_offset, first_offset, floor<days>(zone.to_local(begin))));
    auto const is_ruled = [&](Transition const &each) {
        auto const rule = zone.yearly_from(Instant::from_seconds(each.at - 1));
        return rule && is_simple(rule->to_daylight) && is_simple(rule->to_standard);
    };
    auto const ruled = std::find_if(changes.begin(), changes.end(), is_ruled);
    if (ruled == changes.end()) {
        add_listed(out, changes, first_offset);
        return out;
    }
    auto const rule = *zone.yearly_from(Instant::from_seconds(ruled->at - 1));
    Instant const ruled_from = Instant::from_seconds(ruled->at - 1);
    int const first_year = year_of(zone.to_local(ruled_from));
    changes.erase(ruled, changes.end());
    add_listed(out, changes, first_offset);
    auto const add_yearly = [&](int32_t offset_from, int32_t offset_to, YearlyDate const &date) {
        bool const is_past =
            date.in(first_year).time_since_epoch().count() - offset_from <= ruled_from.seconds();
        out.add(yearly_observance(offset_from, offset_to, date, is_past ? first_year + 1 : first_year));
    };
    add_yearly(rule.daylight_offset_seconds, rule.standard_offset_seconds, rule.to_standard);
    add_yearly(rule.standard_offset_seconds, rule.daylight_offset_seconds, rule.to_daylight);
    return out;
}

std::optional<NamedZone> zone_of_tzid(std::string_view tzid, IcalComponent const *vtimezone,
                                      ZoneNames const &names)
{
    auto named = names.resolve(tzid);
    if (!vtimezone)
        return named;
    if (auto const location = vtimezone->property("X-LIC-LOCATION"); location && !named)
        named = names.resolve(location->text());
    if (auto zone = zone_of(*vtimezone)) {
        if (!named)
            return NamedZone{{}, std::make_shared<Zone const>(*std::move(zone))};
        return NamedZone{named->name, std::make_shared<Zone const>(zone->continued_by(*named->zone))};
    }
    return named;
}

} // namespace eas
