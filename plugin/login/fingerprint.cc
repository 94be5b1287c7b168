// See fingerprint.h. Apart from hand-over.cc, since this needs libdovecot and that shall not.
#include "login/fingerprint.h"
#include "compat/dovecot.h"

namespace eas {

Fingerprint fingerprint_of(CredentialsKey const &key, std::string_view authorization)
{
    struct hmac_context context;
    unsigned char digest[SHA256_RESULTLEN];
    hmac_init(&context, key.data(), key.size(), &hash_method_sha256);
    hmac_update(&context, authorization.data(), authorization.size());
    hmac_final(&context, digest);
    Fingerprint fingerprint;
    std::copy_n(digest, fingerprint.size(), fingerprint.begin());
    return fingerprint;
}

ConnectionCredentials credentials_of(std::string_view authorization)
{
    ConnectionCredentials credentials;
    random_fill(credentials.key.data(), credentials.key.size());
    credentials.fingerprint = fingerprint_of(credentials.key, authorization);
    return credentials;
}

bool matches(ConnectionCredentials const &credentials, std::string_view authorization)
{
    if (authorization.empty())
        return false;
    Fingerprint const fingerprint = fingerprint_of(credentials.key, authorization);
    return mem_equals_timing_safe(fingerprint.data(), credentials.fingerprint.data(), fingerprint.size());
}

} // namespace eas
