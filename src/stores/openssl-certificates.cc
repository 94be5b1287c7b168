// See openssl-certificates.h.
#include "stores/openssl-certificates.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace eas {

namespace {

constexpr int longest_chain = 10; ///< certificates between the one that is checked and the trusted one

template <auto release> struct Free {
    template <class T> void operator()(T *object) const { release(object); }
};
void free_all(STACK_OF(X509) * certificates)
{
    sk_X509_pop_free(certificates, X509_free);
}
using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using CertificatesPtr = std::unique_ptr<STACK_OF(X509), Free<free_all>>;
using ContextPtr = std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>>;
using Verdict = CertificateVerdict;

/// Nothing if `der` is not a certificate and nothing else.
CertificatePtr parse(std::string const &der)
{
    auto const *bytes = reinterpret_cast<unsigned char const *>(der.data());
    auto const *const end = bytes + der.size();
    CertificatePtr certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
    ERR_clear_error();
    return bytes == end ? std::move(certificate) : nullptr;
}

/// Nothing if one of them is malformed.
CertificatesPtr parse(std::span<std::string const> chain)
{
    CertificatesPtr certificates(sk_X509_new_null());
    for (auto const &der : chain) {
        auto certificate = parse(der);
        if (!certificate || sk_X509_push(certificates.get(), certificate.get()) == 0)
            return nullptr;
        certificate.release(); // NOLINT: the stack owns it
    }
    return certificates;
}

/// What an error of OpenSSL means of the certificate itself, and of one above it.
struct Meaning {
    int error;
    Verdict itself, above;
};
constexpr std::array meanings{
    Meaning{X509_V_ERR_CERT_SIGNATURE_FAILURE, Verdict::bad_signature, Verdict::bad_signature},
    Meaning{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, Verdict::untrusted, Verdict::untrusted},
    Meaning{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, Verdict::untrusted, Verdict::untrusted},
    Meaning{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, Verdict::untrusted, Verdict::untrusted},
    Meaning{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, Verdict::untrusted, Verdict::untrusted},
    Meaning{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, Verdict::untrusted, Verdict::untrusted},
    Meaning{X509_V_ERR_CERT_UNTRUSTED, Verdict::untrusted, Verdict::untrusted},
    Meaning{X509_V_ERR_CERT_REJECTED, Verdict::untrusted, Verdict::untrusted},
    Meaning{X509_V_ERR_CERT_CHAIN_TOO_LONG, Verdict::bad_chain, Verdict::bad_chain},
    Meaning{X509_V_ERR_CERT_NOT_YET_VALID, Verdict::expired, Verdict::chain_expired},
    Meaning{X509_V_ERR_CERT_HAS_EXPIRED, Verdict::expired, Verdict::chain_expired},
    Meaning{X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, Verdict::malformed, Verdict::bad_chain},
    Meaning{X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, Verdict::malformed, Verdict::bad_chain},
    Meaning{X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, Verdict::malformed, Verdict::bad_chain},
    Meaning{X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, Verdict::bad_chain, Verdict::bad_chain},
    Meaning{X509_V_ERR_INVALID_EXTENSION, Verdict::malformed, Verdict::bad_chain},
    Meaning{X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, Verdict::malformed, Verdict::bad_chain},
    Meaning{X509_V_ERR_INVALID_PURPOSE, Verdict::not_for_mail, Verdict::misused},
    Meaning{X509_V_ERR_INVALID_CA, Verdict::wrong_role, Verdict::wrong_role},
    Meaning{X509_V_ERR_KEYUSAGE_NO_CERTSIGN, Verdict::wrong_role, Verdict::wrong_role},
    Meaning{X509_V_ERR_PATH_LENGTH_EXCEEDED, Verdict::misused, Verdict::misused},
    Meaning{X509_V_ERR_PERMITTED_VIOLATION, Verdict::misused, Verdict::misused},
    Meaning{X509_V_ERR_EXCLUDED_VIOLATION, Verdict::misused, Verdict::misused},
    Meaning{X509_V_ERR_CERT_REVOKED, Verdict::revoked, Verdict::chain_revoked},
    Meaning{X509_V_ERR_CRL_HAS_EXPIRED, Verdict::revocation_outdated, Verdict::revocation_outdated},
    Meaning{X509_V_ERR_CRL_NOT_YET_VALID, Verdict::revocation_outdated, Verdict::revocation_outdated},
    Meaning{X509_V_ERR_UNABLE_TO_GET_CRL, Verdict::revocation_unknown, Verdict::revocation_unknown},
    Meaning{X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, Verdict::revocation_unknown, Verdict::revocation_unknown},
    Meaning{X509_V_ERR_CRL_SIGNATURE_FAILURE, Verdict::revocation_unknown, Verdict::revocation_unknown},
    Meaning{X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE, Verdict::revocation_unknown,
            Verdict::revocation_unknown},
    Meaning{X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD, Verdict::revocation_unknown,
            Verdict::revocation_unknown},
    Meaning{X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, Verdict::revocation_unknown,
            Verdict::revocation_unknown},
    Meaning{X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, Verdict::revocation_unknown, Verdict::revocation_unknown},
    Meaning{X509_V_ERR_DIFFERENT_CRL_SCOPE, Verdict::revocation_unknown, Verdict::revocation_unknown},
    Meaning{X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, Verdict::revocation_unknown,
            Verdict::revocation_unknown},
    Meaning{X509_V_ERR_CRL_PATH_VALIDATION_ERROR, Verdict::revocation_unknown, Verdict::revocation_unknown},
};

Verdict verdict_of(int error, int depth)
{
    for (auto const &meaning : meanings)
        if (meaning.error == error)
            return depth == 0 ? meaning.itself : meaning.above;
    return Verdict::error;
}

/// With revocations that may be unknown, goes on where OpenSSL would end.
int continue_without_revocations(int ok, X509_STORE_CTX *context)
{
    auto const verdict =
        verdict_of(X509_STORE_CTX_get_error(context), X509_STORE_CTX_get_error_depth(context));
    if (ok != 0 || (verdict != Verdict::revocation_unknown && verdict != Verdict::revocation_outdated))
        return ok;
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
}

/// A CA's certificate that does not sign mail is not merely for another purpose. Status 11.
Verdict verdict_of(X509_STORE_CTX *context, X509 *certificate)
{
    auto const verdict =
        verdict_of(X509_STORE_CTX_get_error(context), X509_STORE_CTX_get_error_depth(context));
    return verdict == Verdict::not_for_mail && X509_check_ca(certificate) == 1 ? Verdict::wrong_role
                                                                               : verdict;
}

std::string der_of(X509 *certificate)
{
    unsigned char *bytes = nullptr;
    int const size = i2d_X509(certificate, &bytes);
    std::string der(reinterpret_cast<char *>(bytes), size > 0 ? static_cast<size_t>(size) : 0);
    OPENSSL_free(bytes);
    return der;
}

/// The certificate that `value` is, or those of the signed PKCS #7 message that it is.
std::vector<std::string> certificates_in(std::string const &value)
{
    if (parse(value))
        return {value};
    auto const *bytes = reinterpret_cast<unsigned char const *>(value.data());
    std::unique_ptr<PKCS7, Free<PKCS7_free>> const message(
        d2i_PKCS7(nullptr, &bytes, static_cast<long>(value.size())));
    std::vector<std::string> ders;
    if (!message || !PKCS7_type_is_signed(message.get()) || !message->d.sign)
        return ders;
    STACK_OF(X509) *const certificates = message->d.sign->cert;
    for (int i = 0; i < sk_X509_num(certificates); ++i)
        ders.push_back(der_of(sk_X509_value(certificates, i)));
    return ders;
}

/// An authority's certificate beside it in a message is none to encrypt with.
bool can_encrypt(X509 *certificate, Instant now)
{
    time_t at = now.seconds();
    return certificate && X509_cmp_time(X509_get0_notBefore(certificate), &at) < 0 &&
           X509_cmp_time(X509_get0_notAfter(certificate), &at) > 0 && X509_check_ca(certificate) == 0 &&
           X509_check_purpose(certificate, X509_PURPOSE_SMIME_ENCRYPT, 0) == 1;
}

Error cannot_read(char const *what, std::string const &path)
{
    std::string reason = access(path.c_str(), R_OK) == 0 ? "it holds none in PEM" : std::strerror(errno);
    ERR_clear_error();
    return {ErrorKind::temporary, std::string(what) + ' ' + path + ": " + reason};
}

} // namespace

