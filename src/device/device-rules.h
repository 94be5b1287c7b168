// eas_device_rules: what becomes of kinds of devices, unless the admin decided on a device itself. Rules are
// separated by ';', the first that matches holds:
//
//   block type=Nokia*; quarantine version=12.*; allow agent="Apple-iPhone*/19*" group=staff
//
// A rule is allow, quarantine or block and one condition at least; all of them must match. Conditions are
// type (DeviceType), agent (the User-Agent header), version (of the protocol) and group (one of the user's
// acl_groups). Values are patterns in any case, with * for any text and ? for a character; one with blanks or
// ';' stands in double quotes.
#pragma once
#include "base/protocol-version.h"
#include "base/result.h"
#include "device/device.h"
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// What of a request rules look at.
struct DeviceFacts {
    std::string_view type, user_agent;
    ProtocolVersion version;
    std::span<std::string const> groups; ///< of the user
};

struct DeviceRule {
    Access access = Access::allowed;
    std::string type, agent, version, group; ///< patterns; "": any
    std::string text;                        ///< as it was written, for admins
    bool matches(DeviceFacts const &facts) const;
};

/// bad_request says which rule is wrong and why, for an admin.
Result<std::vector<DeviceRule>> parse_device_rules(std::string_view text);

/// `pattern` with * and ?, ASCII letters in any case.
bool matches_pattern(std::string_view pattern, std::string_view text);

} // namespace eas
