// A recurring to-do, which programs keep in three ways:
//   - tasks.org, Evolution, Apple's Reminders, Nextcloud: DTSTART and DUE of the one VTODO move on to the
//   next
//     instance when one is completed;
//   - Thunderbird, KOrganizer: the VTODO stays, and each completed instance becomes one with RECURRENCE-ID;
//   - Outlook: the next task is another item, made by the program; the completed one is DeadOccur
//     (MS-ASTASK 2.2.2.11).
// All are read: the instance that a client is shown is the first that is neither excluded nor done. What we
// write is the first way, because all programs show it right; a dead one keeps its rule under
// X-EAS-DEAD-RRULE, so that no program makes another task of it.
//
// Regenerate (MS-ASTASK 2.2.2.21: the next is counted from the completion) has no word in RFC 5545, and is
// X-EAS-REGENERATE beside the RRULE, by which other programs go.
#pragma once
#include "items/task.h"
#include "mapping/recurrence-rule.h"
#include "mapping/task-dates.h"
#include <optional>
#include <vector>

namespace eas {

struct TaskSeries {
    IcalTime anchor; ///< the instance from which the rule counts
    RecurrenceRule rule;
    std::vector<LocalTime> extra;    ///< RDATE
    std::vector<LocalTime> not_open; ///< EXDATE, and instances that are done or cancelled; sorted
    bool regenerates = false;

    SeriesStart start() const { return {anchor.local, anchor.is_date(), *anchor.zone}; }
    /// The first instance to be done at or after `from`; nothing if there is none in the next 50 years.
    std::optional<LocalTime> open_from(LocalTime from) const;
    /// The one to be done after that at `instance` was completed at `completed`.
    std::optional<LocalTime> next(LocalTime instance, Instant completed) const;
};

/// Nothing if the task does not recur, has no date, or its rule cannot be read. `exceptions` are the VTODOs
/// with RECURRENCE-ID.
std::optional<TaskSeries> series_of(IcalComponent const &todo,
                                    std::vector<IcalComponent const *> const &exceptions, IcalZones &zones);

/// Moves the to-do to a later instance of its series, with COUNT and alarms at fixed times.
void move_to_instance(IcalComponent &todo, TaskSeries const &series, LocalTime instance, IcalZones &zones);

/// As a client of that version is told; nothing if EAS has no words for the rule.
std::optional<TaskRecurrence> task_recurrence_of(IcalComponent const &todo,
                                                 std::optional<TaskSeries> const &series,
                                                 IcalTime const &instance, ProtocolVersion version);

/// Status 6 of MS-ASTASK 2.2.2.4 to 2.2.2.33: bad_request names what is missing or does not belong to Type.
Result<void> check_recurrence(TaskRecurrence const &recurrence);
/// An element without any member.
bool is_cleared(TaskRecurrence const &recurrence);
/// Writes what a client sent; `told` is what it was told. A to-do without dates gets Start as its DTSTART.
Result<void> set_task_recurrence(IcalComponent &todo, TaskRecurrence const &wanted,
                                 std::optional<TaskRecurrence> const &told, IcalZones &zones);

} // namespace eas
