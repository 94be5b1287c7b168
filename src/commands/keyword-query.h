// What a user types into the search field: words, "phrases", and a part of the Keyword Query Language, which
// Find names (MS-ASCMD 2.2.3.80.1, MS-KQL 2.1): AND, OR, NOT, -word, parentheses, word*, and restrictions of
// a property (from: to: cc: bcc: participants: subject: body: received: isread: isflagged:).
// All words must be found. What looks like syntax and is none is looked for as it stands.
#pragma once
#include "ports/mail-store.h"
#include <optional>
#include <string_view>

namespace eas {

/// Bounds of what is searched for; more is "too complex".
constexpr size_t most_search_terms = 32, deepest_search_groups = 8, longest_search_text = 2048;

/// Nothing if `text` (UTF-8, not blank) exceeds the bounds.
std::optional<MailCondition> parse_keyword_query(std::string_view text);

} // namespace eas
