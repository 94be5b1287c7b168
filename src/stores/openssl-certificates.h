// The certificate checker on OpenSSL: trusts the CAs of a PEM file, of a directory as `openssl rehash` keeps
// it, or of the system; knows the revocations of a PEM file and of that directory (HASH.r0). It fetches
// nothing from the network: an address in a certificate that somebody mailed must not steer the server.
#pragma once
#include "ports/certificate-checker.h"
#include <memory>
#include <string>

namespace eas {

struct CertificateFiles {
    std::string ca_file, ca_directory; ///< "" and "": what the system trusts
    std::string crl_file;              ///< "": none
};

/// Reads the files at the first question.
class OpenSslCertificates final : public CertificateChecker {
public:
    explicit OpenSslCertificates(CertificateFiles files);
    ~OpenSslCertificates() override;
    Result<CertificateVerdict> check(Question const &question) override;
    std::vector<std::string> for_encryption(std::span<std::string const> published, Instant now) override;

private:
    struct Trusted; ///< an X509_STORE
    Result<void> load();

    CertificateFiles m_files;
    std::unique_ptr<Trusted> m_trusted;
};

} // namespace eas
