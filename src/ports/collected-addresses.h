// The user's book of people to whom mail was sent, for the phone's search; it is not synchronised.
#pragma once
#include "base/result.h"
#include <string>
#include <vector>

namespace eas {

struct CollectedAddress {
    std::string name; ///< "" if the mail had none
    std::string address;
};

class CollectedAddresses {
public:
    virtual ~CollectedAddresses() = default;
    /// Those who are not in the book yet are added; where it gets too large those who were added first go.
    /// temporary, denied, bad_request: some may have been added.
    virtual Result<void> add(std::vector<CollectedAddress> const &addresses) = 0;
};

} // namespace eas
