// HTML <-> plain text, with libxml2's HTML parser: broken HTML gives readable text, never an error.
#pragma once
#include <string>
#include <string_view>

namespace eas {

/// Readable text: paragraphs, lists, tables as lines, links as "text <url>" where they differ; scripts,
/// styles and comments left out. `html` is UTF-8.
std::string html_to_text(std::string_view html);
/// A small HTML document: escaped, line breaks kept, URLs as links, quoted lines ("> ") as blockquotes.
std::string text_to_html(std::string_view text);
/// RFC 3676: joins flowed lines.
std::string unflow(std::string_view text, bool del_sp);

} // namespace eas
