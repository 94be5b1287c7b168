// Requests and responses of ResolveRecipients as they stand on the wire. MS-ASCMD 2.2.1.15;
// ResolveRecipientsResponse.xsd.
#pragma once
#include "commands/directory-pictures.h"
#include "schema/schema.h"
#include <optional>
#include <string>
#include <vector>

namespace eas {

/// MS-ASCMD 2.2.3.177.12: of the command, of a Response, of Certificates, of Availability.
namespace resolve_status {
constexpr int success = 1, ambiguous = 2, ambiguous_partly_told = 3, unresolved = 4;
constexpr int protocol_error = 5, server_error = 6;
constexpr int no_certificate = 7, certificate_limit = 8;
constexpr int too_many_recipients = 160, group_too_large = 161, availability_later = 162,
              no_availability = 163;
} // namespace resolve_status

struct ResolvePictureLimits : PictureLimits {};

/// MS-ASCMD 2.2.3.16
struct AvailabilityOptions {
    std::optional<Instant> start, end;
};

/// MS-ASCMD 2.2.3.125.4
struct ResolveOptions {
    enum CertificateRetrieval { no_certificates = 1, full_certificates = 2, mini_certificates = 3 };
    int certificate_retrieval = no_certificates;
    uint32_t max_certificates = 9999, max_ambiguous_recipients = 100;
    std::optional<AvailabilityOptions> availability;
    std::optional<ResolvePictureLimits> picture;
};

struct ResolveRecipientsRequest {
    std::vector<std::string> to;
    ResolveOptions options;
};

struct RecipientAvailability {
    int status = resolve_status::success;
    std::optional<std::string> merged_free_busy;
};

struct RecipientCertificates {
    int status = resolve_status::success;
    size_t certificate_count = 0, recipient_count = 1;
    std::vector<std::string> certificates; ///< base64
    std::optional<std::string> mini_certificate;
};

struct ResolvedPicture : GalPicture {};

struct Recipient {
    int type = 1; ///< 1: of the directory; 2: a contact
    std::string display_name, email_address;
    std::optional<RecipientAvailability> availability;
    std::optional<RecipientCertificates> certificates;
    std::optional<ResolvedPicture> picture;
};

struct RecipientResponse {
    std::string to;
    int status = resolve_status::success;
    size_t recipient_count = 0; ///< all there are, told or not
    std::vector<Recipient> recipients;
};

struct ResolveRecipientsResponse {
    int status = resolve_status::success;
    std::vector<RecipientResponse> responses;
};

template <> struct Schema<ResolvePictureLimits> {
    static constexpr auto properties =
        Rows{property(Tag::ResolveRecipients_MaxSize, &PictureLimits::max_size_bytes),
             property(Tag::ResolveRecipients_MaxPictures, &PictureLimits::max_pictures)};
};

template <> struct Schema<AvailabilityOptions> {
    static constexpr auto properties =
        Rows{property(Tag::ResolveRecipients_StartTime, &AvailabilityOptions::start),
             property(Tag::ResolveRecipients_EndTime, &AvailabilityOptions::end)};
};

template <> struct Schema<ResolveOptions> {
    static constexpr auto properties =
        Rows{property(Tag::ResolveRecipients_CertificateRetrieval, &ResolveOptions::certificate_retrieval,
                      in_range(1, 3)),
             property(Tag::ResolveRecipients_MaxCertificates, &ResolveOptions::max_certificates,
                      in_range(0, 9999)),
             property(Tag::ResolveRecipients_MaxAmbiguousRecipients,
                      &ResolveOptions::max_ambiguous_recipients, in_range(0, 9999)),
             property(Tag::ResolveRecipients_Availability, &ResolveOptions::availability, since(v14_0)),
             property(Tag::ResolveRecipients_Picture, &ResolveOptions::picture, since(v14_1))};
};

template <> struct Schema<ResolveRecipientsRequest> {
    static constexpr auto properties =
        Rows{list(Tag::ResolveRecipients_To, &ResolveRecipientsRequest::to),
             property(Tag::ResolveRecipients_Options, &ResolveRecipientsRequest::options)};
};

template <> struct Schema<RecipientAvailability> {
    static constexpr auto properties =
        Rows{property(Tag::ResolveRecipients_Status, &RecipientAvailability::status),
             property(Tag::ResolveRecipients_MergedFreeBusy, &RecipientAvailability::merged_free_busy)};
};

template <> struct Schema<RecipientCertificates> {
    static constexpr auto properties =
        Rows{property(Tag::ResolveRecipients_Status, &RecipientCertificates::status),
             property(Tag::ResolveRecipients_CertificateCount, &RecipientCertificates::certificate_count),
             property(Tag::ResolveRecipients_RecipientCount, &RecipientCertificates::recipient_count),
             list(Tag::ResolveRecipients_Certificate, &RecipientCertificates::certificates),
             property(Tag::ResolveRecipients_MiniCertificate, &RecipientCertificates::mini_certificate)};
};

template <> struct Schema<ResolvedPicture> {
    static constexpr auto properties = Rows{property(Tag::ResolveRecipients_Status, &GalPicture::status),
                                            property(Tag::ResolveRecipients_Data, &GalPicture::data)};
};

template <> struct Schema<Recipient> {
    static constexpr auto properties =
        Rows{property(Tag::ResolveRecipients_Type, &Recipient::type),
             property(Tag::ResolveRecipients_DisplayName, &Recipient::display_name),
             property(Tag::ResolveRecipients_EmailAddress, &Recipient::email_address),
             property(Tag::ResolveRecipients_Availability, &Recipient::availability, since(v14_0)),
             property(Tag::ResolveRecipients_Certificates, &Recipient::certificates),
             property(Tag::ResolveRecipients_Picture, &Recipient::picture, since(v14_1))};
};

template <> struct Schema<RecipientResponse> {
    static constexpr auto properties =
        Rows{property(Tag::ResolveRecipients_To, &RecipientResponse::to),
             property(Tag::ResolveRecipients_Status, &RecipientResponse::status),
             property(Tag::ResolveRecipients_RecipientCount, &RecipientResponse::recipient_count),
             list(Tag::ResolveRecipients_Recipient, &RecipientResponse::recipients)};
};

template <> struct Schema<ResolveRecipientsResponse> {
    static constexpr auto properties =
        Rows{property(Tag::ResolveRecipients_Status, &ResolveRecipientsResponse::status),
             list(Tag::ResolveRecipients_Response, &ResolveRecipientsResponse::responses)};
};

} // namespace eas
