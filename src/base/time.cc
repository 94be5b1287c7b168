// Instants to text and back by the calendar of <chrono>: no locale, no time zone, no global state.
#include "base/time.h"
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace eas {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

/// The years that four digits hold; what is outside is written as the first or last of them.
constexpr sys_days first_day = std::chrono::year(1) / 1 / 1;
constexpr sys_days day_after_last = std::chrono::year(10'000) / 1 / 1;

/// Broken down for printing.
struct CivilTime {
    int year;
    unsigned month, day, hour, minute, second, millisecond;
};

constexpr int64_t milliseconds_since_epoch(sys_days day)
{
    return std::chrono::milliseconds(day.time_since_epoch()).count();
}

CivilTime civil_time(Instant instant)
{
    using namespace std::chrono;
    auto const time = sys_time<milliseconds>(
        milliseconds(std::clamp(instant.milliseconds, milliseconds_since_epoch(first_day),
                                milliseconds_since_epoch(day_after_last) - 1)));
    auto const day = floor<days>(time);
    year_month_day const date(day);
    auto const in_day = static_cast<unsigned>((time - day).count());
    return {int(date.year()),     unsigned(date.month()), unsigned(date.day()), in_day / 3'600'000,
            in_day / 60'000 % 60, in_day / 1000 % 60,     in_day % 1000};
}

/// Takes the text apart from its front.
class Scanner {
public:
    explicit Scanner(std::string_view text) : m_rest(text) {}

    /// Exactly `count` digits; -1 after a failure.
    int digits(size_t count)
    {
        int number = 0;
        for (size_t i = 0; i < count; i++) {
            if (i >= m_rest.size() || m_rest[i] < '0' || m_rest[i] > '9') {
                m_failed = true;
                return -1;
            }
            number = number * 10 + (m_rest[i] - '0');
        }
        m_rest.remove_prefix(count);
        return number;
    }

    bool accept(char c)
    {
        if (m_rest.empty() || m_rest.front() != c)
            return false;
        m_rest.remove_prefix(1);
        return true;
    }

    /// `c`, if the form has separators at all.
    void separator(bool expected, char c)
    {
        if (expected && !accept(c))
            m_failed = true;
    }

    /// ".5" -> 500; digits after the third are dropped; 0 if there is no fraction.
    int fraction_milliseconds()
    {
        if (!accept('.'))
            return 0;
        int milliseconds = digits(1) * 100;
        for (int unit = 10; !m_rest.empty() && m_rest.front() >= '0' && m_rest.front() <= '9'; unit /= 10)
            milliseconds += digits(1) * unit;
        return milliseconds;
    }

    bool at_end() const { return !m_failed && m_rest.empty(); }

private:
    std::string_view m_rest;
    bool m_failed = false;
};

} // namespace

std::string format_datetime(Instant instant)
{
    CivilTime const t = civil_time(instant);
    std::array<char, 32> text{};
    int const length = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02u:%02u:%02u.%03uZ", t.year,
                                     t.month, t.day, t.hour, t.minute, t.second, t.millisecond);
    return {text.data(), static_cast<size_t>(length)};
}

std::string format_compact_datetime(Instant instant)
{
    CivilTime const t = civil_time(instant);
    std::array<char, 32> text{};
    int const length = std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02u%02u%02uZ", t.year, t.month,
                                     t.day, t.hour, t.minute, t.second);
    return {text.data(), static_cast<size_t>(length)};
}

std::optional<Instant> parse_datetime(std::string_view text)
{
    bool const separators = text.size() > 4 && text[4] == '-';
    Scanner scanner(text);
    int const year = scanner.digits(4);
    scanner.separator(separators, '-');
    int const month = scanner.digits(2);
    scanner.separator(separators, '-');
    int const day = scanner.digits(2);
    scanner.separator(true, 'T');
    int const hour = scanner.digits(2);
    scanner.separator(separators, ':');
    int const minute = scanner.digits(2);
    scanner.separator(separators, ':');
    int const second = scanner.digits(2);
    int const millisecond = scanner.fraction_milliseconds();
    scanner.separator(true, 'Z');
    if (!scanner.at_end() || year == 0)
        return std::nullopt;

    auto const date = std::chrono::year(year) / month / day;
    bool const is_end_of_day =
        hour == 24 && minute == 0 && second == 0 && millisecond == 0; // MS-ASDTYPE 2.3: 00-24
    if (!date.ok() || (hour > 23 && !is_end_of_day) || minute > 59 || second > 59)
        return std::nullopt;
    int64_t const seconds_in_day = hour * 3600 + minute * 60 + second;
    return Instant{milliseconds_since_epoch(date) + seconds_in_day * 1000 + millisecond};
}

} // namespace eas
