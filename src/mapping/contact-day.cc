// See contact-day.h.
#include "mapping/contact-day.h"
#include "base/text.h"
#include "base/time.h"
#include <algorithm>

namespace eas {

namespace {

constexpr int64_t hour = 3600;
constexpr char year_of_none[] = "1604";

bool are_digits(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The eight digits of a day; "" if `stored` has none.
std::string digits_of(std::string_view stored)
{
    stored = trim(stored);
    if (stored.size() == 7 && stored.starts_with("--"))
        return year_of_none + std::string(stored.substr(2, 2)) + std::string(stored.substr(5));
    if (stored.size() >= 10 && stored[4] == '-' && stored[7] == '-')
        return std::string(stored.substr(0, 4)) + std::string(stored.substr(5, 2)) +
               std::string(stored.substr(8, 2));
    return std::string(stored.substr(0, 8));
}

} // namespace

std::optional<std::string> contact_day(std::string_view written)
{
    auto const instant = parse_datetime(written);
    if (!instant)
        return std::nullopt;
    int64_t const second = instant->seconds();
    int64_t const of_day = ((second % (24 * hour)) + 24 * hour) % (24 * hour);
    int64_t const midnight = second - of_day + (of_day > 12 * hour ? 24 * hour : 0);
    return format_datetime(Instant::from_seconds(midnight)).substr(0, 10);
}

std::optional<std::string> contact_day_on_wire(std::string_view stored)
{
    auto const digits = digits_of(stored);
    if (digits.size() != 8 || !are_digits(digits))
        return std::nullopt;
    auto const text =
        digits.substr(0, 4) + '-' + digits.substr(4, 2) + '-' + digits.substr(6, 2) + "T11:59:00.000Z";
    return parse_datetime(text) ? std::optional(text) : std::nullopt;
}

} // namespace eas
