// The state machine follows the tags only as far as it must to count attributes.
#include "mapping/tag-limiter.h"

namespace eas {

constexpr unsigned max_attributes = 100;

std::string TagLimiter::filter(std::string_view html)
{
    std::string out;
    out.reserve(html.size());
    for (char c : html)
        if (passes(c))
            out += c == '\0' ? ' ' : c;
    return out;
}

bool TagLimiter::passes(char c)
{
    bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/';
    bool keep = m_attributes < max_attributes;
    switch (m_state) {
    case State::text:
        if (c == '<')
            m_state = State::tag_open;
        return true;
    case State::tag_open:
        m_state = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? State::tag : State::text;
        if (c == '<')
            m_state = State::tag_open;
        m_attributes = 0;
        m_separated = false;
        return true;
    case State::tag:
        if (c == '>' || c == '<') {
            m_state = c == '>' ? State::text : State::tag_open;
            return true;
        }
        if (c == '=')
            m_state = State::before_value;
        if (blank && !m_separated)
            ++m_attributes;
        m_separated = blank;
        return keep;
    case State::before_value:
        if (c == '>') {
            m_state = State::text;
            return true;
        }
        if (c == '"' || c == '\'') {
            m_state = State::quoted;
            m_quote = c;
        } else if (!blank || c == '/') {
            m_state = State::tag;
        }
        return keep;
    case State::quoted:
        if (c == m_quote) {
            m_state = State::tag;
            m_separated = true;
            ++m_attributes;
        }
        return keep;
    }
    return true;
}

} // namespace eas
