// Any text as HTML and as plain text of a mail: conversions give valid text of bounded size.
#include "base/text.h"
#include "fuzz.h"
#include "mapping/html-text.h"

using namespace eas;
using fuzz::demand;

static bool is_clean(std::string_view text)
{
    return sanitize_utf8(text) == text;
}

static void check_html_to_text(std::string_view html)
{
    auto const text = html_to_text(html);
    demand(is_clean(text), "text of HTML is valid");
    demand(text.size() <= 20 * html.size() + 64, "text of HTML is of bounded size");
    demand(text.starts_with(html_to_text(html, text.size() / 2)), "less text is the beginning of the text");
}

static void check_text_to_html(std::string_view text)
{
    auto const html = text_to_html(text);
    demand(is_clean(html), "HTML of text is valid");
    demand(html.find("<script") == html.npos && html.find("<img") == html.npos, "text is not markup");
    demand(is_clean(html_to_text(html)), "HTML of text is readable");
}

static void check_repairs(std::string_view html)
{
    for (size_t bytes = 0; bytes <= html.size(); bytes += 1 + html.size() / 16) {
        auto const prefix = html_prefix(html, bytes);
        demand(prefix.size() <= bytes && is_clean(prefix), "a prefix of HTML is valid and short enough");
    }
    auto const declared = declare_utf8(std::string(html));
    demand(is_clean(declared) && declare_utf8(declared) == declared, "a corrected charset stays");
    for (bool del_sp : {false, true})
        demand(is_clean(unflow(html, del_sp)), "unflowed text is valid");
}

int LLVMFuzzerTestOneInput(uint8_t const *data, size_t size)
{
    auto const bytes = fuzz::text_of(data, size);
    html_to_text(bytes); // the parser is given valid text only, but shall not depend on it
    auto const text = sanitize_utf8(bytes);
    check_html_to_text(text);
    check_text_to_html(text);
    check_repairs(text);
    return 0;
}
