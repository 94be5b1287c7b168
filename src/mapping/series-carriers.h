// Which patterns have an instance on each of some days: what a set of occurrences that no rule gives can be
// told with. See series-form.h.
#pragma once
#include "base/protocol-version.h"
#include "items/recurrence.h"
#include "mapping/event-series.h"
#include <vector>

namespace eas {

/// Recurrences without an end that may have an instance on every day of `occurrences` (one a day, at least
/// one), those of few instances besides first, and the rule of `series` before them if EAS can say it. One
/// that has an instance on every day is among them.
std::vector<Recurrence> carriers_of(std::vector<Occurrence> const &occurrences, EventSeries const &series,
                                    ProtocolVersion version);

/// Those that have an instance on the first of `occurrences`, and on the others or near them.
std::vector<Recurrence> rough_carriers_of(std::vector<Occurrence> const &occurrences);

} // namespace eas
