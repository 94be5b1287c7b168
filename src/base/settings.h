// The settings that the protocol needs, as the host read them (conf.d/20-eas.conf explains each).
#pragma once
#include "base/policy.h"
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace eas {

/// What becomes of devices that nobody decided on. device/admission.h
enum class DevicePolicy { allow, quarantine, block };

struct Settings {
    uint32_t ping_min_interval_seconds = 60;
    uint32_t ping_max_interval_seconds = 59 * 60;
    uint64_t max_request_bytes = 64 << 20;
    uint32_t repeat_limit = 50000;         ///< request/repeat-limiter.h; 0: none
    uint32_t login_lifetime_seconds = 600; ///< a connection's requests are authenticated again after that
    std::string server_name;  ///< host, or host:port, where phones find this server; "": as a client asks
    std::string redirect_url; ///< of the endpoint where this user's phones belong; "": here
    std::string time_zone = "UTC";           ///< the user's: where floating times of calendars are
    std::string user_name;                   ///< the user's own, for people to read; "" if nobody said it
    bool tentative_invitations = false;      ///< an invitation that arrives enters the calendar
    uint32_t recipient_cache_messages = 200; ///< of Sent, whose recipients phones are told; 0: no cache
    bool require_provisioning = false;       ///< refuse clients that do not provision (142 / HTTP 449)

    bool enabled = true; ///< false: this user may not use EAS at all (HTTP 403)
    DevicePolicy device_policy = DevicePolicy::quarantine;
    std::string device_rules;                        ///< device/device-rules.h; "": none
    uint32_t max_devices = 0;                        ///< of the user; 0: no limit
    std::vector<std::string> groups;                 ///< of the user, for rules
    std::string quarantine_subject, quarantine_text; ///< of the mail that a quarantined device sees

    Policy policy;                     ///< what devices are asked to apply
    bool policy_allow_partial = true;  ///< serve a device that applied a part only, where one is required
    uint32_t policy_refresh_hours = 0; ///< acknowledge the policy again after that; 0: never
};

} // namespace eas
