// When people are busy, for ResolveRecipients. The calendars of users on this server tell
// (stores/calendar-free-busy.h), as far as their owners let others see it.
#pragma once
#include "base/result.h"
#include "base/time.h"
#include <string>
#include <string_view>

namespace eas {

class FreeBusy {
public:
    /// What a digit of merged() means; the higher one counts where several hold. MS-ASCMD 2.2.3.107.
    static constexpr char free = '0', tentative = '1', busy = '2', out_of_office = '3', no_data = '4';
    /// Of one answer. MS-ASCMD 2.2.3.107.
    static constexpr size_t most_digits = 32768;

    virtual ~FreeBusy() = default;
    /// A digit for each 30 minutes from `start` on, the last one for what is left before `end`; "" if `end`
    /// is not after `start`. not_found: nobody here has that address, or keeps a calendar; denied: the asking
    /// user may not see it; too_large: over most_digits; temporary.
    virtual Result<std::string> merged(std::string_view address, Instant start, Instant end) = 0;
};

} // namespace eas
