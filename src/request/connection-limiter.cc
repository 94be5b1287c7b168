// See connection-limiter.h.
#include "request/connection-limiter.h"
#include <algorithm>
#include <functional>

namespace eas {

namespace {

constexpr int64_t forgiven_each_second = 2;
constexpr size_t most_accounts = 20000; // some 64 bytes each

size_t hash_of(std::string_view client)
{
    return std::hash<std::string_view>()(client);
}

} // namespace

void ConnectionLimiter::forgive(Account &account, Instant now) const
{
    auto const seconds = (now.milliseconds - account.forgiven_until.milliseconds) / 1000;
    if (seconds <= 0)
        return;
    account.connections = std::max<int64_t>(account.connections - seconds * forgiven_each_second, 0);
    account.forgiven_until = now;
    account.told &= account.connections > 0;
}

ConnectionLimiter::Verdict ConnectionLimiter::check(std::string_view client, Instant now)
{
    auto const found = m_accounts.find(hash_of(client));
    if (m_limit == 0 || found == m_accounts.end())
        return Verdict::admit;
    Account &account = found->second;
    forgive(account, now);
    if (account.connections < m_limit)
        return Verdict::admit;
    bool const told = account.told;
    account.told = true;
    return told ? Verdict::refuse : Verdict::refuse_and_tell;
}

void ConnectionLimiter::count(std::string_view client, Instant now)
{
    if (m_limit == 0)
        return;
    if (m_accounts.size() >= most_accounts)
        forget_idle(now);
    Account &account = m_accounts.try_emplace(hash_of(client), Account{0, now, false}).first->second;
    forgive(account, now);
    ++account.connections;
}

void ConnectionLimiter::forget_idle(Instant now)
{
    for (auto &[client, account] : m_accounts)
        forgive(account, now);
    std::erase_if(m_accounts, [](auto const &each) { return each.second.connections == 0; });
    if (m_accounts.size() >= most_accounts)
        m_accounts.clear(); // rather too generous than ever larger
}

} // namespace eas
