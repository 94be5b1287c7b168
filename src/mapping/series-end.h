// A series that ends at one of its instances, and messages that speak of an instance and all that follow it:
// RECURRENCE-ID;RANGE=THISANDFUTURE. RFC 5545 3.2.13, RFC 5546 3.2.2.1 and 3.2.5.
#pragma once
#include "mapping/calendar-context.h"
#include "mapping/ical-document.h"

namespace eas {

/// Whether what `event` says of its instance holds for all later ones, too.
bool is_and_future(IcalComponent const &event);

/// Takes away what `series`, the master in `document`, has after `last`: UNTIL ends its rules and RDATEs go.
/// Components with RECURRENCE-ID stay. Nothing is changed in a series that ends before.
void end_series(IcalDocument const &document, IcalComponent &series, Instant last,
                CalendarContext const &context);

} // namespace eas
