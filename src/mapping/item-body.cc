// See item-body.h.
#include "mapping/item-body.h"
#include "base/text.h"
#include "mapping/html-text.h"
#include <algorithm>
#include <limits>

namespace eas {
namespace {

constexpr uint64_t unlimited = std::numeric_limits<uint64_t>::max();
constexpr std::string_view html_data_scheme = "data:text/html,";

/// What to try, best first; never empty.
std::vector<BodyPreference> ranked(ItemText const &text, BodyOptions const &options)
{
    auto const native = native_body_type(text);
    std::vector<BodyPreference> ranking;
    for (auto const type : {native, native == BodyType::html ? BodyType::plain : BodyType::html})
        std::ranges::copy_if(options.body_preferences, std::back_inserter(ranking),
                             [&](auto const &preference) { return preference.type == type; });
    if (ranking.empty())
        ranking.push_back({native, {}, {}, {}});
    return ranking;
}

std::string with_crlf(std::string_view text)
{
    std::string lines;
    lines.reserve(text.size());
    for (char const c : text) {
        if (c == '\n')
            lines += '\r';
        lines += c;
    }
    return lines;
}

std::string plain_of(ItemText const &text)
{
    return text.plain.empty() && !text.html.empty() ? html_to_text(text.html) : text.plain;
}

std::string html_of(ItemText const &text)
{
    return text.html.empty() && !text.plain.empty() ? text_to_html(text.plain) : text.html;
}

std::string text_of(ItemText const &text, BodyType type)
{
    return type == BodyType::html ? html_of(text) : with_crlf(plain_of(text));
}

std::string with_lf(std::string text)
{
    std::erase(text, '\r');
    return text;
}

/// Without what clients add or lose at the end.
std::string_view without_trailing_space(std::string_view text)
{
    auto const end = text.find_last_not_of(" \t\r\n");
    return text.substr(0, end == text.npos ? 0 : end + 1);
}

bool is_html_format(IcalProperty const &line)
{
    auto const type = line.parameter("FMTTYPE");
    return type.empty() ? line.name == "X-ALT-DESC" : equals_ignoring_case(type.substr(0, 9), "text/html");
}

std::string html_description(IcalComponent const &component)
{
    for (auto const *name : {"X-ALT-DESC", "STYLED-DESCRIPTION"})
        for (auto const &line : component.properties(name))
            if (is_html_format(line))
                return line.text();
    if (auto const line = component.property("DESCRIPTION")) {
        auto const alternative = line->parameter("ALTREP");
        if (equals_ignoring_case(alternative.substr(0, html_data_scheme.size()), html_data_scheme))
            return percent_decode(alternative.substr(html_data_scheme.size())).value_or("");
    }
    return {};
}

} // namespace

BodyType native_body_type(ItemText const &text)
{
    return text.html.empty() ? BodyType::plain : BodyType::html;
}

Body choose_item_body(ItemText const &text, BodyOptions const &options, ProtocolVersion version)
{
    Body body;
    BodyPreference chosen;
    std::string whole;
    auto const ranking = ranked(text, options);
    bool is_refused = true;
    for (auto const &preference : ranking) {
        auto candidate = text_of(text, preference.type);
        bool const is_too_long = candidate.size() > preference.truncation_size.value_or(unlimited);
        bool const refuses = is_too_long && preference.all_or_none.value_or(false);
        if (body.estimated_data_size && refuses)
            continue;
        chosen = preference;
        body.type = preference.type;
        body.estimated_data_size = candidate.size();
        body.truncated = is_too_long ? std::optional(true) : std::nullopt;
        whole = std::move(candidate);
        is_refused = refuses;
        if (!refuses)
            break;
    }
    auto const limit = std::min<uint64_t>(chosen.truncation_size.value_or(unlimited), SIZE_MAX);
    bool const has_data = !is_refused && (limit > 0 || whole.empty());
    if (has_data)
        body.data =
            std::string(body.type == BodyType::html ? html_prefix(whole, limit) : utf8_prefix(whole, limit));
    bool const shows_text = body.type == BodyType::plain && has_data;
    if (version >= v14_0 && chosen.preview.value_or(0) > 0 && !shows_text)
        if (auto words = std::string(utf8_prefix_characters(plain_of(text), *chosen.preview)); !words.empty())
            body.preview = std::move(words);
    return body;
}

Result<ItemText> item_text_of(Body const &body)
{
    if (body.type != BodyType::plain && body.type != BodyType::html)
        return Error{ErrorKind::bad_request, "AirSyncBase:Body: neither plain text nor HTML"};
    StringSink sink;
    if (body.data)
        if (auto copied = body.data->copy_to(sink); !copied)
            return copied.error();
    auto text = with_lf(sanitize_utf8(sink.text));
    if (body.type == BodyType::plain)
        return ItemText{std::move(text), {}};
    return ItemText{html_to_text(text), without_trailing_space(text).empty() ? std::string() : text};
}

bool is_same_text(Body const &written, ItemText const &stored, BodyOptions const &options,
                  ProtocolVersion version)
{
    auto const text = item_text_of(written);
    if (!text)
        return false;
    if (!written.data)
        return true; // MS-ASCMD 2.2.3.24
    auto const &wanted = written.type == BodyType::html ? text->html : text->plain;
    auto const whole = with_lf(text_of(stored, written.type));
    if (without_trailing_space(wanted) == without_trailing_space(whole))
        return true;
    auto const shown = choose_item_body(stored, options, version);
    auto const beginning = shown.data ? with_lf(*shown.data->text()) : std::string();
    if (!shown.truncated.value_or(false) || wanted.empty() != beginning.empty())
        return false;
    if (shown.type == written.type)
        return without_trailing_space(wanted) == without_trailing_space(beginning);
    return without_trailing_space(text->plain) ==
           without_trailing_space(shown.type == BodyType::html ? html_to_text(beginning) : beginning);
}

ItemText ical_text_body(IcalComponent const &component)
{
    ItemText text;
    if (auto const line = component.property("DESCRIPTION"))
        text.plain = with_lf(sanitize_utf8(line->text()));
    text.html = sanitize_utf8(html_description(component));
    if (without_trailing_space(text.html).empty())
        text.html.clear();
    return text;
}

void set_ical_text_body(IcalComponent &component, ItemText const &text)
{
    if (ical_text_body(component) == text)
        return;
    auto const plain = plain_of(text);
    component.remove("STYLED-DESCRIPTION");
    if (plain.empty())
        component.remove("DESCRIPTION");
    else {
        auto line = component.property("DESCRIPTION").value_or(IcalProperty{"DESCRIPTION", {}, {}});
        std::erase_if(line.parameters, [](auto const &each) { return each.name == "ALTREP"; });
        line.value = escape_ical_text(plain);
        component.set(line);
    }
    if (text.html.empty())
        component.remove("X-ALT-DESC");
    else
        component.set({"X-ALT-DESC", {{"FMTTYPE", {"text/html"}}}, escape_ical_text(text.html)});
}

} // namespace eas
