// The recurrence that a client writes, and what becomes of RRULE, EXDATE, RDATE and RECURRENCE-ID when a
// series changes.
#pragma once
#include "mapping/shown-event.h"

namespace eas {

/// The rule that the client means, if it is another than it was told. `times` are the new ones of the series.
/// `present` (or null) is the file's: with another end it stays otherwise as it is. bad_request:
/// check_recurrence(), and an element that the Type needs is missing.
Result<std::optional<RecurrenceRule>> changed_rule(std::optional<CalendarRecurrence> const &wanted,
                                                   ShownEvent const &shown, RecurrenceRule const *present,
                                                   EventTimes const &times, ProtocolVersion version);

/// An error: a Recurrence without Type up to 14.1, but for an empty one, which takes the recurrence away, and
/// elements that a Type must not have. MS-ASCAL 2.2.2.37, 3.2.5.3.
Result<void> check_recurrence(Recurrence const &recurrence, ProtocolVersion version);

/// The value of RRULE for a series that starts so: UNTIL has the form of DTSTART. RFC 5545 3.3.10.
std::string rule_text(RecurrenceRule rule, EventTimes const &times);

/// Whether a series that is moved by a day or more, and then has `rule`, begins with another of its
/// occurrences only: the others stay on their days.
bool begins_elsewhere(EventSeries const &before, EventTimes const &now, RecurrenceRule const *rule);

/// UNTIL follows the start of the series to its new time, so that the last instance stays one.
void move_until(IcalComponent &master, SeriesStart const &before, EventTimes const &now, bool stays_on_day);

/// RDATE and EXRULE; with `keeps_exceptions` not EXDATE and components with RECURRENCE-ID.
void remove_exceptions(IcalDocument &document, IcalComponent &master, bool keeps_exceptions);

/// After the series moved from `before` to `now`: EXDATE and RECURRENCE-ID move along.
void move_exceptions(IcalDocument &document, IcalComponent &master, EventSeries const &before,
                     EventTimes const &now, bool stay_on_days);

/// Removes EXDATEs and components whose instance the series has no more.
void drop_stray_exceptions(IcalDocument &document, IcalComponent &master, EventSeries const &series);

/// Adds EXDATEs in the form of the series' start.
void add_excluded(IcalComponent &master, IcalTime const &like, std::vector<LocalTime> const &originals);

/// Wherever it is in the document.
void remove_component(IcalDocument &document, IcalComponent const &component);

} // namespace eas
