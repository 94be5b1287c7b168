// A time zone as offsets from UTC over time, wherever it came from: tzdata, a VTIMEZONE or a client's
// structure. All that maps zones works on this one type; no library's global zone objects are used.
#pragma once
#include "base/time.h"
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace eas {

/// A wall clock's time, without its zone.
using LocalTime = std::chrono::local_seconds;

/// A day that comes every year, and a time on it that may lie before (negative) or after (over 24 hours) that
/// day.
struct YearlyDate {
    enum class Kind : uint8_t {
        nth_weekday,      ///< month, week (5 is the last), weekday
        month_day,        ///< month, day; the 29th of February is the 1st of March of other years
        day_of_year,      ///< day from 0, the 29th of February counted
        day_without_leap, ///< day from 1, the 29th of February never counted
    } kind = Kind::nth_weekday;
    uint8_t month = 1, week = 1, weekday = 0; ///< weekday 0 is Sunday
    uint16_t day = 0;
    int32_t seconds = 0; ///< after midnight
    bool operator==(YearlyDate const &) const = default;

    LocalTime in(int year) const;
};

/// From `at` on, clocks are `offset_seconds` ahead of UTC.
struct Transition {
    int64_t at = 0; ///< seconds since 1970-01-01T00:00:00Z
    int32_t offset_seconds = 0;
    bool operator==(Transition const &) const = default;
};

/// Two offsets that alternate every year. `standard` is not always the smaller one (Dublin).
struct YearlyChange {
    int32_t standard_offset_seconds = 0, daylight_offset_seconds = 0;
    YearlyDate to_daylight; ///< in standard time
    YearlyDate to_standard; ///< in daylight time
    bool operator==(YearlyChange const &) const = default;
};

class Zone {
public:
    /// The same offset at all times.
    explicit Zone(int32_t offset_seconds = 0) : m_first_offset(offset_seconds) {}
    /// `first_offset_seconds` before the first of `transitions`, which are in order; after the last one what
    /// `yearly` says. Drops transitions at the end that `yearly` gives anyway.
    Zone(int32_t first_offset_seconds, std::vector<Transition> transitions,
         std::optional<YearlyChange> yearly);

    int32_t offset_seconds(Instant instant) const;
    LocalTime to_local(Instant instant) const;
    /// A time that comes twice is the first one, and one that is skipped is counted with the offset before
    /// the gap. RFC 5545 3.3.5.
    Instant to_instant(LocalTime local) const;
    /// Changes of the offset after `begin` and before `end`, in order.
    std::vector<Transition> transitions(Instant begin, Instant end) const;
    /// What holds at `instant` and ever after, if that is a simple rule.
    std::optional<YearlyChange> yearly_from(Instant instant) const;
    bool is_fixed_from(Instant instant) const;
    /// This zone, and before its first and after its last change what `other` has, if the two agree there. A
    /// single change, and a rule that holds for ever, have no end.
    Zone continued_by(Zone const &other) const;

private:
    std::array<Transition, 2> yearly_transitions(int year) const;
    std::optional<int32_t> yearly_offset(int64_t seconds) const;
    void append_yearly(std::vector<Transition> &out, int64_t begin, int64_t end) const;
    int64_t last_explicit() const;

    int32_t m_first_offset = 0;
    std::vector<Transition> m_transitions;
    std::optional<YearlyChange> m_yearly;
};

/// For how many seconds between `begin` and `end` the two zones' clocks differ.
int64_t seconds_apart(Zone const &a, Zone const &b, Instant begin, Instant end);
/// The first moment from `begin` on at which the two zones' clocks differ; `end` if there is none before.
Instant first_difference(Zone const &a, Zone const &b, Instant begin, Instant end);

/// 14 November 2026 -> the 2nd Saturday; `week` is 1 to 5.
YearlyDate nth_weekday_of(std::chrono::year_month_day date, uint8_t week, int32_t seconds);

} // namespace eas
