// The keys and the version that tie a device to a policy. MS-ASPROV 2.2.2.42, 3.2.5.1.
#include "device/policy.h"
#include "base/text.h"
#include <openssl/sha.h>
#include <unistd.h>

namespace eas {

Policy current_policy(Settings const &)
{
    return {};
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

PolicyCheck check_policy(Device const &device, Settings const &settings, uint32_t key_of_request,
                         ProtocolVersion)
{
    if (key_of_request == 0)
        return settings.require_provisioning ? PolicyCheck::not_provisioned : PolicyCheck::ok;
    if (key_of_request != device.policy_key)
        return PolicyCheck::invalid_key;
    if (device.policy_version != policy_version(current_policy(settings)))
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
