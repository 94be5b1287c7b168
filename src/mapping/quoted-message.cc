// HTML is cut by looking for a few tags, not parsed: what mail programs write stays byte by byte, and
// whatever the original does wrong stands behind all that the client wrote.
#include "mapping/quoted-message.h"
#include "base/text.h"
#include "mapping/html-text.h"
#include "mapping/outgoing-message.h"
#include <algorithm>

namespace eas {

static constexpr size_t max_header_line_bytes = 4096;

static void append_line(std::string &out, std::string_view name, std::string_view value)
{
    if (value.empty())
        return;
    std::string line = sanitize_utf8(value);
    std::erase_if(line, [](char c) { return c == '\r' || c == '\n'; });
    out.append(name).append(": ").append(utf8_prefix(line, max_header_line_bytes)).append("\r\n");
}

std::string original_header(MailHeaders const &headers, Instant sent)
{
    std::string text = "-----Original Message-----\r\n";
    append_line(text, "From", headers.from);
    append_line(text, "Sent", format_mail_date(sent));
    append_line(text, "To", headers.to);
    append_line(text, "Cc", headers.cc);
    append_line(text, "Subject", headers.subject);
    return text;
}

/// "> " in front of each line; quotes of quotes as mail programs know them: ">> ".
static void append_quoted(std::string &out, std::string_view text)
{
    while (!text.empty()) {
        size_t const end = std::min(text.find('\n'), text.size() - 1) + 1;
        out.append(text.starts_with('>') ? ">" : "> ").append(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::string with_original_text(std::string_view text, std::string_view header, std::string_view original,
                               Verb verb)
{
    std::string out(text);
    if (!out.empty() && !out.ends_with('\n'))
        out += "\r\n";
    out.append("\r\n").append(header).append("\r\n");
    if (verb == Verb::reply)
        append_quoted(out, original);
    else
        out += original;
    return out;
}

namespace {

/// Where a tag like "<body" or "</body" begins and ends; npos if it is not there.
struct TagPlace {
    size_t begin = std::string::npos, end = std::string::npos;
    bool is_found() const { return begin != std::string::npos; }
};

/// `lower` is the HTML in lower case.
TagPlace tag_at(std::string const &lower, std::string_view tag, size_t begin)
{
    if (begin == lower.npos)
        return {};
    size_t const close = lower.find('>', begin + tag.size());
    return {begin, close == lower.npos ? lower.size() : close + 1};
}

} // namespace

/// The style sheets of a document's head, without which newsletters are hard to read.
static std::string styles_of(std::string_view html, std::string const &lower, size_t head_end)
{
    std::string styles;
    for (size_t at = lower.find("<style"); at < head_end; at = lower.find("<style", at + 1)) {
        auto const end = tag_at(lower, "</style", lower.find("</style", at));
        if (!end.is_found() || end.end > head_end)
            break;
        styles += html.substr(at, end.end - at);
    }
    return styles;
}

/// What stands in a document's body, with its style sheets.
static std::string body_of(std::string_view html)
{
    std::string const lower = to_lower(html);
    auto start = tag_at(lower, "<body", lower.find("<body"));
    if (!start.is_found())
        start = tag_at(lower, "</head", lower.find("</head"));
    size_t const begin = start.is_found() ? start.end : 0;
    size_t end = lower.rfind("</body");
    if (end == lower.npos || end < begin)
        end = lower.rfind("</html");
    if (end == lower.npos || end < begin)
        end = lower.size();
    std::string body = start.is_found() ? styles_of(html, lower, start.begin) : "";
    return body.append(html.substr(begin, end - begin));
}

std::string with_original_html(std::string_view html, std::string_view header, std::string_view original,
                               Verb verb)
{
    std::string const lower = to_lower(html);
    size_t end = lower.rfind("</body");
    if (end == lower.npos)
        end = lower.rfind("</html");
    end = std::min(end, html.size());
    std::string out(html.substr(0, end));
    out.append("<br><div>").append(text_to_html_fragment(header)).append("</div><br>");
    out.append(verb == Verb::reply ? "<blockquote type=\"cite\">" : "<div>");
    out.append(body_of(original));
    out.append(verb == Verb::reply ? "</blockquote>" : "</div>");
    return out.append(html.substr(end));
}

} // namespace eas
