// Recurrence of calendar items and tasks (MS-ASCAL 2.2.2.37, MS-ASTASK 2.2.2.20) as a rule of iCalendar, and
// back. Back, a rule is either said exactly or not at all; then the caller sends its instances
// (recurrence-expansion.h).
//
// An UNTIL or a Recurrence that means what was there before should leave the file's RRULE as it is: compare
// what express() gave for it with what the client sent.
#pragma once
#include "base/protocol-version.h"
#include "items/recurrence.h"
#include "mapping/recurrence-rule.h"
#include <optional>

namespace eas {

/// Whether two CalendarTypes have the same months and days; years may have other names. MS-ASCAL 2.2.2.10.
bool is_same_calendar(uint8_t type, uint8_t other);

/// The rule that a client means in an item that starts at `start`. `until` is its Until: the start of the
/// last instance, or (Android) midnight UTC of its date, or its local midnight, or else no instance starts
/// later. bad_request if an element
/// that its Type needs is missing or wrong, or nobody can compute its CalendarType.
Result<RecurrenceRule> rule_of(Recurrence const &recurrence, std::optional<Instant> until,
                               SeriesStart const &start);

struct ExpressedRecurrence {
    Recurrence recurrence;
    std::optional<Instant> until; ///< the start of the last instance that can be
    bool operator==(ExpressedRecurrence const &) const = default;
};

/// The Recurrence with the same instances; nothing if there is none in that version. A COUNT above
/// `most_occurrences` (999 in calendars, 255 in tasks by their schema) becomes an Until. The start need be
/// none of them ("from Tuesday on, each Monday"): then it is one besides, for iCalendar as for most clients.
std::optional<ExpressedRecurrence> express(RecurrenceRule const &rule, SeriesStart const &start,
                                           ProtocolVersion version, uint16_t most_occurrences = 999);

} // namespace eas
