// HTML <-> plain text, with libxml2's HTML parser: broken HTML gives readable text, never an error.
// All text is UTF-8; lines of the results end with LF.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace eas {

/// Readable text: paragraphs, lists, tables as lines, quotes with "> ", links as "text <url>" where they
/// differ; scripts, styles, comments and hidden elements left out. Stops soon after `max_bytes` of text;
/// the result may be somewhat longer. Time grows linearly with the HTML, however it is nested.
std::string html_to_text(std::string_view html, size_t max_bytes = SIZE_MAX);

/// A small HTML document: escaped, line breaks kept, URLs as links, quoted lines ("> ") as blockquotes.
std::string text_to_html(std::string_view text);
/// The same without <html> and <body>, to be put after other HTML.
std::string text_to_html_fragment(std::string_view text);

/// Makes the <meta> of an HTML document that names another charset say UTF-8: what we send is UTF-8,
/// and a client that believes the old label shows garbage.
std::string declare_utf8(std::string html);

/// The longest prefix of at most `bytes` bytes that ends neither in a character, nor, where that costs
/// little, in a tag or an entity.
std::string_view html_prefix(std::string_view html, size_t bytes);

/// RFC 3676: joins flowed lines. Quoted lines keep their depth as "> ".
std::string unflow(std::string_view text, bool del_sp);

} // namespace eas
