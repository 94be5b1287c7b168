// What a mailbox says of a message besides its content, and how it is changed: IMAP's flags and keywords,
// and an annotation of ours that no IMAP client sees.
#pragma once
#include "base/text.h"
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// Says of a message without \Flagged that it had a flag and what it asked for is done.
constexpr char complete_keyword[] = "$EasComplete";

struct MailFlags {
    bool seen = false, flagged = false, answered = false, forwarded = false, draft = false, deleted = false;
    /// IMAP keywords but $Forwarded, in the order of their bytes. Two that differ in case only are the same.
    std::vector<std::string> keywords = {};
    /// Text that we keep beside the message for this user; it follows the message to other folders. ""
    /// if there is none, and of messages that may not have one (may_be_annotated()).
    std::string annotation = {};

    bool has_keyword(std::string_view keyword) const
    {
        return std::ranges::any_of(keywords, [&](auto &each) { return equals_ignoring_case(each, keyword); });
    }
    bool operator==(MailFlags const &) const = default;
};

/// An annotation is lines: those that begin with "verb" tell of the last reply or forward, the others of the
/// flag. One kind of them.
inline std::string annotation_part(std::string_view annotation, bool of_verb)
{
    std::string part;
    while (!annotation.empty()) {
        auto const length = std::min(annotation.find('\n'), annotation.size() - 1) + 1;
        if (annotation.starts_with("verb") == of_verb)
            part += annotation.substr(0, length);
        annotation.remove_prefix(length);
    }
    return part;
}

/// Sparing a look for an annotation at each of a mailbox's messages.
inline bool may_be_annotated(MailFlags const &flags)
{
    return flags.flagged || flags.answered || flags.forwarded || flags.has_keyword(complete_keyword);
}

/// What is to change; absent and empty members stay as they are.
struct FlagChange {
    std::optional<bool> seen = {}, flagged = {}, answered = {}, forwarded = {};
    std::vector<std::string> add_keywords = {}, remove_keywords = {};
    std::optional<std::string> annotation = {}; ///< "" removes it
};

/// `flags` after the change.
inline MailFlags changed_flags(MailFlags flags, FlagChange const &change)
{
    flags.seen = change.seen.value_or(flags.seen);
    flags.flagged = change.flagged.value_or(flags.flagged);
    flags.answered = change.answered.value_or(flags.answered);
    flags.forwarded = change.forwarded.value_or(flags.forwarded);
    for (auto &keyword : change.remove_keywords)
        std::erase_if(flags.keywords, [&](auto &each) { return equals_ignoring_case(each, keyword); });
    for (auto &keyword : change.add_keywords)
        if (!flags.has_keyword(keyword))
            flags.keywords.push_back(keyword);
    std::ranges::sort(flags.keywords);
    flags.annotation = may_be_annotated(flags) ? change.annotation.value_or(flags.annotation) : "";
    return flags;
}

} // namespace eas
