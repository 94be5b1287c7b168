// The prefixes that mail programs use, in the languages of their users.
#include "mapping/thread-topic.h"
#include "base/text.h"
#include <algorithm>
#include <array>

namespace eas {
namespace {

constexpr std::array<std::string_view, 22> prefixes = {
    "re",   "fw",     "fwd",       // English and most others
    "aw",   "wg",                  // German
    "sv",   "vs",     "vb",  "vl", // Swedish, Norwegian, Danish, Finnish
    "antw", "doorst",              // Dutch
    "tr",   "réf",                 // French
    "r",    "i",      "rif",       // Italian
    "rv",   "res",    "enc",       // Spanish, Portuguese
    "odp",  "pd",                  // Polish
    "ynt",                         // Turkish
};

/// Length of a prefix like "Re:", "RE [2]:" or "Fwd (3) :" with the blanks behind it; 0 if there is none.
size_t prefix_length(std::string_view subject)
{
    size_t colon = subject.substr(0, 24).find(':');
    if (colon == std::string_view::npos)
        return 0;
    auto word = trim(subject.substr(0, colon));
    if (word.ends_with(']') || word.ends_with(')')) {
        size_t open = word.find_last_of("[(");
        if (open == std::string_view::npos || !parse_unsigned(word.substr(open + 1, word.size() - open - 2)))
            return 0;
        word = trim(word.substr(0, open));
    }
    bool known =
        std::ranges::any_of(prefixes, [&](auto prefix) { return equals_ignoring_case(word, prefix); });
    return known ? colon + 1 : 0;
}

} // namespace

std::string thread_topic(std::string_view subject)
{
    subject = trim(subject);
    while (size_t length = prefix_length(subject))
        subject = trim(subject.substr(length));
    return std::string(subject);
}

} // namespace eas
