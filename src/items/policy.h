// How the security policy of base/policy.h is written (EASProvisionDoc). MS-ASPROV 2.2.2.28.
//
// Every setting is sent all the same: a setting that was set before and is
// no longer goes out as an empty tag or its default (MS-ASPROV 3.2.5.1.1), else the device keeps the old
// one. The two lists are the exception, there presence is the restriction.
#pragma once
#include "base/policy.h"
#include "schema/schema.h"

namespace eas {

template <> struct Schema<Policy> {
    // All of it exists in every version from 12.1 on.
    static constexpr auto properties = Rows{
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
