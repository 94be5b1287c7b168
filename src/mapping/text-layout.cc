// Blanks and line ends are held back until text follows: so none is left at the end of a line or of the text.
#include "mapping/text-layout.h"
#include "base/text.h"
#include <algorithm>

namespace eas {
namespace {

constexpr unsigned max_newlines = 3; // two empty lines at most
constexpr unsigned max_quotes = 8;   // deeper is not readable, and would let a short page make a long text
constexpr unsigned max_indents = 8;
constexpr unsigned max_hard_blanks = 64;
constexpr std::string_view no_break_space = "\xc2\xa0";

/// Characters that a browser does not show: soft hyphen, zero-width space, byte order mark.
constexpr std::string_view invisible[] = {"\xc2\xad", "\xe2\x80\x8b", "\xef\xbb\xbf"};

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/// Length of the invisible character that `text` begins with, 0 if it is visible.
size_t invisible_prefix(std::string_view text)
{
    for (auto character : invisible)
        if (text.starts_with(character))
            return character.size();
    return 0;
}

/// End of the run of visible characters that begins `text`.
size_t word_length(std::string_view text)
{
    size_t length = 0;
    while (length < text.size() && !is_blank(text[length])) {
        auto c = static_cast<unsigned char>(text[length]);
        if (c >= 0xc2) {
            auto rest = text.substr(length);
            if (rest.starts_with(no_break_space) || invisible_prefix(rest) > 0)
                break;
        }
        ++length;
    }
    return length;
}

} // namespace

void TextLayout::text(std::string_view utf8)
{
    while (!utf8.empty()) {
        if (is_blank(utf8[0])) {
            m_soft_blank = true;
            utf8.remove_prefix(1);
        } else if (utf8.starts_with(no_break_space)) {
            m_hard_blanks = std::min(m_hard_blanks + 1, max_hard_blanks);
            utf8.remove_prefix(no_break_space.size());
        } else if (size_t skip = invisible_prefix(utf8)) {
            utf8.remove_prefix(skip);
        } else {
            size_t length = std::max<size_t>(word_length(utf8), 1);
            visible(utf8.substr(0, length));
            utf8.remove_prefix(length);
        }
    }
}

void TextLayout::preformatted_text(std::string_view utf8)
{
    while (!utf8.empty()) {
        size_t end = utf8.find('\n');
        auto line = utf8.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (!line.empty())
            visible(line);
        if (end == std::string_view::npos)
            return;
        line_break();
        utf8.remove_prefix(end + 1);
    }
}

void TextLayout::visible(std::string_view word)
{
    if (m_newlines > 0 || !m_line_open)
        begin_line();
    else if (m_cell)
        m_out += '\t';
    else if (m_soft_blank && m_hard_blanks == 0)
        m_out += ' ';
    m_out.append(m_hard_blanks, ' ');
    m_out += word;
    m_hard_blanks = 0;
    m_soft_blank = m_cell = false;
    m_line_open = true;
}

void TextLayout::begin_line()
{
    auto quotes = std::min(m_quotes, max_quotes);
    if (!m_out.empty()) {
        for (unsigned i = 0; i < m_newlines; ++i) {
            m_out += '\n';
            for (unsigned quote = 0; i + 1 < m_newlines && quote < std::min(quotes, m_last_quotes); ++quote)
                m_out += quote == 0 ? ">" : " >";
        }
    }
    m_newlines = 0;
    m_last_quotes = quotes;
    for (unsigned i = 0; i < quotes; ++i)
        m_out += "> ";
    auto indent = 2 * std::min(m_indents, max_indents);
    // The marker of a list item hangs in the indentation of its text.
    m_out.append(indent > m_marker.size() ? indent - m_marker.size() : 0, ' ');
    m_out += m_marker;
    m_marker.clear();
}

void TextLayout::line_break()
{
    m_newlines = std::min(m_newlines + 1, max_newlines);
    m_line_open = m_soft_blank = m_cell = false;
    m_hard_blanks = 0;
}

void TextLayout::end_line()
{
    // A block that holds nothing but &nbsp; is how editors write an empty line.
    if (m_line_open || m_hard_blanks > 0)
        line_break();
    m_soft_blank = m_cell = false;
}

void TextLayout::end_paragraph()
{
    // The first paragraph of a list item begins beside its marker.
    if (!m_marker.empty())
        return end_line();
    m_newlines = std::max(m_newlines, 2u);
    m_line_open = m_soft_blank = m_cell = false;
    m_hard_blanks = 0;
}

void TextLayout::end_cell()
{
    m_cell = m_line_open;
    m_soft_blank = false;
    m_hard_blanks = 0;
}

std::string_view TextLayout::since(size_t from) const
{
    return trim(std::string_view(m_out).substr(std::min(from, m_out.size())));
}

} // namespace eas