struct OpenSslCertificates::Trusted {
    std::unique_ptr<X509_STORE, Free<X509_STORE_free>> store{X509_STORE_new()};
};

OpenSslCertificates::OpenSslCertificates(CertificateFiles files) : m_files(std::move(files)) {}

OpenSslCertificates::~OpenSslCertificates() = default;

Result<void> OpenSslCertificates::load()
{
    if (m_trusted)
        return {};
    auto trusted = std::make_unique<Trusted>();
    X509_STORE *const store = trusted->store.get();
    auto const &[ca_file, ca_directory, crl_file] = m_files;
    if (ca_file.empty() && ca_directory.empty() && X509_STORE_set_default_paths(store) != 1)
        return Error{ErrorKind::temporary, "OpenSSL has no default CAs"};
    if (!ca_file.empty() && X509_STORE_load_file(store, ca_file.c_str()) != 1)
        return cannot_read("the trusted CAs", ca_file);
    if (!ca_directory.empty() && X509_STORE_load_path(store, ca_directory.c_str()) != 1)
        return cannot_read("the trusted CAs", ca_directory);
    if (!crl_file.empty() && X509_load_crl_file(X509_STORE_add_lookup(store, X509_LOOKUP_file()),
                                                crl_file.c_str(), X509_FILETYPE_PEM) <= 0)
        return cannot_read("the revocations", crl_file);
    ERR_clear_error();
    m_trusted = std::move(trusted);
    return {};
}

