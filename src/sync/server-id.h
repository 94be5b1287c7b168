// Names of items on the wire: "<folder id>:<uid>" for messages, "<folder id>:<uid>:<part>" for what is
// attached to one (FileReference), and LongIds for what a search found. Stable over restarts, renames and
// other clients; at most 64 characters (MS-ASCMD 2.2.3.166).
#pragma once
#include "ports/mail-store.h"
#include <optional>
#include <string>
#include <string_view>

namespace eas {

/// BlackBerry 10 sends empty elements for ids that it does not mean.
inline bool is_given(std::optional<std::string> const &id)
{
    return id && !id->empty();
}

struct MessageId {
    FolderId folder;
    Uid uid = 0;
    bool operator==(MessageId const &) const = default;
};

std::string message_id(FolderId const &folder, Uid uid);
/// Nothing if `text` was not made by message_id().
std::optional<MessageId> parse_message_id(std::string_view text);

/// The LongId of a message that a search found: "<folder id>:<uidvalidity>:<uid>". It names that message or
/// none, also when the folder was rebuilt since. MS-ASCMD 2.2.3.98.3.
std::string long_id(FoundMessage const &message);
/// Nothing if `text` was not made by long_id(). `received` is not in it.
std::optional<FoundMessage> parse_long_id(std::string_view text);

struct FileReference {
    MessageId message;
    std::string part; ///< IMAP part number
    bool operator==(FileReference const &) const = default;
};

/// The part number follows it.
std::string file_reference_prefix(FolderId const &folder, Uid uid);
std::optional<FileReference> parse_file_reference(std::string_view text);

} // namespace eas
