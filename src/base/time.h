// Instants as EAS writes them. MS-ASDTYPE 2.3 (dateTime) and 2.7.5 (Compact DateTime).
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eas {

/// An instant in UTC, in milliseconds since 1970-01-01T00:00:00Z.
struct Instant {
    int64_t milliseconds = 0;
    static Instant from_seconds(int64_t seconds) { return {seconds * 1000}; }
    int64_t seconds() const { return (milliseconds - (((milliseconds % 1000) + 1000) % 1000)) / 1000; }
    auto operator<=>(Instant const &) const = default;
};

/// "2026-11-22T09:58:07.000Z"
std::string format_datetime(Instant instant);
/// "20261122T095807Z"
std::string format_compact_datetime(Instant instant);
/// Reads both forms, with or without a fraction; nothing if `text` is neither.
std::optional<Instant> parse_datetime(std::string_view text);

} // namespace eas
