// Completion and importance of a to-do. MS-ASTASK 2.2.2.7, 2.2.2.8, 2.2.2.14; RFC 5545 3.8.1.8, 3.8.1.9,
// 3.8.1.11, 3.8.2.1.
#pragma once
#include "mapping/ical-document.h"
#include "mapping/ical-time.h"
#include <optional>

namespace eas {

/// Completed; and cancelled, because nothing remains to be done and EAS has no word for it. COMPLETED without
/// STATUS counts too (tasks.org).
bool is_complete(IcalComponent const &todo);
/// When a complete one was completed; if the file does not say, when it was last changed.
Instant completed_at(IcalComponent const &todo, IcalZones &zones);
void set_complete(IcalComponent &todo, Instant when);
/// Open again.
void set_open(IcalComponent &todo);

/// Of PRIORITY: 1 to 4 is 2 (high), 6 to 9 is 0 (low), all else 1. A number that EAS does not know is kept as
/// X-EAS-IMPORTANCE beside PRIORITY:0.
int importance_of(IcalComponent const &todo);
void set_importance(IcalComponent &todo, int importance);

} // namespace eas
