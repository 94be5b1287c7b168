// See ldap-cookie.h.
#include "stores/ldap-cookie.h"
#include "base/text.h"
#include <algorithm>
#include <map>

namespace eas {

namespace {

constexpr int64_t day_seconds = 24 * 3600;

/// By who made the change.
std::map<std::string_view, std::string_view> csns_of(std::string_view cookie)
{
    std::map<std::string_view, std::string_view> csns;
    auto const begin = cookie.find("csn=");
    if (begin == cookie.npos)
        return csns;
    auto const rest = cookie.substr(begin + 4);
    for (auto const csn : split(rest.substr(0, rest.find(',')), ';'))
        if (auto const parts = split(csn, '#'); parts.size() == 4)
            csns[parts[2]] = csn;
    return csns;
}

/// What a change sequence number of that moment begins with.
std::string csn_prefix(Instant instant)
{
    auto text = format_compact_datetime(instant);
    std::erase(text, 'T');
    std::erase(text, 'Z');
    return text;
}

} // namespace

std::string ldap_cookie(std::vector<std::string> const &csns)
{
    std::string cookie = "rid=000,csn=";
    for (auto const &csn : csns)
        cookie += (cookie.ends_with('=') ? "" : ";") + csn;
    return csns.empty() ? std::string() : cookie;
}

std::string latest_csn(std::string_view cookie)
{
    std::string_view latest;
    for (auto const &[writer, csn] : csns_of(cookie))
        latest = std::max(latest, csn);
    return std::string(latest);
}

bool is_behind(std::string_view cookie, std::string_view known, Instant now)
{
    auto const csns = csns_of(cookie);
    auto const yesterday = csn_prefix(Instant::from_seconds(now.seconds() - day_seconds));
    return std::ranges::any_of(csns_of(known), [&](auto const &each) {
        auto const found = csns.find(each.first);
        return found != csns.end() && found->second < each.second && each.second > yesterday;
    });
}

std::string farthest_cookie(std::string_view one, std::string_view other)
{
    auto farthest = csns_of(one);
    for (auto const &[writer, csn] : csns_of(other))
        farthest[writer] = std::max(farthest[writer], csn);
    std::vector<std::string> csns;
    for (auto const &[writer, csn] : farthest)
        csns.emplace_back(csn);
    return ldap_cookie(csns);
}

} // namespace eas
