// What an eas-login that proxies a connection tells the one behind it, in fields of the first request: the
// client's address, what the client's own Authorization looks like (the request has the credentials of the
// passdb), and how often the connection may still be proxied. Only a trusted peer's fields count.
#pragma once
#include "login/hand-over.h"
#include "login/request-header.h"

namespace eas {

std::string forwarding_fields(std::string_view client_address, ConnectionCredentials const &credentials,
                              unsigned ttl);

std::optional<ConnectionCredentials> forwarded_credentials(RequestHeader const &header);
std::optional<uint64_t> forwarded_ttl(RequestHeader const &header);

} // namespace eas
