// Notices a client in a loop: one that sends the same requests over and over as fast as it is answered. Each
// repetition is counted, one is forgiven each second; at the limit requests are refused until that has helped
// (HTTP 503, MS-ASHTTP 3.1.5.2.3). A client that does something in between is not in a loop.
//
// One a connection, in memory: a client that opens a connection for each request is slowed down by that.
#pragma once
#include "base/time.h"
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace eas {

class RepeatLimiter {
public:
    /// 0: no limit.
    explicit RepeatLimiter(uint32_t limit) : m_limit(limit) {}

    enum class Verdict {
        serve,
        refuse_and_tell, ///< the first refusal of a loop: the admin shall know
        refuse,
    };
    Verdict check(std::string_view query, std::string_view body, Instant now);

private:
    bool is_repeated(size_t fingerprint);

    uint32_t m_limit;
    std::array<size_t, 4> m_recent{}; ///< fingerprints: Ping and Sync, say, in turn are a loop too
    size_t m_next = 0;
    int64_t m_counted = 0;
    Instant m_forgiven_until{};
    bool m_told = false;
};

} // namespace eas
