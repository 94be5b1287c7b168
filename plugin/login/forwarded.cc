// See forwarded.h.
#include "login/forwarded.h"
#include "base/text.h"
#include <algorithm>

namespace eas {

namespace {

constexpr std::string_view credentials_field = "X-Dovecot-EAS-Credentials";
constexpr std::string_view ttl_field = "X-Dovecot-EAS-TTL";

template <class Bytes> std::string hex_of(Bytes const &bytes)
{
    return hex_encode({reinterpret_cast<char const *>(bytes.data()), bytes.size()});
}

std::string field(std::string_view name, std::string_view value)
{
    return std::string(name).append(": ").append(value).append("\r\n");
}

} // namespace

std::string forwarding_fields(std::string_view client_address, ConnectionCredentials const &credentials,
                              unsigned ttl)
{
    return field("X-Forwarded-For", client_address) +
           field(credentials_field, hex_of(credentials.key) + hex_of(credentials.fingerprint)) +
           field(ttl_field, std::to_string(ttl));
}

std::optional<ConnectionCredentials> forwarded_credentials(RequestHeader const &header)
{
    auto const bytes = hex_decode(header.find(credentials_field));
    ConnectionCredentials credentials;
    if (!bytes || bytes->size() != credentials.key.size() + credentials.fingerprint.size())
        return std::nullopt;
    std::copy_n(bytes->begin(), credentials.key.size(), credentials.key.begin());
    std::copy(bytes->begin() + credentials.key.size(), bytes->end(), credentials.fingerprint.begin());
    return credentials;
}

std::optional<uint64_t> forwarded_ttl(RequestHeader const &header)
{
    return parse_unsigned(header.find(ttl_field));
}

} // namespace eas
