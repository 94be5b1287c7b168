// When the events of a calendar make their owner busy: MergedFreeBusy's digits. MS-ASCMD 2.2.3.107.
#pragma once
#include "base/time.h"
#include "mapping/calendar-context.h"
#include <cstddef>
#include <string>
#include <string_view>

namespace eas {

class BusyTimes {
public:
    /// A digit for each 30 minutes from `start` on; the last one may be for less. `context` must stay alive.
    BusyTimes(Instant start, Instant end, CalendarContext const &context);

    /// How many digits that are; 0 if `end` is not after `start`.
    static size_t count(Instant start, Instant end);

    /// Takes an item's text into account. What is broken is left out.
    void add(std::string_view text);
    std::string const &digits() const { return m_digits; }

private:
    void mark(Instant from, Instant to, char digit);

    Instant m_start, m_end;
    CalendarContext const &m_context;
    std::string m_digits;
};

} // namespace eas
