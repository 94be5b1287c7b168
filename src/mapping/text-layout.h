// Lays text out as a browser would, in plain text: collapses blanks, keeps paragraphs apart, quotes and
// indents. What to lay out where is the caller's (html-to-text.cc); what a line looks like is decided here.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace eas {

class TextLayout {
public:
    /// Text, runs of blanks and line ends collapsed to one blank.
    void text(std::string_view utf8);
    /// Text as it is, line by line.
    void preformatted_text(std::string_view utf8);
    /// <br>
    void line_break();
    /// What follows stands on a line of its own.
    void end_line();
    /// What follows stands apart by an empty line.
    void end_paragraph();
    /// What follows is the next cell of a table's row.
    void end_cell();
    /// Put before the next text, "* " or "1. ".
    void marker(std::string text) { m_marker = std::move(text); }

    void open_quote() { ++m_quotes; }
    void close_quote() { --m_quotes; }
    void open_indent() { ++m_indents; }
    void close_indent() { --m_indents; }

    /// Bytes laid out so far.
    size_t size() const { return m_out.size(); }
    /// What was laid out since `size()` was `from`, without blanks around it.
    std::string_view since(size_t from) const;
    std::string take() { return std::move(m_out); }

private:
    void visible(std::string_view word);
    void begin_line();

    std::string m_out;
    std::string m_marker;
    unsigned m_newlines = 0;    ///< to be written before the next text
    unsigned m_hard_blanks = 0; ///< no-break spaces, to be written before the next text
    unsigned m_quotes = 0, m_indents = 0;
    unsigned m_last_quotes = 0; ///< of the line before, for the empty lines between
    bool m_soft_blank = false;  ///< collapsed blanks, to be written before the next text on the line
    bool m_cell = false;
    bool m_line_open = false;
};

} // namespace eas
