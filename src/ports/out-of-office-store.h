// Where a user's automatic replies are kept and sent from, while phones only say what to reply. Sieve's
// vacation implements it (plugin/sieve); a user may have none.
#pragma once
#include "base/result.h"
#include "items/out-of-office.h"
#include <string>
#include <vector>

namespace eas {

class OutOfOfficeStore {
public:
    virtual ~OutOfOfficeStore() = default;
    /// What is in force. Replies that another program switched off, or on again, are told so.
    virtual Result<OutOfOffice> get() = 0;
    /// `known` are addresses outside the organization that count as known. denied: the user may have no
    /// scripts, or not one more; bad_request: what was asked for cannot be done; temporary.
    virtual Result<void> set(OutOfOffice const &wanted, std::vector<std::string> const &known) = 0;
};

} // namespace eas
