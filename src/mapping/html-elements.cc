// The rows that say what each HTML element does; html-to-text.cc acts on them.
#include "mapping/html-elements.h"
#include <algorithm>
#include <array>

namespace eas {
namespace {

using enum HtmlRole;

struct Rule {
    std::string_view element;
    HtmlRole role;
};

// clang-format off
/// Sorted by element; what is not here is shown as plain text.
constexpr std::array rules = std::to_array<Rule>({
    {"a", link},                    {"address", line},              {"applet", hidden},
    {"article", line},              {"aside", line},                {"audio", hidden},
    {"blockquote", quote},          {"br", line_break},             {"caption", line},
    {"center", line},               {"dd", line},                   {"details", line},
    {"dir", bullets},               {"div", line},                  {"dl", paragraph},
    {"dt", line},                   {"fieldset", line},             {"figcaption", line},
    {"figure", paragraph},          {"footer", line},               {"form", line},
    {"h1", paragraph},              {"h2", paragraph},              {"h3", paragraph},
    {"h4", paragraph},              {"h5", paragraph},              {"h6", paragraph},
    {"header", line},               {"hr", rule},                   {"iframe", hidden},
    {"img", image},                 {"legend", line},               {"li", item},
    {"listing", preformatted},      {"main", line},                 {"menu", bullets},
    {"nav", line},                  {"object", hidden},             {"ol", numbers},
    {"optgroup", line},             {"option", line},               {"p", paragraph},
    {"pre", preformatted},          {"script", hidden},             {"section", line},
    {"select", line},               {"style", hidden},              {"summary", line},
    {"svg", hidden},                {"table", line},                {"td", cell},
    {"template", hidden},           {"textarea", preformatted},     {"th", cell},
    {"title", hidden},              {"tr", line},                   {"ul", bullets},
    {"video", hidden},              {"xmp", preformatted},
});
// clang-format on
static_assert(std::ranges::is_sorted(rules, {}, &Rule::element));

} // namespace

HtmlRole html_role(std::string_view element)
{
    auto found = std::ranges::lower_bound(rules, element, {}, &Rule::element);
    return found != rules.end() && found->element == element ? found->role : plain;
}

} // namespace eas
