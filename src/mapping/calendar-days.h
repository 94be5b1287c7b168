// Days in the calendars that recurrence rules can name: the Gregorian one by <chrono>, others (RSCALE, RFC
// 7529) by ICU.
#pragma once
#include <chrono>
#include <memory>
#include <string_view>

namespace eas {

/// One day as a calendar counts it.
struct CalendarDay {
    int year = 0; ///< of the calendar's own era
    int month = 1;
    bool is_leap_month = false;
    int day = 1;
    int days_in_month = 31;
    int day_of_year = 1;
    int days_in_year = 365;
    bool operator==(CalendarDay const &) const = default;
};

class CalendarDays {
public:
    /// Null if ICU knows no calendar of that name; "" is Gregorian.
    static std::unique_ptr<CalendarDays> make(std::string_view rscale);
    virtual ~CalendarDays() = default;
    virtual CalendarDay day(std::chrono::local_days day) = 0;
};

} // namespace eas
