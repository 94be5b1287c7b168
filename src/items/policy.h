// The security policy that a device is asked to apply (EASProvisionDoc). MS-ASPROV 2.2.2.28.
//
// A new Policy restricts nothing. Every setting is sent all the same: a setting that was set before and is
// no longer goes out as an empty tag or its default (MS-ASPROV 3.2.5.1.1), else the device keeps the old
// one. The two lists are the exception, there presence is the restriction.
#pragma once
#include "schema/schema.h"
#include <optional>
#include <string>
#include <vector>

namespace eas {

struct Policy {
    /// A number, or "" for no limit, which is an empty tag on the wire.
    using Limit = std::string;

    bool device_password_enabled = false;
    bool alphanumeric_device_password_required = false;
    bool password_recovery_enabled = false;
    bool require_storage_card_encryption = false;
    bool attachments_enabled = true;
    Limit min_device_password_length;              ///< 1 to 16 characters
    Limit max_inactivity_time_device_lock_seconds; ///< 9999 and above: unlimited
    Limit max_device_password_failed_attempts;     ///< 4 to 16
    Limit max_attachment_size_bytes;
    bool allow_simple_device_password = true;
    Limit device_password_expiration_days;
    uint32_t device_password_history = 0; ///< number of old passwords
    bool allow_storage_card = true;
    bool allow_camera = true;
    bool require_device_encryption = false;
    bool allow_unsigned_applications = true;
    bool allow_unsigned_installation_packages = true;
    uint32_t min_device_password_complex_characters = 1; ///< groups of characters, 1 to 4
    bool allow_wifi = true;
    bool allow_text_messaging = true;
    bool allow_pop_imap_email = true;
    uint32_t allow_bluetooth = 2; ///< 0 no, 1 hands-free only, 2 yes
    bool allow_irda = true;
    bool require_manual_sync_when_roaming = false;
    bool allow_desktop_sync = true;
    uint32_t max_calendar_age_filter = 0; ///< as FilterType: 0 all, 4 to 7
    bool allow_html_email = true;
    uint32_t max_email_age_filter = 0;                 ///< as FilterType: 0 all, 1 to 5
    int32_t max_email_body_truncation_bytes = -1;      ///< -1: none, 0: header only
    int32_t max_email_html_body_truncation_bytes = -1; ///< -1: none, 0: header only
    bool require_signed_smime_messages = false;
    bool require_encrypted_smime_messages = false;
    uint32_t require_signed_smime_algorithm = 0;     ///< 0 SHA-1, 1 MD5
    uint32_t require_encryption_smime_algorithm = 0; ///< 0 TripleDES, 1 DES, 2 to 4 RC2 with 128, 64, 40 bits
    uint32_t allow_smime_encryption_algorithm_negotiation = 2; ///< 0 no, 1 strong ones, 2 any
    bool allow_smime_soft_certs = true;
    bool allow_browser = true;
    bool allow_consumer_email = true;
    bool allow_remote_desktop = true;
    bool allow_internet_sharing = true;
    std::optional<std::vector<std::string>> unapproved_in_rom_applications; ///< file names
    std::optional<std::vector<std::string>> approved_applications; ///< SHA-1; if there, no other may run
};

template <> struct Schema<Policy> {
    // All of it exists in every version from 12.1 on.
    static constexpr auto properties = std::tuple{
        property(Tag::Provision_DevicePasswordEnabled, &Policy::device_password_enabled),
        property(Tag::Provision_AlphanumericDevicePasswordRequired,
                 &Policy::alphanumeric_device_password_required),
        property(Tag::Provision_PasswordRecoveryEnabled, &Policy::password_recovery_enabled),
        property(Tag::Provision_RequireStorageCardEncryption, &Policy::require_storage_card_encryption),
        property(Tag::Provision_AttachmentsEnabled, &Policy::attachments_enabled),
        property(Tag::Provision_MinDevicePasswordLength, &Policy::min_device_password_length),
        property(Tag::Provision_MaxInactivityTimeDeviceLock,
                 &Policy::max_inactivity_time_device_lock_seconds),
        property(Tag::Provision_MaxDevicePasswordFailedAttempts,
                 &Policy::max_device_password_failed_attempts),
        property(Tag::Provision_MaxAttachmentSize, &Policy::max_attachment_size_bytes),
        property(Tag::Provision_AllowSimpleDevicePassword, &Policy::allow_simple_device_password),
        property(Tag::Provision_DevicePasswordExpiration, &Policy::device_password_expiration_days),
        property(Tag::Provision_DevicePasswordHistory, &Policy::device_password_history),
        property(Tag::Provision_AllowStorageCard, &Policy::allow_storage_card),
        property(Tag::Provision_AllowCamera, &Policy::allow_camera),
        property(Tag::Provision_RequireDeviceEncryption, &Policy::require_device_encryption),
        property(Tag::Provision_AllowUnsignedApplications, &Policy::allow_unsigned_applications),
        property(Tag::Provision_AllowUnsignedInstallationPackages,
                 &Policy::allow_unsigned_installation_packages),
        property(Tag::Provision_MinDevicePasswordComplexCharacters,
                 &Policy::min_device_password_complex_characters),
        property(Tag::Provision_AllowWiFi, &Policy::allow_wifi),
        property(Tag::Provision_AllowTextMessaging, &Policy::allow_text_messaging),
        property(Tag::Provision_AllowPOPIMAPEmail, &Policy::allow_pop_imap_email),
        property(Tag::Provision_AllowBluetooth, &Policy::allow_bluetooth),
        property(Tag::Provision_AllowIrDA, &Policy::allow_irda),
        property(Tag::Provision_RequireManualSyncWhenRoaming, &Policy::require_manual_sync_when_roaming),
        property(Tag::Provision_AllowDesktopSync, &Policy::allow_desktop_sync),
        property(Tag::Provision_MaxCalendarAgeFilter, &Policy::max_calendar_age_filter),
        property(Tag::Provision_AllowHTMLEmail, &Policy::allow_html_email),
        property(Tag::Provision_MaxEmailAgeFilter, &Policy::max_email_age_filter),
        property(Tag::Provision_MaxEmailBodyTruncationSize, &Policy::max_email_body_truncation_bytes),
        property(Tag::Provision_MaxEmailHTMLBodyTruncationSize,
                 &Policy::max_email_html_body_truncation_bytes),
        property(Tag::Provision_RequireSignedSMIMEMessages, &Policy::require_signed_smime_messages),
        property(Tag::Provision_RequireEncryptedSMIMEMessages, &Policy::require_encrypted_smime_messages),
        property(Tag::Provision_RequireSignedSMIMEAlgorithm, &Policy::require_signed_smime_algorithm),
        property(Tag::Provision_RequireEncryptionSMIMEAlgorithm, &Policy::require_encryption_smime_algorithm),
        property(Tag::Provision_AllowSMIMEEncryptionAlgorithmNegotiation,
                 &Policy::allow_smime_encryption_algorithm_negotiation),
        property(Tag::Provision_AllowSMIMESoftCerts, &Policy::allow_smime_soft_certs),
        property(Tag::Provision_AllowBrowser, &Policy::allow_browser),
        property(Tag::Provision_AllowConsumerEmail, &Policy::allow_consumer_email),
        property(Tag::Provision_AllowRemoteDesktop, &Policy::allow_remote_desktop),
        property(Tag::Provision_AllowInternetSharing, &Policy::allow_internet_sharing),
        list(Tag::Provision_UnapprovedInROMApplicationList, Tag::Provision_ApplicationName,
             &Policy::unapproved_in_rom_applications),
        list(Tag::Provision_ApprovedApplicationList, Tag::Provision_Hash, &Policy::approved_applications)};
};

} // namespace eas
