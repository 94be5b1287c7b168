// Plain text as HTML: what a mail program shows of plain text, with its quotes and links. One pass,
// nothing of the text is ever taken for markup.
#include "base/text.h"
#include "mapping/html-text.h"
#include <algorithm>

namespace eas {
namespace {

constexpr unsigned max_quotes = 20;
constexpr size_t max_backtrack = 256;
constexpr std::string_view head =
    "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body>";

std::string_view escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return {};
    }
}

void append_escaped(std::string &out, std::string_view text)
{
    for (char c : text) {
        auto escape = escape_of(c);
        escape.empty() ? out.append(1, c) : out.append(escape);
    }
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix)
{
    return equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

bool ends_link(char c)
{
    return static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == '"';
}

/// Length of the URL that `text` begins with, 0 if it begins with none. Punctuation at its end belongs to
/// the sentence, a closing parenthesis only if none was opened inside.
size_t link_length(std::string_view text)
{
    size_t scheme = 0;
    for (std::string_view prefix : {"https://", "http://", "ftp://", "mailto:", "www."})
        if (starts_with_ignoring_case(text, prefix))
            scheme = prefix.size();
    if (scheme == 0)
        return 0;
    auto link = text.substr(0, static_cast<size_t>(std::ranges::find_if(text, ends_link) - text.begin()));
    long open = std::ranges::count(link, '(') - std::ranges::count(link, ')');
    for (;;) {
        if (link.size() > scheme &&
            std::string_view(".,;:!?'*").find(link.back()) != std::string_view::npos) {
            link.remove_suffix(1);
        } else if (link.size() > scheme && link.back() == ')' && open < 0) {
            link.remove_suffix(1);
            ++open;
        } else {
            break;
        }
    }
    return link.size() > scheme ? link.size() : 0;
}

void append_link(std::string &out, std::string_view link)
{
    out += "<a href=\"";
    if (starts_with_ignoring_case(link, "www."))
        out += "http://";
    append_escaped(out, link);
    out += "\">";
    append_escaped(out, link);
    out += "</a>";
}

bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// One line, blanks that HTML would collapse as no-break spaces.
void append_line(std::string &out, std::string_view line)
{
    bool after_blank = true, after_word = false;
    while (!line.empty()) {
        if (!after_word)
            if (size_t length = link_length(line)) {
                append_link(out, line.substr(0, length));
                line.remove_prefix(length);
                after_blank = after_word = false;
                continue;
            }
        char c = line[0] == '\t' ? ' ' : line[0];
        if (c == ' ' && after_blank)
            out += "&nbsp;";
        else
            append_escaped(out, {&c, 1});
        after_blank = c == ' ';
        after_word = is_word(c);
        line.remove_prefix(1);
    }
}

/// Takes "> > " and ">>" from the front of a line; how many there were.
unsigned take_quotes(std::string_view &line)
{
    unsigned quotes = 0;
    while (quotes < max_quotes && line.starts_with('>')) {
        line.remove_prefix(1);
        ++quotes;
        if (line.starts_with(' '))
            line.remove_prefix(1);
    }
    return quotes;
}

} // namespace

std::string text_to_html_fragment(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + text.size() / 8 + 64);
    unsigned open_quotes = 0;
    bool at_block_start = true;
    while (!text.empty()) {
        size_t end = text.find('\n');
        auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        unsigned quotes = take_quotes(line);
        if (quotes == open_quotes && !at_block_start)
            out += "<br>\n";
        // A blockquote has margins: the empty line that ends a quotation in text is one of them.
        at_block_start = quotes < open_quotes && line.empty();
        for (; open_quotes < quotes; ++open_quotes)
            out += "<blockquote type=\"cite\">";
        for (; open_quotes > quotes; --open_quotes)
            out += "</blockquote>\n";
        append_line(out, line);
    }
    for (; open_quotes > 0; --open_quotes)
        out += "</blockquote>";
    return out;
}

std::string text_to_html(std::string_view text)
{
    std::string out(head);
    out += text_to_html_fragment(text);
    out += "</body></html>";
    return out;
}

std::string declare_utf8(std::string html)
{
    constexpr size_t head_bytes = 8192;
    constexpr std::string_view key = "charset=";
    std::string start = to_lower(std::string_view(html).substr(0, head_bytes));
    size_t body = start.find("<body");
    for (size_t meta = start.find("<meta"); meta < body; meta = start.find("<meta", meta + 1)) {
        size_t end = start.find('>', meta);
        size_t value = start.find(key, meta);
        if (end == start.npos || value > end)
            continue;
        value += key.size();
        if (start[value] == '"' || start[value] == '\'')
            ++value;
        size_t length = start.find_first_of("\"'>;/ \t\r\n", value) - value;
        html.replace(value, length, "utf-8");
        break;
    }
    return html;
}

std::string_view html_prefix(std::string_view html, size_t bytes)
{
    auto prefix = utf8_prefix(html, bytes);
    if (prefix.size() == html.size())
        return prefix;
    auto tail = prefix.substr(prefix.size() - std::min(prefix.size(), max_backtrack));
    size_t cut = tail.size();
    size_t tag = tail.rfind('<'), entity = tail.rfind('&');
    if (tag != tail.npos && tail.find('>', tag) == tail.npos)
        cut = tag;
    else if (entity != tail.npos && tail.find_first_of("; <", entity) == tail.npos &&
             tail.size() - entity < 12)
        cut = entity;
    auto whole = prefix.substr(0, prefix.size() - tail.size() + cut);
    return whole.empty() ? prefix : whole;
}

} // namespace eas
