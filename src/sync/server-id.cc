// See server-id.h.
#include "sync/server-id.h"
#include "base/text.h"
#include <algorithm>

namespace eas {

namespace {

bool is_part_number(std::string_view text)
{
    return text.size() <= 200 &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

} // namespace

std::string message_id(FolderId const &folder, Uid uid)
{
    return folder + ':' + std::to_string(uid);
}

std::optional<MessageId> parse_message_id(std::string_view text)
{
    auto parts = split(text, ':');
    if (parts.size() != 2 || parts[0].empty())
        return {};
    auto uid = parse_unsigned(parts[1]);
    if (!uid || *uid == 0 || *uid > UINT32_MAX)
        return {};
    return MessageId{FolderId(parts[0]), static_cast<Uid>(*uid)};
}

std::string file_reference_prefix(FolderId const &folder, Uid uid)
{
    return message_id(folder, uid) + ':';
}

std::optional<FileReference> parse_file_reference(std::string_view text)
{
    auto colon = text.rfind(':');
    if (colon == text.npos)
        return {};
    auto message = parse_message_id(text.substr(0, colon));
    auto part = text.substr(colon + 1);
    if (!message || !is_part_number(part))
        return {};
    return FileReference{*message, std::string(part)};
}

} // namespace eas
