// See server-id.h.
#include "sync/server-id.h"
#include "base/text.h"
#include <algorithm>

namespace eas {

namespace {

/// A UID or UIDVALIDITY: never 0.
std::optional<uint32_t> parse_nz_number(std::string_view text)
{
    auto number = parse_unsigned(text);
    if (!number || *number == 0 || *number > UINT32_MAX)
        return {};
    return static_cast<uint32_t>(*number);
}

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
    auto uid = parse_nz_number(parts[1]);
    if (!uid)
        return {};
    return MessageId{FolderId(parts[0]), *uid};
}

std::string long_id(FoundMessage const &message)
{
    return message.folder + ':' + std::to_string(message.uid_validity) + ':' + std::to_string(message.uid);
}

std::optional<FoundMessage> parse_long_id(std::string_view text)
{
    auto parts = split(text, ':');
    if (parts.size() != 3 || parts[0].empty())
        return {};
    auto uid_validity = parse_nz_number(parts[1]), uid = parse_nz_number(parts[2]);
    if (!uid_validity || !uid)
        return {};
    return FoundMessage{FolderId(parts[0]), *uid_validity, *uid, {}};
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
