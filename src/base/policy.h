// The security policy that a device is asked to apply: the content of EASProvisionDoc, MS-ASPROV 2.2.2.28.
// items/policy.h writes it. A new Policy restricts nothing.
#pragma once
#include <cstdint>
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

} // namespace eas
