// See validate-cert.h. The Status of a certificate is its own; that of ValidateCert says whether there are
// any.
#include "commands/validate-cert.h"
#include "base/text.h"
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace eas {

namespace {

constexpr size_t most_certificates = 100;       // MS-ASCMD 3.1.5.10
constexpr size_t longest_certificate = 1 << 16; ///< bytes, in base64

/// MS-ASCMD 2.2.3.177.18
constexpr int success = 1, protocol_error = 2, failure = 17;

struct ValidateCertRequest {
    std::vector<std::string_view> chain, certificates;
    int check_revocations = 0;
};

struct CertificateResponse {
    int status;
};

struct ValidateCertResponse {
    int status = success;
    std::vector<CertificateResponse> certificates;
};

} // namespace

template <> struct Schema<ValidateCertRequest> {
    static constexpr auto properties = Rows{
        list(Tag::ValidateCert_CertificateChain, Tag::ValidateCert_Certificate, &ValidateCertRequest::chain),
        list(Tag::ValidateCert_Certificates, Tag::ValidateCert_Certificate,
             &ValidateCertRequest::certificates),
        property(Tag::ValidateCert_CheckCrl, &ValidateCertRequest::check_revocations, in_range(0, 1))};
};

template <> struct Schema<CertificateResponse> {
    static constexpr auto properties = Rows{property(Tag::ValidateCert_Status, &CertificateResponse::status)};
};

template <> struct Schema<ValidateCertResponse> {
    static constexpr auto properties =
        Rows{property(Tag::ValidateCert_Status, &ValidateCertResponse::status),
             list(Tag::ValidateCert_Certificate, &ValidateCertResponse::certificates)};
};

namespace {

/// DER; what is no base64 (or too long) becomes something that is no certificate either.
std::string der_of(std::string_view base64)
{
    if (base64.size() > longest_certificate)
        return {};
    return base64_decode(trim(base64)).value_or(std::string());
}

ValidateCertResponse refuse(Session &session, int status, std::string log)
{
    session.log_note = "status=" + std::to_string(status) + ' ' + std::move(log);
    return {status, {}};
}

/// "1 of 3 valid" and the verdicts, for the log.
std::string summary(std::vector<CertificateResponse> const &certificates)
{
    std::string text = "certificates=";
    for (auto const &each : certificates)
        text += (&each == &certificates.front() ? "" : ",") + std::to_string(each.status);
    return text;
}

Result<ValidateCertResponse> validate_cert(Session &session, ValidateCertRequest const &request)
{
    if (request.certificates.empty())
        return refuse(session, protocol_error, "Certificates is missing");
    if (request.certificates.size() > most_certificates || request.chain.size() > most_certificates)
        return refuse(session, protocol_error, "over 100 certificates");
    if (!session.ports.certificates)
        return refuse(session, failure, "certificates cannot be checked");
    std::vector<std::string> chain;
    std::ranges::transform(request.chain, std::back_inserter(chain), der_of);
    ValidateCertResponse response;
    for (auto const each : request.certificates) {
        std::string const certificate = der_of(each);
        auto const verdict = session.ports.certificates->check(
            {certificate, chain, request.check_revocations == 1, session.ports.clock.now()});
        if (!verdict) {
            session.log_as_warning = true;
            return refuse(session, failure, verdict.error().message);
        }
        response.certificates.push_back({static_cast<int>(*verdict)});
    }
    session.log_note = summary(response.certificates);
    return response;
}

} // namespace

Result<void> run_validate_cert(Session &session, Element const *document, CommandOutput &output)
{
    return run_typed<Tag::ValidateCert_ValidateCert, ValidateCertRequest, ValidateCertResponse,
                     validate_cert>(session, document, output);
}

} // namespace eas
