// RFC 8536: a header and data with 32-bit times, the same with 64-bit times, a footer. Only the second is
// read.
#include "mapping/zone-file.h"
#include "base/text.h"
#include <algorithm>

namespace eas {
namespace {

constexpr uint32_t most_entries = 10'000; ///< no zone of tzdata has a tenth of that
constexpr int32_t most_offset_seconds = 26 * 3600;

uint64_t big_endian(std::string_view bytes)
{
    uint64_t number = 0;
    for (char const c : bytes)
        number = number << 8 | static_cast<unsigned char>(c);
    return number;
}

/// Takes bytes from the front; all that is missing makes it fail for good.
class Cutter {
public:
    explicit Cutter(std::string_view bytes) : m_rest(bytes) {}
    std::string_view take(size_t size)
    {
        if (size > m_rest.size())
            m_failed = true;
        if (m_failed)
            return {};
        auto const front = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return front;
    }
    uint32_t count() { return static_cast<uint32_t>(big_endian(take(4))); }
    std::string_view rest() const { return m_rest; }
    bool failed() const { return m_failed; }

private:
    std::string_view m_rest;
    bool m_failed = false;
};

struct Counts {
    uint32_t utc_flags = 0, standard_flags = 0, leaps = 0, times = 0, types = 0, characters = 0;

    bool are_sane() const
    {
        return utc_flags <= most_entries && standard_flags <= most_entries && leaps <= most_entries &&
               times <= most_entries && types >= 1 && types <= 256 && characters <= most_entries;
    }
    size_t data_bytes(size_t time_bytes) const
    {
        return times * (time_bytes + 1) + types * 6 + characters + leaps * (time_bytes + 4) + standard_flags +
               utc_flags;
    }
};

/// Nothing if there is no header of version 2 or later.
std::optional<Counts> read_header(Cutter &file)
{
    auto const start = file.take(20);
    if (!start.starts_with("TZif") || start[4] < '2')
        return std::nullopt;
    Counts counts;
    for (auto *each : {&counts.utc_flags, &counts.standard_flags, &counts.leaps, &counts.times, &counts.types,
                       &counts.characters})
        *each = file.count();
    if (file.failed() || !counts.are_sane())
        return std::nullopt;
    return counts;
}

// POSIX TZ ------------------------------------------------------------------------------------------------

class RuleScanner {
public:
    explicit RuleScanner(std::string_view text) : m_rest(text) {}

