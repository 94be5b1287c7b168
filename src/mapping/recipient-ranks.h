// To whom a user writes, and how often: what the recipient information cache holds (MS-ASCNTC 3.2.4.4). The
// rank of an address is the number of messages that went to it, so that a mail more changes few ranks.
#pragma once
#include "mapping/addresses.h"
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace eas {

struct RankedRecipient {
    std::string name; ///< as the latest message has it that has one; "" if none has
    std::string address;
    int rank = 0; ///< the higher, the more relevant: MS-ASCNTC 2.2.2.64
    bool operator==(RankedRecipient const &) const = default;
};

class RecipientRanks {
public:
    /// `own` are the user's addresses, which are left out.
    explicit RecipientRanks(std::vector<std::string> const &own);

    /// The recipients of the next older message. What went to very many says little of any of them: only the
    /// first ones of a long list count.
    void add(std::vector<Address> const &recipients);

    /// Of equal rank the one first that was written to last.
    std::vector<RankedRecipient> take() &&;

private:
    struct Known {
        RankedRecipient recipient;
        size_t last_message; ///< the latest one that counted
        size_t order;        ///< of appearance, the latest first
    };
    std::vector<std::string> m_own;       ///< lower case
    std::map<std::string, Known> m_known; ///< by address in lower case
    size_t m_messages = 0;
};

} // namespace eas
