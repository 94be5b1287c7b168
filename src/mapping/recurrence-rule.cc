// The text of an RRULE, read part by part from one table and printed from the same.
#include "mapping/recurrence-rule.h"
#include "base/text.h"
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace eas {
namespace {

using Frequency = RecurrenceRule::Frequency;
using Until = RecurrenceRule::Until;
using namespace std::chrono;

constexpr size_t longest_rule = 4096;
constexpr size_t most_values = 400; ///< BYYEARDAY has up to 366
constexpr uint32_t largest_interval = 100'000, largest_count = 1'000'000;

constexpr std::array<std::string_view, 7> frequency_names{"SECONDLY", "MINUTELY", "HOURLY", "DAILY",
                                                          "WEEKLY",   "MONTHLY",  "YEARLY"};
constexpr std::array<std::string_view, 7> weekday_names{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
constexpr std::array<std::string_view, 3> skip_names{"OMIT", "BACKWARD", "FORWARD"};

struct NumberPart {
    std::string_view name;
    std::vector<int> RecurrenceRule::*list;
    int lowest, highest;
    bool from_end; ///< negative numbers count from the end, and there is no 0
};
constexpr std::array number_parts{
    NumberPart{"BYSECOND", &RecurrenceRule::by_second, 0, 60, false},
    NumberPart{"BYMINUTE", &RecurrenceRule::by_minute, 0, 59, false},
    NumberPart{"BYHOUR", &RecurrenceRule::by_hour, 0, 23, false},
    NumberPart{"BYMONTHDAY", &RecurrenceRule::by_month_day, 1, 31, true},
    NumberPart{"BYYEARDAY", &RecurrenceRule::by_year_day, 1, 385, true},
    NumberPart{"BYWEEKNO", &RecurrenceRule::by_week_number, 1, 55, true},
    NumberPart{"BYSETPOS", &RecurrenceRule::by_set_position, 1, 385, true},
};

template <size_t size>
std::optional<uint8_t> index_of(std::array<std::string_view, size> const &names, std::string_view name)
{
    for (size_t i = 0; i < size; i++)
        if (equals_ignoring_case(names[i], name))
            return static_cast<uint8_t>(i);
    return std::nullopt;
}

std::optional<int> number(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    int value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

bool read_numbers(std::string_view value, NumberPart const &part, std::vector<int> &out)
{
    for (auto const each : split(value, ',')) {
        auto const read = number(each);
        bool const is_from_end = read && part.from_end && *read < 0;
        int const size = read ? (is_from_end ? -*read : *read) : -1;
        if (!read || size < part.lowest || size > part.highest || out.size() >= most_values)
            return false;
        out.push_back(*read);
    }
    return true;
}

bool read_days(std::string_view value, std::vector<RecurrenceRule::Day> &out)
{
    for (auto each : split(value, ',')) {
        each = trim(each);
        auto const weekday =
            each.size() < 2 ? std::nullopt : index_of(weekday_names, each.substr(each.size() - 2));
        auto const nth = each.size() > 2 ? number(each.substr(0, each.size() - 2)) : 0;
        if (!weekday || !nth || *nth < -55 || *nth > 55 || out.size() >= most_values)
            return false;
        out.push_back({*nth, *weekday});
    }
    return true;
}

bool read_months(std::string_view value, std::vector<RecurrenceRule::Month> &out)
{
    for (auto each : split(value, ',')) {
        bool const is_leap = each.ends_with('L') || each.ends_with('l');
        if (is_leap)
            each.remove_suffix(1);
        auto const month = number(each);
        if (!month || *month < 1 || *month > 13 || out.size() >= most_values)
            return false;
        out.push_back({static_cast<uint8_t>(*month), is_leap});
    }
    return true;
}

std::optional<Until> read_until(std::string_view value)
{
    std::string text{value};
    Until until;
    if (text.size() == 8) {
        until.form = Until::Form::date;
        text += "T000000Z";
    } else if (text.size() == 15) {
        until.form = Until::Form::local;
        text += 'Z';
    }
    auto const instant = text.size() == 16 ? parse_datetime(text) : std::nullopt;
    if (!instant)
        return std::nullopt;
    until.time = LocalTime{seconds(instant->seconds())};
    return until;
}

bool read_unsigned(std::string_view value, uint32_t highest, uint32_t &out)
{
    auto const read = parse_unsigned(value);
    if (!read || *read > highest)
        return false;
    out = static_cast<uint32_t>(*read);
    return true;
}

bool is_rscale(std::string_view name)
{
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

bool read_rscale(std::string_view value, std::string &out)
{
    if (!is_rscale(value))
        return false;
    out.clear();
    for (char const c : value)
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (out == "GREGORIAN")
        out.clear();
    return true;
}

template <class Enum, size_t size>
bool read_name(std::string_view value, std::array<std::string_view, size> const &names, Enum &out)
{
    auto const index = index_of(names, value);
    if (index)
        out = static_cast<Enum>(*index);
    return index.has_value();
}

/// False if the value is wrong or nobody knows the part.
bool read_part(std::string_view name, std::string_view value, RecurrenceRule &rule)
{
    auto const is = [&](std::string_view wanted) { return equals_ignoring_case(name, wanted); };
    if (is("FREQ"))
        return read_name(value, frequency_names, rule.frequency);
    if (is("INTERVAL")) {
        bool const is_good = read_unsigned(value, largest_interval, rule.interval);
        rule.interval = std::max(rule.interval, uint32_t{1}); // some write 0
        return is_good;
    }
    if (is("COUNT"))
        return read_unsigned(value, largest_count, rule.count.emplace()) && *rule.count > 0;
    if (is("UNTIL"))
        return (rule.until = read_until(value)).has_value();
    if (is("WKST"))
        return read_name(value, weekday_names, rule.week_start);
    if (is("BYDAY"))
        return read_days(value, rule.by_day);
    if (is("BYMONTH"))
        return read_months(value, rule.by_month);
    if (is("RSCALE"))
        return read_rscale(value, rule.rscale);
    if (is("SKIP"))
        return read_name(value, skip_names, rule.skip);
    for (auto const &part : number_parts)
        if (is(part.name))
            return read_numbers(value, part, rule.*part.list);
    return false;
}

Error bad(std::string_view what, std::string_view text)
{
    return {ErrorKind::bad_request, "RRULE: " + std::string(what) + ": " +
                                        sanitize_utf8(text.substr(0, std::min<size_t>(text.size(), 80)))};
}

std::string until_text(Until const &until)
{
    auto text = format_compact_datetime(Instant::from_seconds(until.time.time_since_epoch().count()));
    switch (until.form) {
    case Until::Form::date:
        text.resize(8);
        break;
    case Until::Form::local:
        text.resize(15);
        break;
    case Until::Form::utc:
        break;
    }
    return text;
}

template <class List, class Text>
void append_list(std::string &out, std::string_view name, List const &list, Text const &text)
{
    if (list.empty())
        return;
    out.append(";").append(name).append("=");
    for (auto const &each : list)
        out.append(&each == &list.front() ? "" : ",").append(text(each));
}

} // namespace

Result<RecurrenceRule> RecurrenceRule::parse(std::string_view text)
{
    RecurrenceRule rule;
    bool has_frequency = false;
    if (text.size() > longest_rule)
        return bad("too long", text);
    for (auto const part : split(trim(text), ';')) {
        if (trim(part).empty())
            continue; // some end with a semicolon
        auto const equals = part.find('=');
        if (equals == std::string_view::npos ||
            !read_part(trim(part.substr(0, equals)), trim(part.substr(equals + 1)), rule))
            return bad("not understood", part);
        has_frequency = has_frequency || equals_ignoring_case(trim(part.substr(0, equals)), "FREQ");
    }
    if (!has_frequency)
        return bad("no FREQ", text);
    return rule;
}

std::string RecurrenceRule::to_string() const
{
    std::string out;
    if (!rscale.empty() || skip != Skip::omit)
        out.append("RSCALE=").append(rscale.empty() ? "GREGORIAN" : rscale).append(";");
    out.append("FREQ=").append(frequency_names[static_cast<size_t>(frequency)]);
    if (until)
        out.append(";UNTIL=").append(until_text(*until));
    if (count)
        out.append(";COUNT=").append(std::to_string(*count));
    if (interval != 1)
        out.append(";INTERVAL=").append(std::to_string(interval));
    for (auto const &part : number_parts)
        append_list(out, part.name, this->*part.list, [](int each) { return std::to_string(each); });
    append_list(out, "BYDAY", by_day, [](Day const &each) {
        return (each.nth ? std::to_string(each.nth) : std::string{}).append(weekday_names[each.weekday]);
    });
    append_list(out, "BYMONTH", by_month, [](Month const &each) {
        return std::to_string(each.number).append(each.is_leap ? "L" : "");
    });
    if (week_start != 1)
        out.append(";WKST=").append(weekday_names[week_start]);
    if (skip != Skip::omit)
        out.append(";SKIP=").append(skip_names[static_cast<size_t>(skip)]);
    return out;
}

std::optional<LocalTime> RecurrenceRule::last_start(SeriesStart const &start) const
{
    if (!until)
        return std::nullopt;
    LocalTime time = until->time;
    bool const is_midnight = floor<days>(time) == time; // in a series of dates midnight UTC is the date
    if (until->form == Until::Form::utc && !(start.is_date && is_midnight))
        time = start.zone.to_local(Instant::from_seconds(time.time_since_epoch().count()));
    // A date, and whatever stands for one in a series of dates, is the whole day.
    if (until->form == Until::Form::date || start.is_date)
        return floor<days>(time) + days(1) - seconds(1);
    return time;
}

} // namespace eas
