// What eas-login passes to the module with a connection, in front of the bytes that it had read but not
// used: how the connection was authenticated, and the compact header of its first request. Dovecot's
// log-in library limits all of it, the session id included, to 1,218 bytes.
//
//   1 version  1 flags  16 key  16 fingerprint  1 length  peer address (4 or 16 bytes, or none)
//   2 length (big endian)  compact header  |  unread input
//
// A request that arrives later with other credentials goes the other way, over the socket eas-relogin:
// the connection's descriptor with one line of tab-separated text, the header and the unread input.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eas {

using CredentialsKey = std::array<unsigned char, 16>;
using Fingerprint = std::array<unsigned char, 16>;

/// Credentials of a connection, in a form that is useless to who reads it: a random key and what
/// fingerprint_of(key, the Authorization field's value) gives. See fingerprint.h.
struct ConnectionCredentials {
    CredentialsKey key{};
    Fingerprint fingerprint{};
};

/// How the connection reached eas-login; must survive that the connection changes its user.
struct ConnectionOrigin {
    bool secured = false;     ///< TLS, or a trusted or local network
    bool ssl_secured = false; ///< TLS
    bool trusted = false;     ///< from login_trusted_networks: its X-Forwarded-For counts
    bool forwarded = false;   ///< by another Dovecot, which authenticated it: nobody else can
    std::string peer;         ///< raw address of a reverse proxy, "" if the remote address is the peer's
};

struct HandOver {
    ConnectionCredentials credentials;
    ConnectionOrigin origin;
    std::string_view header; ///< points into what was decoded
    std::string_view rest;   ///< the unread input, likewise
};

std::string encode_hand_over(HandOver const &hand_over); ///< without rest
std::optional<HandOver> decode_hand_over(std::string_view data);

/// A connection that goes back to eas-login. Addresses as text.
struct Relogin {
    ConnectionOrigin origin; ///< peer as text here
    std::string remote_ip, local_ip;
    uint16_t remote_port = 0, local_port = 0;
    std::string header; ///< of the request, whole; at most 16 kB
    std::string rest;   ///< what was read behind it; at most 512 bytes
};

constexpr size_t max_relogin_rest_bytes = 512;

std::string encode_relogin(Relogin const &relogin);

enum class DecodeStatus { ok, incomplete, malformed };
DecodeStatus decode_relogin(std::string_view data, Relogin &relogin);

} // namespace eas
