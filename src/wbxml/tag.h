// Tags of EAS: one enumerator for each line of code-pages.def, named Page_Name ("AirSync_SyncKey").
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace eas {

/// Code page in the high byte, token in the low one.
enum class Tag : uint16_t {
#define TAG(page, space, token, name) space##_##name = (page) << 8 | (token),
#include "wbxml/code-pages.def"
#undef TAG
};

constexpr uint8_t code_page(Tag tag)
{
    return static_cast<uint16_t>(tag) >> 8;
}
constexpr uint8_t token(Tag tag)
{
    return static_cast<uint16_t>(tag) & 0xff;
}

/// The tag of a page and token, if there is one.
std::optional<Tag> find_tag(uint8_t page, uint8_t token);
/// "SyncKey"
std::string_view local_name(Tag tag);
/// "AirSync"
std::string_view namespace_name(Tag tag);

} // namespace eas
