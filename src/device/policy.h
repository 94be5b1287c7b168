// Which policy is in force, and whether a device has acknowledged it. MS-ASPROV 3.2.5.1.
#pragma once
#include "base/protocol-version.h"
#include "base/settings.h"
#include "device/device.h"
#include "items/policy.h"
#include <cstdint>
#include <string>

namespace eas {

/// The policy that the admin's settings ask for.
Policy current_policy(Settings const &settings);

/// Names the policy's content: another policy has another version. 32 hexadecimal digits.
std::string policy_version(Policy const &policy);

enum class PolicyCheck {
    ok,
    not_provisioned, ///< a policy is required and the client has no key yet: Status 142
    must_refresh,    ///< the policy changed, or was acknowledged too long ago: Status 143
    invalid_key,     ///< the key is not the one that the device was given: Status 144
};

/// Whether a command that needs the policy may run. `key_of_request` is 0 if the client sent none.
/// Unless provisioning is required, a client that sends no key is served; one that sends a key has to
/// send its own, in any case, and for the current policy.
PolicyCheck check_policy(Device const &device, Settings const &settings, uint32_t key_of_request,
                         Instant now);

/// How far a client says that it applied the policy. MS-ASPROV 2.2.2.54.1, from the client.
enum class Compliance { full = 1, partial = 2, none = 3, third_party = 4 };

/// The Status that refuses a client which applied the policy only that far; 0 if it suffices. Where no policy
/// is required, everything does. MS-ASPROV 3.2.5.1.2.1, MS-ASCMD 2.2.2.
int compliance_status(Compliance compliance, Settings const &settings, ProtocolVersion version);

/// How a refusal is told: an EAS Status from 14.0 on, HTTP 449 before (MS-ASCMD 2.2.2). 0 for ok.
int policy_status(PolicyCheck check);

/// A random key, never 0, and not one that the device has.
Result<uint32_t> new_policy_key(Device const &device);

} // namespace eas
