// Whether a certificate of S/MIME is to be trusted. MS-ASCMD 2.2.1.22.
#pragma once
#include "base/result.h"
#include "base/time.h"
#include <span>
#include <string>
#include <vector>

namespace eas {

/// What ValidateCert says of a certificate. MS-ASCMD 2.2.3.177.18; 12 (not the sender's address) cannot
/// come about, as a request names no address.
enum class CertificateVerdict : int {
    valid = 1,
    bad_signature = 3,
    untrusted = 4,
    bad_chain = 5,     ///< another certificate of the chain is malformed, or it is too long
    not_for_mail = 6,  ///< not for signing mail
    expired = 7,       ///< or not valid yet
    chain_expired = 8, ///< a certificate above it is
    misused = 9,       ///< a certificate above it does not allow it
    malformed = 10,    ///< no X.509 certificate in DER
    wrong_role = 11,   ///< an end user's certificate as a CA, or the other way round
    revoked = 13,
    revocation_outdated = 14, ///< the list of revocations is too old, so its source did not answer
    chain_revoked = 15,       ///< a certificate above it is
    revocation_unknown = 16,  ///< no usable list of revocations
    error = 17,
};

class CertificateChecker {
public:
    virtual ~CertificateChecker() = default;

    struct Question {
        std::string const &certificate;        ///< DER
        std::span<std::string const> chain;    ///< DER; certificates that may be between it and a trusted one
        bool revocation_must_be_known = false; ///< else unknown and outdated lists do not matter
        Instant now;
    };
    /// temporary: the trusted CAs or the lists of revocations cannot be read.
    virtual Result<CertificateVerdict> check(Question const &question) = 0;

    /// The certificates (DER) with which mail can be encrypted: well formed, valid now and for that purpose.
    /// `published` are X.509 certificates and PKCS #7 messages that hold some (RFC 2798 2.8). Who published
    /// them vouches for them: their chains are not looked at. Each comes once.
    virtual std::vector<std::string> for_encryption(std::span<std::string const> published, Instant now) = 0;
};

} // namespace eas
