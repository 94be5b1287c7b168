// The instances of a recurrence rule within a window. Every day is looked at, one after the other, and asked
// whether the rule takes it: simple, right in every calendar, and bounded by the window whatever the rule
// says.
#pragma once
#include "mapping/recurrence-rule.h"
#include <cstddef>
#include <cstdint>
#include <vector>

namespace eas {

struct Expansion {
    std::vector<LocalTime> instances; ///< in order, each once
    /// False if a limit ended it before the window did, or the rule's calendar is unknown: there may be more.
    bool is_complete = true;
};

/// What may be spent on an expansion, or on all of one object together: real rules need little, and hostile
/// ones would walk for ever.
struct ExpansionBudget {
    int64_t days = 300'000; ///< to walk: some 800 years; a day of a calendar that ICU computes counts tenfold
    size_t steps = 500'000; ///< of hours, minutes or seconds
    size_t times = 500'000; ///< before BYSETPOS and the window choose
};

/// Instances from `begin` on and before `end`, `most` at most. The start itself is one only if the rule gives
/// it. EXDATE, RDATE and RECURRENCE-ID are the caller's. COUNT and UNTIL are obeyed.
/// `shared` is what several expansions may spend together; null: a budget of its own.
Expansion expand(RecurrenceRule const &rule, SeriesStart const &start, LocalTime begin, LocalTime end,
                 size_t most = 10'000, ExpansionBudget *shared = nullptr);

/// The last instance of a rule with COUNT or UNTIL; nothing if it has neither, has no instance or too many.
std::optional<LocalTime> last_instance(RecurrenceRule const &rule, SeriesStart const &start);

} // namespace eas
