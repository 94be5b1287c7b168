// The names of the versions, as the header MS-ASProtocolVersion has them. 2.5 and 12.0 exist (elements refer
// to them) but are not spoken.
#include "base/protocol-version.h"

namespace eas {

struct VersionName {
    ProtocolVersion version;
    std::string_view name;
};

static constexpr VersionName version_names[] = {
    {v12_1, "12.1"}, {v14_0, "14.0"}, {v14_1, "14.1"}, {v16_0, "16.0"}, {v16_1, "16.1"},
};

std::optional<ProtocolVersion> parse_version(std::string_view text)
{
    for (auto const &[version, name] : version_names)
        if (name == text)
            return version;
    return std::nullopt;
}

std::string_view to_string(ProtocolVersion version)
{
    for (auto const &[each, name] : version_names)
        if (each == version)
            return name;
    return "unknown";
}

} // namespace eas
