// Protocol versions that we speak. MS-ASHTTP 2.2.1.1.2.4.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace eas {

/// Major * 10 + minor, as the base64 query has it: 121, 140, 141, 160, 161.
struct ProtocolVersion {
    uint8_t number = 0;
    auto operator<=>(ProtocolVersion const &) const = default;
};

constexpr ProtocolVersion v2_5{25}, v12_0{120}, v12_1{121}, v14_0{140}, v14_1{141}, v16_0{160}, v16_1{161};

/// "14.1" -> v14_1; nothing for a version that we do not speak.
std::optional<ProtocolVersion> parse_version(std::string_view text);
/// "14.1"
std::string_view to_string(ProtocolVersion version);

} // namespace eas
