// The wire form, and rules from it and to it. time-zone-choice.cc finds the zone that a client means.
#include "mapping/time-zone.h"
#include "base/text.h"
#include "mapping/charset.h"
#include <algorithm>
#include <cmath>

namespace eas {
namespace {

using namespace std::chrono;

constexpr size_t structure_bytes = 172;
constexpr size_t name_units = 32;
constexpr int32_t most_bias_minutes = 52 * 60; ///< between two offsets of 26 hours, RFC 8536's most
constexpr int32_t day_seconds = 86400;

/// Up to the first NUL.
std::string utf8_of_utf16le(std::string_view units)
{
    size_t end = 0;
    while (end + 1 < units.size() && (units[end] != 0 || units[end + 1] != 0))
        end += 2;
    return decode_charset(units.substr(0, end), "UTF-16LE");
}

/// At most `most_units` of two bytes; whole characters. `text` is valid UTF-8.
std::string utf16le_of_utf8(std::string_view text, size_t most_units)
{
    std::string out;
    auto const append = [&](uint32_t unit) {
        out += static_cast<char>(unit & 0xFF);
        out += static_cast<char>(unit >> 8);
    };
    while (!text.empty()) {
        auto const character = utf8_prefix_characters(text, 1);
        text.remove_prefix(character.size());
        auto const lead = static_cast<unsigned char>(character[0]);
        uint32_t point = character.size() == 1 ? lead : lead & (0x7Fu >> character.size());
        for (char const each : character.substr(1))
            point = point << 6 | (static_cast<unsigned char>(each) & 0x3Fu);
        if (out.size() / 2 + (point > 0xFFFF ? 2 : 1) > most_units)
            break;
        if (point > 0xFFFF)
            append(0xD800 + ((point - 0x10000) >> 10));
        append(point > 0xFFFF ? 0xDC00 + ((point - 0x10000) & 0x3FF) : point);
    }
    return out;
}

class Bytes172 {
public:
    explicit Bytes172(std::string_view bytes) : m_rest(bytes) {}
    uint32_t number(size_t size)
    {
        uint32_t value = 0;
        for (size_t i = size; i-- > 0;)
            value = value << 8 | static_cast<unsigned char>(m_rest[i]);
        m_rest.remove_prefix(size);
        return value;
    }
    int32_t minutes() { return static_cast<int32_t>(number(4)); }
    std::string name()
    {
        auto const units = m_rest.substr(0, name_units * 2);
        m_rest.remove_prefix(units.size());
        return utf8_of_utf16le(units);
    }
    SystemTime time()
    {
        SystemTime time;
        for (auto *field : {&time.year, &time.month, &time.day_of_week, &time.day, &time.hour, &time.minute,
                            &time.second, &time.milliseconds})
            *field = static_cast<uint16_t>(number(2));
        return time;
    }

private:
    std::string_view m_rest;
};

void append_number(std::string &out, uint32_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        out += static_cast<char>(value >> (8 * i) & 0xFF);
}

void append_name(std::string &out, std::string_view name)
{
    auto units = utf16le_of_utf8(name, name_units - 1);
    units.resize(name_units * 2, '\0');
    out += units;
}

void append_time(std::string &out, SystemTime const &time)
{
    for (auto const field : {time.year, time.month, time.day_of_week, time.day, time.hour, time.minute,
                             time.second, time.milliseconds})
        append_number(out, field, 2);
}

bool is_sane(SystemTime const &time)
{
    if (time.month == 0)
        return true;
    bool const is_date = time.year != 0;
    return time.month <= 12 && time.day_of_week <= 6 && time.day >= 1 && time.day <= (is_date ? 31 : 5) &&
           time.hour <= 23 && time.minute <= 59 && time.second <= 59 && time.milliseconds <= 999;
}

bool is_sane(int32_t bias)
{
    return bias >= -most_bias_minutes && bias <= most_bias_minutes;
}

/// 23:59:59.999, and a client's 23:59 or 23:59:59, stand for midnight.
int32_t seconds_in_day(SystemTime const &time)
{
    if (time.hour == 23 && time.minute == 59)
        return day_seconds;
    return time.hour * 3600 + time.minute * 60 + time.second;
}

YearlyDate yearly_date(SystemTime const &time)
{
    YearlyDate date;
    date.month = static_cast<uint8_t>(time.month);
    date.weekday = static_cast<uint8_t>(time.day_of_week);
    date.seconds = seconds_in_day(time);
    if (time.year == 0) {
        date.week = static_cast<uint8_t>(time.day);
    } else {
        date.kind = YearlyDate::Kind::month_day;
        date.day = time.day;
    }
    return date;
}

// From a zone
// -------------------------------------------------------------------------------------------------

SystemTime system_time(YearlyDate const &date)
{
    SystemTime time;
    time.month = date.month;
    time.day_of_week = date.weekday;
    time.day = date.week;
    if (date.seconds >= day_seconds) { // midnight at the end of the day
        time.hour = 23;
        time.minute = time.second = 59;
        time.milliseconds = 999;
    } else {
        time.hour = static_cast<uint16_t>(date.seconds / 3600);
        time.minute = static_cast<uint16_t>(date.seconds / 60 % 60);
        time.second = static_cast<uint16_t>(date.seconds % 60);
    }
    return time;
}

bool is_expressible(YearlyDate const &date)
{
    return date.kind == YearlyDate::Kind::nth_weekday && date.seconds >= 0 && date.seconds <= day_seconds;
}

int32_t bias_of(int32_t offset_seconds)
{
    return static_cast<int32_t>(-std::lround(offset_seconds / 60.0));
}

TimeZoneStructure fixed(int32_t offset_seconds)
{
    TimeZoneStructure structure;
    structure.bias = bias_of(offset_seconds);
    return structure;
}

/// `rule` with the smaller offset as the standard one, as clients expect it.
TimeZoneStructure changing(YearlyChange rule)
{
    if (rule.standard_offset_seconds > rule.daylight_offset_seconds) {
        std::swap(rule.standard_offset_seconds, rule.daylight_offset_seconds);
        std::swap(rule.to_standard, rule.to_daylight);
    }
    auto structure = fixed(rule.standard_offset_seconds);
    structure.daylight_bias = bias_of(rule.daylight_offset_seconds) - structure.bias;
    structure.standard_date = system_time(rule.to_standard);
    structure.daylight_date = system_time(rule.to_daylight);
    return structure;
}

/// What can be said of a moment that is to come again each year: nth or last weekday, midnight as the start
/// or the end of a day.
std::vector<YearlyDate> ways_to_say(LocalTime moment)
{
    std::vector<YearlyDate> ways;
    auto const add = [&](local_days day, seconds in_day) {
        year_month_day const date(day);
        auto const days_left =
            (year_month_day_last(date.year(), month_day_last(date.month())).day() - date.day()).count();
        auto const week = static_cast<uint8_t>((unsigned(date.day()) - 1) / 7 + 1);
        auto const in_day_seconds = static_cast<int32_t>(in_day.count());
        if (days_left < 7)
            ways.push_back(nth_weekday_of(date, 5, in_day_seconds));
        if (week < 5)
            ways.push_back(nth_weekday_of(date, week, in_day_seconds));
    };
    auto const day = floor<days>(moment);
    add(day, moment - day);
    if (moment == day)
        add(day - days(1), days(1));
    return ways;
}

LocalTime local(int64_t at, int32_t offset_seconds)
{
    return LocalTime{seconds(at + offset_seconds)};
}

/// Every pair of rules for a zone that has `first_offset` at `start`, and the two next changes in `changes`.
std::vector<TimeZoneStructure> candidates(Instant start, int32_t first_offset,
                                          std::vector<Transition> const &changes)
{
    std::vector<TimeZoneStructure> all{fixed(first_offset)};
    if (changes.empty())
        return all;
    int32_t const second_offset = changes[0].offset_seconds;
    bool const comes_back = changes.size() > 1 && changes[1].offset_seconds == first_offset;
    // A change for good cannot be said: let the old offset come back when the year is over, as late as
    // possible.
    auto const backs = comes_back ? ways_to_say(local(changes[1].at, second_offset))
                                  : ways_to_say(floor<days>(local(start.seconds(), first_offset)));
    for (auto const &there : ways_to_say(local(changes[0].at, first_offset)))
        for (auto const &back : backs)
            all.push_back(changing({first_offset, second_offset, there, back}));
    return all;
}

TimeZoneStructure best_structure(Zone const &zone, Instant start)
{
    if (zone.is_fixed_from(start))
        return fixed(zone.offset_seconds(start));
    auto const yearly = zone.yearly_from(start);
    if (yearly && is_expressible(yearly->to_standard) && is_expressible(yearly->to_daylight))
        return changing(*yearly);

    constexpr int64_t a_year_and_two_weeks = 380LL * day_seconds, ten_years = 3653LL * day_seconds;
    auto const after = [&](int64_t seconds) { return Instant::from_seconds(start.seconds() + seconds); };
    auto const all =
        candidates(start, zone.offset_seconds(start), zone.transitions(start, after(a_year_and_two_weeks)));
    auto const agrees_until = [&](TimeZoneStructure const &each) {
        return first_difference(zone, zone_of(each), start, after(ten_years));
    };
    return *std::max_element(all.begin(), all.end(),
                             [&](auto const &a, auto const &b) { return agrees_until(a) < agrees_until(b); });
}

} // namespace

std::optional<TimeZoneStructure> parse_time_zone(std::string_view text)
{
    if (text.size() > structure_bytes * 2)
        return std::nullopt;
    auto const bytes = base64_decode(text);
    if (!bytes || bytes->size() != structure_bytes)
        return std::nullopt;
    Bytes172 rest(*bytes);
    TimeZoneStructure structure;
    structure.bias = rest.minutes();
    structure.standard_name = rest.name();
    structure.standard_date = rest.time();
    structure.standard_bias = rest.minutes();
    structure.daylight_name = rest.name();
    structure.daylight_date = rest.time();
    structure.daylight_bias = rest.minutes();
    if (!is_sane(structure.bias) || !is_sane(structure.standard_bias) || !is_sane(structure.daylight_bias) ||
        !is_sane(structure.standard_date) || !is_sane(structure.daylight_date))
        return std::nullopt;
    return structure;
}

std::string format_time_zone(TimeZoneStructure const &structure)
{
    std::string bytes;
    append_number(bytes, static_cast<uint32_t>(structure.bias), 4);
    append_name(bytes, structure.standard_name);
    append_time(bytes, structure.standard_date);
    append_number(bytes, static_cast<uint32_t>(structure.standard_bias), 4);
    append_name(bytes, structure.daylight_name);
    append_time(bytes, structure.daylight_date);
    append_number(bytes, static_cast<uint32_t>(structure.daylight_bias), 4);
    return base64_encode(bytes);
}

Zone zone_of(TimeZoneStructure const &structure)
{
    int32_t const standard = -(structure.bias + structure.standard_bias) * 60;
    if (structure.standard_date.month == 0 || structure.daylight_date.month == 0)
        return Zone(structure.standard_date.month == 0 && structure.daylight_date.month == 0
                        ? -structure.bias * 60
                        : standard);
    int32_t const daylight = -(structure.bias + structure.daylight_bias) * 60;
    return Zone(standard, {},
                YearlyChange{standard, daylight, yearly_date(structure.daylight_date),
                             yearly_date(structure.standard_date)});
}

TimeZoneStructure structure_of(Zone const &zone, Instant start, std::string_view windows_name)
{
    auto structure = best_structure(zone, start);
    structure.standard_name = windows_name;
    structure.daylight_name = windows_name;
    constexpr std::string_view standard = "Standard";
    if (auto const at = structure.daylight_name.rfind(standard); at != std::string::npos)
        structure.daylight_name.replace(at, standard.size(), "Daylight");
    return structure;
}

} // namespace eas
