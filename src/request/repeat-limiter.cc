// See repeat-limiter.h.
#include "request/repeat-limiter.h"
#include <algorithm>
#include <functional>

namespace eas {

RepeatLimiter::Verdict RepeatLimiter::check(std::string_view query, std::string_view body, Instant now)
{
    if (m_limit == 0)
        return Verdict::serve;
    std::hash<std::string_view> hash;
    if (!is_repeated(hash(query) * 31 + hash(body)))
        return Verdict::serve;
    auto seconds = (now.milliseconds - m_forgiven_until.milliseconds) / 1000;
    if (seconds < 0 || seconds >= m_counted) { // also where the clock was set back
        m_counted = 0;
        m_told = false;
        m_forgiven_until = now;
    } else {
        m_counted -= seconds;
        m_forgiven_until.milliseconds += seconds * 1000;
    }
    if (m_counted < m_limit) {
        ++m_counted;
        return Verdict::serve;
    }
    bool told = m_told;
    m_told = true;
    return told ? Verdict::refuse : Verdict::refuse_and_tell;
}

bool RepeatLimiter::is_repeated(size_t fingerprint)
{
    if (std::ranges::find(m_recent, fingerprint) != m_recent.end())
        return true;
    m_recent[m_next++ % m_recent.size()] = fingerprint;
    return false;
}

} // namespace eas
