// What is odd in an item that is synchronised all the same, for the admin whose user asks why an event is at
// another time, comes once only, or ends on the phone next year.
#pragma once
#include "base/time.h"
#include "mapping/ical-document.h"
#include "mapping/zone-names.h"
#include <string>
#include <vector>

namespace eas {

/// "its RRULE is broken (...): ..." and the like; a few at most.
std::vector<std::string> ical_remarks(IcalDocument const &document, ZoneNames const &names, Instant now);

} // namespace eas
