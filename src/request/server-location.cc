// See server-location.h.
#include "request/server-location.h"
#include "base/text.h"

namespace eas {

namespace {

/// A host name or address with or without a port, as it may stand in a URL.
bool is_authority(std::string_view text)
{
    constexpr std::string_view allowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.:[]";
    return !text.empty() && text.find_first_not_of(allowed) == text.npos;
}

} // namespace

std::string server_authority(Ports const &ports, HttpRequest const &request)
{
    if (!ports.settings.server_name.empty())
        return ports.settings.server_name;
    auto const host = trim(request.header("Host"));
    return is_authority(host) ? std::string(host) : std::string();
}

std::string_view authority_of(std::string_view url)
{
    auto const scheme = url.find("://");
    if (scheme == url.npos)
        return {};
    auto const rest = url.substr(scheme + 3);
    return rest.substr(0, rest.find_first_of("/?#"));
}

std::string_view without_default_port(std::string_view authority)
{
    for (std::string_view port : {":443", ":80"})
        if (authority.ends_with(port))
            return authority.substr(0, authority.size() - port.size());
    return authority;
}

std::optional<std::string> other_server(Ports const &ports, HttpRequest const &request)
{
    auto const &url = ports.settings.redirect_url;
    auto const there = without_default_port(authority_of(url));
    if (there.empty() || equals_ignoring_case(there, without_default_port(server_authority(ports, request))))
        return std::nullopt;
    return url;
}

} // namespace eas
