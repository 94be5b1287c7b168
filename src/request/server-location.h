// Under which names phones reach this server, and whether a user's phones belong to another one.
// MS-ASHTTP 2.2.2.1.2.6, 3.1.5.2.2.
#pragma once
#include "request/dispatch.h"
#include <optional>
#include <string>
#include <string_view>

namespace eas {

constexpr std::string_view endpoint_path = "/Microsoft-Server-ActiveSync";

/// Host name or address, with its port if a client names it: eas_server_name, else the name by which this
/// client found the server. "" if the client gave none.
std::string server_authority(Ports const &ports, HttpRequest const &request);

/// Of a URL what stands between its scheme and its path: "mail.example.org:8443". "" if it is none.
std::string_view authority_of(std::string_view url);

/// Without a port that HTTPS or HTTP have anyway.
std::string_view without_default_port(std::string_view authority);

/// eas_redirect_url, where the user's phones belong. Nothing if they belong here: the setting is "", or its
/// host is this server (so all servers may read it from the same user database).
std::optional<std::string> other_server(Ports const &ports, HttpRequest const &request);

} // namespace eas
