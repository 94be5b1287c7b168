// ReminderSet and ReminderTime (MS-ASTASK 2.2.2.22, 2.2.2.23) of a to-do's alarms. RFC 5545 3.6.6, RFC 9074.
// A client may set a reminder without a time, and an alarm cannot be without one. Then it comes when the task
// is due or starts; a task that has no date either keeps X-EAS-REMINDER-SET until it gets one.
#pragma once
#include "mapping/ical-properties.h"
#include "mapping/task-dates.h"
#include <optional>

namespace eas {

/// When the first alarm comes that a person sees or hears and has not dismissed (ACKNOWLEDGED, Thunderbird's
/// X-MOZ-LASTACK). `times` are those of the instance that is shown.
std::optional<Instant> reminder_of(IcalComponent const &todo, TaskTimes const &times, IcalZones &zones);

/// A reminder is set, and nothing says for when.
bool has_timeless_reminder(IcalComponent const &todo);
void set_timeless_reminder(IcalComponent &todo, bool is_set);

/// Moves that alarm, or adds one. In a series it is written relative to its dates, so that it comes for each
/// instance.
void set_reminder(IcalComponent &todo, Instant wanted, TaskTimes const &times, bool is_series,
                  IcalZones &zones);

} // namespace eas
