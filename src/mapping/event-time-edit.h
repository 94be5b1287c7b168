// The times that a client writes, as DTSTART and DTEND with the zones that they need.
// MS-ASCAL 2.2.2.1, 2.2.2.42, 2.2.2.44.
#pragma once
#include "items/calendar.h"
#include "mapping/event-series.h"
#include "mapping/time-zone.h"

namespace eas {

/// Of an Event or Exception. Without a zone `instant`s are in that of `present`, or in the user's own.
struct WrittenTimes {
    bool is_all_day = false;
    Instant start, end;
    std::optional<TimeZoneStructure> structure; ///< only if it differs from what the client was told
    /// Of an all-day event that says no end: the days that it has had so far. `end` is not looked at then.
    std::optional<std::chrono::days> length{};
};

/// What is meant, in the form that `present` (null: a new event) has as far as possible.
EventTimes meant_times(WrittenTimes const &written, EventTimes const *present,
                       CalendarContext const &context);

/// The day that a client means with the beginning or end of an all-day event: midnight UTC (16.0 on, and some
/// older clients), midnight in `zone`, in the user's own, or what is nearest to it (23:59).
std::chrono::local_days meant_day(Instant instant, Zone const *zone, CalendarContext const &context);

/// A client's Until as every clock understands it: of whole days, midnight UTC of the last one. `zone` is the
/// client's. MS-ASCAL 2.2.2.45.
void settle_last_day(std::optional<CalendarRecurrence> &recurrence, bool is_all_day, Zone const &zone,
                     CalendarContext const &context);

/// Writes DTSTART and DTEND or DURATION where they differ, and adds the VTIMEZONE if the document has none.
void set_times(IcalDocument &document, IcalComponent &component, EventTimes const &present,
               EventTimes wanted);

/// The times of a new component.
void set_new_times(IcalDocument &document, IcalComponent &component, EventTimes times);

} // namespace eas
