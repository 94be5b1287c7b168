// A set of UIDs as short text. Ranges are short where messages are alike in runs; in a mailbox of which every
// second message is read or deleted a bitmap is, at a fifth of a character for each UID.
//
// "1:500,502" as in IMAP, or "@<number>:<base64url>", where the lowest bit of the first byte is the UID of
// that number, a multiple of 64.
#pragma once
#include "base/uid-set.h"
#include <optional>
#include <string>
#include <string_view>

namespace eas {

/// Whichever is probably shorter.
std::string compact(UidSet const &uids);
/// Nothing if compact() did not make `text`.
std::optional<UidSet> parse_compact(std::string_view text);

} // namespace eas
