// See profile.h.
#include "web/profile.h"
#include "base/text.h"
#include <openssl/sha.h>

namespace eas {

namespace {

constexpr std::string_view profile_template = R"plist(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>PayloadType</key><string>Configuration</string>
	<key>PayloadVersion</key><integer>1</integer>
	<key>PayloadIdentifier</key><string>{identifier}</string>
	<key>PayloadUUID</key><string>{profile-uuid}</string>
	<key>PayloadDisplayName</key><string>{address}</string>
	<key>PayloadContent</key>
	<array>
		<dict>
			<key>PayloadType</key><string>com.apple.eas.account</string>
			<key>PayloadVersion</key><integer>1</integer>
			<key>PayloadIdentifier</key><string>{identifier}.account</string>
			<key>PayloadUUID</key><string>{account-uuid}</string>
			<key>PayloadDisplayName</key><string>{address}</string>
			<key>EmailAddress</key><string>{address}</string>
			<key>UserName</key><string>{user}</string>
			<key>Host</key><string>{server}</string>
			<key>SSL</key><true/>
		</dict>
	</array>
</dict>
</plist>
)plist";

/// The same for the same name. RFC 9562 5.8 (version 8).
std::string uuid_of(std::string_view name)
{
    unsigned char hash[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<unsigned char const *>(name.data()), name.size(), hash);
    hash[6] = (hash[6] & 0x0f) | 0x80;
    hash[8] = (hash[8] & 0x3f) | 0x80;
    auto text = hex_encode({reinterpret_cast<char const *>(hash), 16});
    for (size_t at : {8, 13, 18, 23})
        text.insert(at, 1, '-');
    return text;
}

} // namespace

std::string apple_profile(AccountFacts const &facts)
{
    auto const name = facts.server + '/' + facts.user;
    auto const uuid = uuid_of(name);
    return fill(profile_template, {{"identifier", "eas." + uuid},
                                   {"profile-uuid", uuid},
                                   {"account-uuid", uuid_of(name + "/account")},
                                   {"address", facts.address},
                                   {"user", facts.user},
                                   {"server", facts.server}})
        .markup();
}

} // namespace eas
