// See html.h.
#include "web/html.h"
#include "base/text.h"

namespace eas {

Html::Html(std::string_view text)
{
    for (char c : sanitize_utf8(text)) {
        switch (c) {
        case '&':
            m_markup += "&amp;";
            break;
        case '<':
            m_markup += "&lt;";
            break;
        case '>':
            m_markup += "&gt;";
            break;
        case '"':
            m_markup += "&quot;";
            break;
        case '\'':
            m_markup += "&#39;";
            break;
        default:
            m_markup += c;
        }
    }
}

Html verbatim(std::string_view markup)
{
    Html html;
    html.m_markup = markup;
    return html;
}

Html fill(std::string_view pattern, std::initializer_list<Slot> slots)
{
    Html filled;
    while (!pattern.empty()) {
        auto const begin = pattern.find('{');
        filled.m_markup += pattern.substr(0, begin);
        if (begin == pattern.npos)
            break;
        auto const end = pattern.find('}', begin);
        auto const name = pattern.substr(begin + 1, end - begin - 1);
        for (auto const &slot : slots)
            if (slot.name == name)
                filled += slot.value;
        pattern.remove_prefix(end == pattern.npos ? pattern.size() : end + 1);
    }
    return filled;
}

} // namespace eas
