// RRULE of iCalendar: RFC 5545 3.3.10, with RSCALE and SKIP of RFC 7529. Our own and not libical's, because
// libical 3.0.16 needs seconds for rules that never match, and never ends with some of RSCALE.
#pragma once
#include "base/result.h"
#include "mapping/zone.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// Where a series begins and whose clocks it follows.
struct SeriesStart {
    LocalTime time;
    bool is_date = false; ///< all day; `time` is midnight
    Zone const &zone;     ///< must stay alive. Floating: any zone, the same for all calls
};

struct RecurrenceRule {
    enum class Frequency : uint8_t { secondly, minutely, hourly, daily, weekly, monthly, yearly };
    enum class Skip : uint8_t { omit, backward, forward };
    struct Until {
        enum class Form : uint8_t { date, local, utc } form = Form::utc;
        LocalTime time; ///< with Form::utc a clock's in UTC; with Form::date the beginning of the day
        bool operator==(Until const &) const = default;
    };
    struct Day {
        int nth = 0;         ///< from the start (1 on) or the end (-1 on) of month or year; 0: each
        uint8_t weekday = 0; ///< 0 Sunday
        bool operator==(Day const &) const = default;
    };
    struct Month {
        uint8_t number = 1; ///< 1 to 13
        bool is_leap = false;
        bool operator==(Month const &) const = default;
    };

    Frequency frequency = Frequency::daily;
    uint32_t interval = 1;
    std::optional<uint32_t> count;
    std::optional<Until> until;
    uint8_t week_start = 1; ///< 0 Sunday
    std::vector<int> by_second, by_minute, by_hour, by_month_day, by_year_day, by_week_number,
        by_set_position;
    std::vector<Day> by_day;
    std::vector<Month> by_month;
    std::string rscale; ///< upper case; "" is GREGORIAN
    Skip skip = Skip::omit;
    bool operator==(RecurrenceRule const &) const = default;

    /// The value of an RRULE property. bad_request names the part that is wrong.
    static Result<RecurrenceRule> parse(std::string_view text);
    std::string to_string() const;

    /// The latest start that an instance can have; nothing if there is no UNTIL.
    std::optional<LocalTime> last_start(SeriesStart const &start) const;
};

} // namespace eas
