// The TimeZone structure of calendar items: MS-ASDTYPE 2.7.4, 172 bytes in base64, Windows'
// TIME_ZONE_INFORMATION. It holds one pair of yearly rules and no history, so the rules are those that hold
// at the item's date, and as long as possible after it.
#pragma once
#include "base/time.h"
#include "mapping/zone-names.h"
#include "mapping/zone.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eas {

/// SYSTEMTIME. With year 0: `day` is the week of the month (1 to 5, 5 the last) of `day_of_week`; otherwise a
/// date.
struct SystemTime {
    uint16_t year = 0, month = 0, day_of_week = 0, day = 0, hour = 0, minute = 0, second = 0,
             milliseconds = 0;
    bool operator==(SystemTime const &) const = default;
};

/// Offsets are what must be added to local time to get UTC, in minutes.
struct TimeZoneStructure {
    int32_t bias = 0;
    std::string standard_name; ///< UTF-8; "" with many clients
    SystemTime standard_date;  ///< the end of daylight time, in daylight time; month 0: there is none
    int32_t standard_bias = 0;
    std::string daylight_name;
    SystemTime daylight_date; ///< its start, in standard time
    int32_t daylight_bias = 0;
    bool operator==(TimeZoneStructure const &) const = default;
};

/// Nothing if `text` is not base64 of 172 bytes. Dates that do not exist and biases over 52 hours
/// are refused too.
std::optional<TimeZoneStructure> parse_time_zone(std::string_view text);
/// Names are cut to 31 UTF-16 units.
std::string format_time_zone(TimeZoneStructure const &structure);

/// The rules of the structure as a zone, the same in all years.
Zone zone_of(TimeZoneStructure const &structure);

/// The structure that agrees with `zone` from `start` on for as long as possible, at least for that day.
/// Where the zone has seconds in its offset (before 1972) it is rounded to the minute. `windows_name` ("W.
/// Europe Standard Time", or "") becomes the names.
TimeZoneStructure structure_of(Zone const &zone, Instant start, std::string_view windows_name);

/// A zone for an iCalendar file.
struct ChosenZone {
    std::string tzid;
    std::shared_ptr<Zone const> zone;
    bool is_named = true; ///< false: made from the structure; tzdata has no such zone
};

/// The zone that a client means with `structure` in an item that starts at `start`: `present` (the zone that
/// the item has, or null) if it has these rules; else that of the structure's names, the user's own, the best
/// known one that has them; else one like the structure itself. Rules are compared over the year after
/// `start`, and if none agrees over the year after `now`, since clients send their present rules with old
/// items too. Where daylight time has no dates the name decides alone.
ChosenZone choose_zone(TimeZoneStructure const &structure, Instant start, Instant now, ZoneNames const &names,
                       NamedZone const &users_own, NamedZone const *present);

} // namespace eas
