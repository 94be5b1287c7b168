// What an HTML element does to the text in it, as browsers show it (HTML Living Standard 15.3).
#pragma once
#include <string_view>

namespace eas {

enum class HtmlRole {
    plain,
    hidden,    ///< with all that it contains
    line,      ///< stands on lines of its own
    paragraph, ///< ... with empty lines around
    line_break,
    rule,
    bullets,
    numbers,
    item,
    quote,
    preformatted,
    cell,
    link,
    image,
};

/// `element` in lower case, as libxml2 gives it.
HtmlRole html_role(std::string_view element);

} // namespace eas
