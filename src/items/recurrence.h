// How a series recurs, as calendar items and tasks say it in their own namespaces: MS-ASCAL 2.2.2.37 and
// MS-ASTASK 2.2.2.20. They differ in the form of Until, which therefore is a member of the two structs that
// extend this one. mapping/recurrence.h makes an RRULE of it.
#pragma once
#include <cstdint>
#include <optional>

namespace eas {

/// Absent members take the defaults of the specification. Without any member (16.0 on): the item is to
/// recur no more.
struct Recurrence {
    enum class Type { daily = 0, weekly = 1, monthly = 2, monthly_nth = 3, yearly = 5, yearly_nth = 6 };
    std::optional<Type> type{};
    std::optional<uint16_t> occurrences{};  ///< 1 to 999; excludes Until
    std::optional<uint16_t> interval{};     ///< 0 to 999; 0 and absent mean 1
    std::optional<uint8_t> week_of_month{}; ///< 1 to 5; 5 is the last
    std::optional<uint8_t> day_of_week{}; ///< 1 Sunday, 2 Monday, 4 Tuesday ... 64 Saturday, and sums of them
    std::optional<uint8_t> month_of_year{};     ///< 1 to 12
    std::optional<uint8_t> day_of_month{};      ///< 1 to 31
    std::optional<uint8_t> calendar_type{};     ///< MS-ASCAL 2.2.2.10; 14.0 on
    std::optional<bool> is_leap_month{};        ///< 14.0 on
    std::optional<uint8_t> first_day_of_week{}; ///< 0 Sunday to 6 Saturday; 14.1 on
    bool operator==(Recurrence const &) const = default;
};

} // namespace eas
