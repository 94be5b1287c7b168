// A filter in front of libxml2's HTML parser, which looks along the attributes of a tag for each further one:
// a tag with a million attributes would take hours.
#pragma once
#include <string>
#include <string_view>

namespace eas {

/// Cuts the attributes of a tag after the first hundred; makes NUL, at which libxml2 stops, a blank.
/// HTML is given piece by piece.
class TagLimiter {
public:
    std::string filter(std::string_view html);

private:
    enum class State { text, tag_open, tag, before_value, quoted };
    /// Whether the parser shall see the character.
    bool passes(char c);

    State m_state = State::text;
    unsigned m_attributes = 0;
    bool m_separated = false;
    char m_quote = 0;
};

} // namespace eas
