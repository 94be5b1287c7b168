// The keys and the version that tie a device to a policy. MS-ASPROV 2.2.2.42, 3.2.5.1.
#include "device/policy.h"
#include "base/text.h"
#include <openssl/sha.h>
#include <unistd.h>

namespace eas {

namespace {

bool is_outdated(Device const &device, Settings const &settings, Instant now)
{
    constexpr int64_t hour_ms = 3600 * 1000;
    auto const &acknowledged = device.policy_acknowledged;
    if (settings.policy_refresh_hours == 0)
        return false;
    return !acknowledged ||
           now.milliseconds - acknowledged->milliseconds >= settings.policy_refresh_hours * hour_ms;
}

} // namespace

Policy current_policy(Settings const &settings)
{
    return settings.policy;
}

std::string policy_version(Policy const &policy)
{
    constexpr size_t version_bytes = 16;
    StringSink document;
    Encoder encoder(document);
    write(encoder, Tag::Provision_EASProvisionDoc, policy, v16_1);
    (void)encoder.finish(); // a StringSink does not fail

    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<unsigned char const *>(document.text.data()), document.text.size(), digest);
    return hex_encode({reinterpret_cast<char const *>(digest), version_bytes});
}

PolicyCheck check_policy(Device const &device, Settings const &settings, uint32_t key_of_request, Instant now)
{
    if (key_of_request == 0)
        return settings.require_provisioning ? PolicyCheck::not_provisioned : PolicyCheck::ok;
    if (key_of_request != device.policy_key)
        return PolicyCheck::invalid_key;
    if (device.policy_version != policy_version(current_policy(settings)) ||
        is_outdated(device, settings, now))
        return PolicyCheck::must_refresh;
    return PolicyCheck::ok;
}

int policy_status(PolicyCheck check)
{
    switch (check) {
    case PolicyCheck::ok:
        return 0;
    case PolicyCheck::not_provisioned:
        return 142;
    case PolicyCheck::must_refresh:
        return 143;
    case PolicyCheck::invalid_key:
        return 144;
    }
    return 0;
}

int compliance_status(Compliance compliance, Settings const &settings, ProtocolVersion version)
{
    constexpr int server_error = 3, not_fully_provisionable = 139, not_provisionable = 141,
                  externally_managed = 145;
    bool const suffices = compliance == Compliance::full ||
                          (compliance == Compliance::partial && settings.policy_allow_partial);
    if (suffices || !settings.require_provisioning)
        return 0;
    if (version < v14_0)
        return server_error;
    return compliance == Compliance::partial ? not_fully_provisionable
           : compliance == Compliance::none  ? not_provisionable
                                             : externally_managed;
}

Result<uint32_t> new_policy_key(Device const &device)
{
    uint32_t key = 0;
    while (key == 0 || key == UINT32_MAX || key == device.policy_key || key == device.temporary_policy_key) {
        if (getentropy(&key, sizeof(key)) != 0)
            return Error{ErrorKind::temporary, "no random numbers for a policy key"};
    }
    return key;
}

} // namespace eas
