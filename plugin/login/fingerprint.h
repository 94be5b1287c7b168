// Recognises credentials without keeping them: HMAC-SHA256 of an Authorization field's value under a
// key that is random for each connection, cut to 128 bits.
#pragma once
#include "login/hand-over.h"

namespace eas {

Fingerprint fingerprint_of(CredentialsKey const &key, std::string_view authorization);

/// With a fresh key.
ConnectionCredentials credentials_of(std::string_view authorization);

/// In constant time. An empty `authorization` never matches.
bool matches(ConnectionCredentials const &credentials, std::string_view authorization);

} // namespace eas