    bool accept(char c)
    {
        if (!m_rest.starts_with(c))
            return false;
        m_rest.remove_prefix(1);
        return true;
    }
    /// "CET" or "<+0330>"
    bool name()
    {
        bool const is_quoted = accept('<');
        size_t length = 0;
        while (length < m_rest.size() && is_name(m_rest[length], is_quoted))
            length++;
        m_rest.remove_prefix(length);
        return length >= 3 && (!is_quoted || accept('>'));
    }
    std::optional<int32_t> number(int32_t lowest, int32_t highest)
    {
        int32_t value = 0;
        size_t digits = 0;
        while (digits < m_rest.size() && digits < 4 && m_rest[digits] >= '0' && m_rest[digits] <= '9')
            value = value * 10 + (m_rest[digits++] - '0');
        m_rest.remove_prefix(digits);
        if (digits == 0 || value < lowest || value > highest)
            return std::nullopt;
        return value;
    }
    /// [+-]hh[:mm[:ss]] in seconds
    std::optional<int32_t> time()
    {
        int32_t const sign = accept('-') ? -1 : (accept('+'), 1);
        auto const hours = number(0, 167);
        if (!hours)
            return std::nullopt;
        int32_t seconds = *hours * 3600;
        for (int32_t unit = 60; unit >= 1 && accept(':'); unit /= 60) {
            auto const part = number(0, 59);
            if (!part)
                return std::nullopt;
            seconds += *part * unit;
        }
        return sign * seconds;
    }
    bool at_end() const { return m_rest.empty(); }
    char next() const { return m_rest.empty() ? '\0' : m_rest.front(); }

private:
    static bool is_name(char c, bool is_quoted)
    {
        bool const is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        return is_letter || (is_quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'));
    }
    std::string_view m_rest;
};

/// ",M3.5.0/2"
std::optional<YearlyDate> date(RuleScanner &scanner)
{
    constexpr int32_t two_o_clock = 2 * 3600;
    YearlyDate date;
    if (!scanner.accept(','))
        return std::nullopt;
    if (scanner.accept('M')) {
        auto const month = scanner.number(1, 12);
        auto const week = scanner.accept('.') ? scanner.number(1, 5) : std::nullopt;
        auto const weekday = scanner.accept('.') ? scanner.number(0, 6) : std::nullopt;
        if (!month || !week || !weekday)
            return std::nullopt;
        date.month = static_cast<uint8_t>(*month);
        date.week = static_cast<uint8_t>(*week);
        date.weekday = static_cast<uint8_t>(*weekday);
    } else {
        bool const is_julian = scanner.accept('J');
        auto const day = scanner.number(is_julian ? 1 : 0, 365);
        if (!day)
            return std::nullopt;
        date.kind = is_julian ? YearlyDate::Kind::day_without_leap : YearlyDate::Kind::day_of_year;
        date.day = static_cast<uint16_t>(*day);
    }
    auto const seconds = scanner.accept('/') ? scanner.time() : two_o_clock;
    if (!seconds)
        return std::nullopt;
    date.seconds = *seconds;
    return date;
}

} // namespace

std::optional<YearlyChange> parse_posix_rule(std::string_view text)
{
    RuleScanner scanner(text);
    auto const is_offset = [](int32_t seconds) {
        return seconds >= -most_offset_seconds && seconds <= most_offset_seconds;
    };
    auto const standard = scanner.name() ? scanner.time() : std::nullopt;
    if (!standard || !is_offset(*standard))
        return std::nullopt;
    YearlyChange rule{-*standard, -*standard, {}, {}};
    if (scanner.at_end())
        return rule;
    if (!scanner.name())
        return std::nullopt;
    auto const daylight = scanner.next() == ',' ? *standard - 3600 : scanner.time();
    auto const to_daylight = date(scanner);
    auto const to_standard = to_daylight ? date(scanner) : std::nullopt;
    if (!daylight || !is_offset(*daylight) || !to_standard || !scanner.at_end())
        return std::nullopt;
    return YearlyChange{-*standard, -*daylight, *to_daylight, *to_standard};
}

std::optional<Zone> parse_zone_file(std::string_view bytes)
{
    Cutter file(bytes);
    auto const old_counts = read_header(file);
    if (!old_counts)
        return std::nullopt;
    file.take(old_counts->data_bytes(4));
    auto const counts = read_header(file);
    if (!counts)
        return std::nullopt;
    auto const times = file.take(counts->times * size_t{8});
    auto const indexes = file.take(counts->times);
    auto const types = file.take(counts->types * size_t{6});
    file.take(counts->data_bytes(8) - times.size() - indexes.size() - types.size());
    auto const footer = trim(file.rest());
    auto const rule = parse_posix_rule(footer);
    if (file.failed() || (!rule && !footer.empty()))
        return std::nullopt;

    auto const offset = [&](size_t type) {
        return static_cast<int32_t>(static_cast<uint32_t>(big_endian(types.substr(type * 6, 4))));
    };
    for (size_t type = 0; type < counts->types; type++)
        if (offset(type) < -most_offset_seconds || offset(type) > most_offset_seconds)
            return std::nullopt;
    std::vector<Transition> transitions;
    for (size_t i = 0; i < counts->times; i++) {
        auto const type = static_cast<unsigned char>(indexes[i]);
        auto const at = static_cast<int64_t>(big_endian(times.substr(i * 8, 8)));
        if (type >= counts->types || (!transitions.empty() && at <= transitions.back().at))
            return std::nullopt;
        transitions.push_back({at, offset(type)});
    }
    return Zone(offset(0), std::move(transitions), rule);
}

} // namespace eas
