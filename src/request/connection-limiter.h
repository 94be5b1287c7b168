// Notices a device that opens a connection for each of its requests without end, which RepeatLimiter, one a
// connection, cannot see. Each connection that was let in is counted, some are forgiven each second; at the
// limit further ones are refused until that has helped (HTTP 503, MS-ASHTTP 2.2.2.1.2.13, 3.1.5.2.3).
//
// What counts are log-ins that succeeded: whoever does not know the password cannot lock a device out.
#pragma once
#include "base/time.h"
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace eas {

class ConnectionLimiter {
public:
    /// 0: no limit.
    explicit ConnectionLimiter(uint32_t limit) : m_limit(limit) {}

    enum class Verdict {
        admit,
        refuse_and_tell, ///< the first refusal: the admin shall know
        refuse,
    };
    /// `client`: the user with the device.
    Verdict check(std::string_view client, Instant now);
    /// A connection of `client` was let in.
    void count(std::string_view client, Instant now);

private:
    struct Account {
        int64_t connections = 0;
        Instant forgiven_until{};
        bool told = false;
    };

    void forgive(Account &account, Instant now) const;
    void forget_idle(Instant now);

    uint32_t m_limit;
    std::unordered_map<size_t, Account> m_accounts; ///< by the client's hash
};

} // namespace eas
