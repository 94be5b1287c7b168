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

std::string original_header(MailHeaders const &headers)
{
    std::string text = "-----Original Message-----\r\n";
    append_line(text, "From", headers.from);
    append_line(text, "Sent", format_mail_date(headers.sent));
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

/// Length of the tag that `html` begins with, if it is one of those that make a document; else 0.
static size_t document_tag_length(std::string_view html)
{
    for (std::string_view tag : {"<html", "</html", "<head", "</head", "<body", "</body", "<!doctype"}) {
        auto const next = html.substr(std::min(tag.size(), html.size())).substr(0, 1);
        bool const is_name_over = next.empty() || std::string_view("> \t\r\n/").find(next) != next.npos;
        if (is_name_over && equals_ignoring_case(html.substr(0, tag.size()), tag))
            return std::min(html.find('>'), html.size() - 1) + 1;
    }
    return 0;
}

/// A document as a part of another: its style sheets stay, without which newsletters are hard to read, and
/// what stands behind its end, where mailing lists write.
static std::string as_fragment(std::string_view html)
{
    std::string fragment;
    while (!html.empty()) {
        size_t const text = std::min(html.find('<', 1), html.size());
        size_t const tag = document_tag_length(html);
        if (tag == 0)
            fragment += html.substr(0, text);
        html.remove_prefix(tag == 0 ? text : tag);
    }
    return fragment;
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
    out.append(as_fragment(original));
    out.append(verb == Verb::reply ? "</blockquote>" : "</div>");
    return out.append(html.substr(end));
}

} // namespace eas