Result<Verdict> OpenSslCertificates::check(Question const &question)
{
    if (auto const loaded = load(); !loaded)
        return loaded.error();
    auto const certificate = parse(question.certificate);
    if (!certificate)
        return Verdict::malformed;
    auto const chain = parse(question.chain);
    if (!chain)
        return Verdict::bad_chain;
    ContextPtr const context(X509_STORE_CTX_new());
    if (!context ||
        X509_STORE_CTX_init(context.get(), m_trusted->store.get(), certificate.get(), chain.get()) != 1)
        return Verdict::error;
    X509_VERIFY_PARAM *const rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(rules, question.now.seconds());
    X509_VERIFY_PARAM_set_depth(rules, longest_chain);
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SMIME_SIGN);
    X509_VERIFY_PARAM_set_trust(rules, X509_TRUST_EMAIL);
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    if (!question.revocation_must_be_known)
        X509_STORE_CTX_set_verify_cb(context.get(), continue_without_revocations);
    int const verified = X509_verify_cert(context.get());
    ERR_clear_error();
    return verified == 1 ? Verdict::valid : verdict_of(context.get(), certificate.get());
}

std::vector<std::string> OpenSslCertificates::for_encryption(std::span<std::string const> published,
                                                             Instant now)
{
    std::vector<std::string> usable;
    for (auto const &value : published)
        for (auto &der : certificates_in(value))
            if (can_encrypt(parse(der).get(), now) && std::ranges::find(usable, der) == usable.end())
                usable.push_back(std::move(der));
    ERR_clear_error();
    return usable;
}

} // namespace eas
