// The instances of a recurrence rule within a window. Every day is looked at, one after the other, and asked
// whether the rule takes it: simple, right in every calendar, and bounded by the window whatever the rule
// says.
#pragma once
#include "mapping/recurrence-rule.h"
#include <cstddef>
#include <vector>

namespace eas {

struct Expansion {
    std::vector<LocalTime> instances; ///< in order, each once
    /// False if a limit ended it before the window did, or the rule's calendar is unknown: there may be more.
    bool is_complete = true;
};

/// Instances from `begin` on and before `end`, `most` at most. The start itself is one only if the rule gives
/// it. EXDATE, RDATE and RECURRENCE-ID are the caller's. COUNT and UNTIL are obeyed.
Expansion expand(RecurrenceRule const &rule, SeriesStart const &start, LocalTime begin, LocalTime end,
                 size_t most = 10'000);

/// The last instance of a rule with COUNT or UNTIL; nothing if it has neither, has no instance or too many.
std::optional<LocalTime> last_instance(RecurrenceRule const &rule, SeriesStart const &start);

} // namespace eas
