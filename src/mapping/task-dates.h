// Dates of a to-do: DTSTART, DUE (or DURATION) as EAS's pairs of local and UTC dates. MS-ASTASK 2.2.2.12,
// 2.2.2.26, 2.2.2.31, 2.2.2.32.
//
// Phones mean days. A local date at midnight is a DATE in the file, which is the same day in every zone; only
// another time of the day makes it a DATE-TIME.
#pragma once
#include "items/task.h"
#include "mapping/ical-time.h"
#include <optional>

namespace eas {

struct TaskTimes {
    std::optional<IcalTime> start, due;
    /// What a series is counted from.
    std::optional<IcalTime> const &anchor() const { return start ? start : due; }
};

TaskTimes task_times_of(IcalComponent const &todo, IcalZones &zones);
/// Moves clocks by `seconds`, whatever the zone's offset is then.
IcalTime moved(IcalTime time, std::chrono::seconds seconds);

/// The local date, written as if it were UTC, and the instant. A time of a zone is told with that zone's
/// clocks.
struct DatePair {
    std::optional<TaskDate> local, utc;
};
DatePair date_pair_of(IcalTime const &time, IcalZones &zones);
/// The time that a client means; `before` is what it replaces. Nothing if both members are absent or empty.
std::optional<IcalTime> time_of_pair(DatePair const &pair, std::optional<IcalTime> const &before,
                                     IcalZones const &zones);

/// Writes DTSTART and DUE; a DURATION gives way. Both get the same kind of value, as RFC 5545 3.8.2.3 wants.
void set_task_times(IcalComponent &todo, TaskTimes const &wanted, IcalZones &zones);

} // namespace eas
