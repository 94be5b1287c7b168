// The parts of the body are read one after the other until there is enough. HTML is about four fifths
// markup, so for plain text of HTML more is read at once, and more again if that was not enough.
#include "mapping/body-text.h"
#include "base/text.h"
#include "mapping/html-text.h"
#include <algorithm>

namespace eas {
namespace {

/// A body is text for people: more is cut, so that a hostile message cannot fill the memory.
constexpr uint64_t max_text_bytes = 16 << 20;
constexpr uint64_t html_bytes_at_once = 16 * 1024;
constexpr uint64_t html_bytes_per_text_byte = 4;

struct PartText {
    std::string text;
    bool more;
};

Result<PartText> read_part(ReadText const &read_text, MimePart const &part, uint64_t wanted_bytes)
{
    auto read = read_text(part.id, std::min(wanted_bytes, max_text_bytes));
    if (!read)
        return read.error();
    auto text = sanitize_utf8(read->text);
    if (part.flowed && part.type == "text/plain")
        text = unflow(text, part.del_sp);
    return PartText{std::move(text), read->more};
}

Result<PartText> read_html_as_text(ReadText const &read_text, MimePart const &part, uint64_t wanted_bytes)
{
    uint64_t enough = std::min(wanted_bytes, max_text_bytes);
    uint64_t html_bytes =
        std::min(std::max(html_bytes_at_once, enough * html_bytes_per_text_byte), max_text_bytes);
    for (;;) {
        auto html = read_part(read_text, part, html_bytes);
        if (!html)
            return html.error();
        auto text = html_to_text(html->text, enough);
        if (!html->more || text.size() >= enough || html_bytes == max_text_bytes)
            return PartText{std::move(text), html->more || text.size() >= enough};
        html_bytes = std::min(html_bytes * 4, max_text_bytes);
    }
}

Result<PartText> read_as(ReadText const &read_text, MimePart const &part, BodyType type,
                         uint64_t wanted_bytes)
{
    if (type == BodyType::plain && is_html(part))
        return read_html_as_text(read_text, part, wanted_bytes);
    return read_part(read_text, part, wanted_bytes);
}

std::string with_crlf(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + text.size() / 32);
    while (!text.empty()) {
        size_t end = text.find('\n');
        auto line = text.substr(0, end);
        out += line;
        if (end == std::string_view::npos)
            break;
        out += line.ends_with('\r') ? "\n" : "\r\n";
        text.remove_prefix(end + 1);
    }
    return out;
}

/// An empty line between two stretches of plain text.
void append_plain(std::string &out, std::string_view text)
{
    if (!out.empty()) {
        if (!out.ends_with('\n'))
            out += '\n';
        out += '\n';
    }
    out += text;
}

/// HTML after HTML: browsers read on after </html>. Plain text among it becomes HTML.
void append_html(std::string &out, MimePart const &part, std::string text)
{
    if (is_html(part)) {
        out += declare_utf8(std::move(text));
        return;
    }
    out += out.empty() ? "<div>" : "<br><div>";
    out += text_to_html_fragment(text);
    out += "</div>";
}

} // namespace

Result<BodyText> read_body_text(ReadText const &read_text, MessageParts const &parts, BodyType type,
                                uint64_t wanted_bytes)
{
    BodyText body;
    auto chosen = parts_for(parts, type);
    bool as_html =
        type == BodyType::html && std::ranges::any_of(chosen, [](auto *part) { return is_html(*part); });
    for (auto *part : chosen) {
        body.estimated_bytes += part->decoded_bytes;
        if (body.text.size() >= wanted_bytes) {
            body.more = true;
            continue;
        }
        auto read = read_as(read_text, *part, type, wanted_bytes - body.text.size());
        if (!read)
            return read.error();
        body.more |= read->more;
        as_html ? append_html(body.text, *part, std::move(read->text)) : append_plain(body.text, read->text);
    }
    if (type == BodyType::plain)
        body.text = with_crlf(body.text);
    else if (!as_html && !body.text.empty())
        body.text = text_to_html(body.text);
    body.estimated_bytes =
        body.more ? std::max<uint64_t>(body.estimated_bytes, body.text.size() + 1) : body.text.size();
    return body;
}

Result<BodyText> read_body_text(MailMessage &message, MessageParts const &parts, BodyType type,
                                uint64_t wanted_bytes)
{
    return read_body_text(
        [&](std::string const &id, size_t max_bytes) { return message.text(id, max_bytes); }, parts, type,
        wanted_bytes);
}

} // namespace eas
