// HTML to text with libxml2's HTML parser in SAX form: no tree is built, so that 10 MB of HTML cost 10 MB.
//
// libxml2 2.9 looks along the stack of open elements for each stray end tag, and along the attributes of a
// tag for each further one: quadratic, if a sender wants it so. Both are bounded here: attributes are
// cut before the parser sees them, and a stack that grows too deep is dropped and begun anew. Nothing
// that such a page says is lost, only its quotes and lists are flattened.
#include "base/text.h"
#include "mapping/html-elements.h"
#include "mapping/html-text.h"
#include "mapping/tag-limiter.h"
#include "mapping/text-layout.h"
#include <libxml/HTMLparser.h>
#include <memory>
#include <vector>

namespace eas {
namespace {

using Role = HtmlRole;

constexpr size_t chunk_bytes = 1024; // the stack grows by no more than this before it is looked at
constexpr int max_depth = 256;
constexpr size_t max_link_bytes = 2000;
/// libxml2 stops where the outermost element ends, be it </html> or the first </p> of a fragment. People
/// write on after </html>, so all of it goes into an element that nobody closes.
constexpr std::string_view root = "<x-dovecot-eas-root>";

/// Value of an attribute; "" if it is absent or empty. `attributes` is libxml2's list of pairs, or null.
std::string_view attribute(xmlChar const **attributes, std::string_view name)
{
    for (; attributes && *attributes; attributes += 2)
        if (name == reinterpret_cast<char const *>(attributes[0]))
            return attributes[1] ? reinterpret_cast<char const *>(attributes[1]) : "";
    return {};
}

bool has_attribute(xmlChar const **attributes, std::string_view name)
{
    for (; attributes && *attributes; attributes += 2)
        if (name == reinterpret_cast<char const *>(attributes[0]))
            return true;
    return false;
}

/// By the attribute "hidden" or a style: preheaders, tracking text.
bool is_hidden(xmlChar const **attributes)
{
    if (has_attribute(attributes, "hidden"))
        return true;
    auto value = attribute(attributes, "style");
    if (value.empty())
        return false;
    std::string style = to_lower(value);
    std::erase_if(style, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
    return style.find("display:none") != style.npos || style.find("visibility:hidden") != style.npos;
}

/// Without what makes no difference to a reader.
std::string_view bare_link(std::string_view link)
{
    for (std::string_view scheme : {"mailto:", "tel:", "https://", "http://"})
        if (equals_ignoring_case(link.substr(0, scheme.size()), scheme)) {
            link.remove_prefix(scheme.size());
            break;
        }
    while (link.ends_with('/'))
        link.remove_suffix(1);
    return link;
}

bool is_worth_showing(std::string_view link)
{
    for (std::string_view scheme : {"mailto:", "tel:", "https://", "http://", "ftp://"})
        if (equals_ignoring_case(link.substr(0, scheme.size()), scheme))
            return link.size() > scheme.size() && link.size() <= max_link_bytes;
    return false;
}

/// Gets the parser's events and tells the layout.
class HtmlText {
public:
    void start(std::string_view name, xmlChar const **attributes);
    void end();
    void end_all()
    {
        while (!m_open.empty())
            end();
    }
    void characters(std::string_view text);
    size_t size() const { return m_layout.size(); }
    std::string take() { return m_layout.take(); }

private:
    struct List {
        bool numbered;
        int64_t next;
    };
    struct Link {
        std::string target;
        size_t start; ///< size of the text before it
    };
    void begin_item();
    void begin_block(Role role, xmlChar const **attributes);
    void end_link();

    TextLayout m_layout;
    std::vector<Role> m_open;
    std::vector<List> m_lists;
    std::vector<Link> m_links;
    unsigned m_hidden = 0, m_preformatted = 0;
};

void HtmlText::start(std::string_view name, xmlChar const **attributes)
{
    auto role = html_role(name);
    if (role != Role::hidden && is_hidden(attributes))
        role = Role::hidden;
    // Word writes each line as a paragraph without margins.
    if (role == Role::paragraph && attribute(attributes, "class").starts_with("Mso"))
        role = Role::line;
    m_open.push_back(role);
    if (role == Role::hidden)
        ++m_hidden;
    else if (m_hidden == 0)
        begin_block(role, attributes);
    else
        m_open.back() = Role::plain;
}

void HtmlText::begin_block(Role role, xmlChar const **attributes)
{
    switch (role) {
    case Role::plain:
    case Role::hidden:
    case Role::cell:
        break;
    case Role::line:
        m_layout.end_line();
        break;
    case Role::paragraph:
        m_layout.end_paragraph();
        break;
    case Role::line_break:
        m_layout.line_break();
        break;
    case Role::rule:
        m_layout.end_line();
        m_layout.text("----------");
        m_layout.end_line();
        break;
    case Role::bullets:
    case Role::numbers: {
        m_lists.empty() ? m_layout.end_paragraph() : m_layout.end_line();
        auto first = parse_signed(attribute(attributes, "start"));
        m_lists.push_back(
            {role == Role::numbers, first && *first > -1000000 && *first < 1000000 ? *first : 1});
        m_layout.open_indent();
        break;
    }
    case Role::item:
        m_layout.end_line();
        begin_item();
        break;
    case Role::quote:
        m_layout.end_paragraph();
        m_layout.open_quote();
        break;
    case Role::preformatted:
        m_layout.end_paragraph();
        ++m_preformatted;
        break;
    case Role::link:
        m_links.push_back({std::string(trim(attribute(attributes, "href"))), m_layout.size()});
        break;
    case Role::image:
        if (auto text = trim(attribute(attributes, "alt")); !text.empty())
            m_layout.text("[" + std::string(text) + "]");
        break;
    }
}

void HtmlText::begin_item()
{
    if (!m_lists.empty() && m_lists.back().numbered)
        m_layout.marker(std::to_string(m_lists.back().next++) + ". ");
    else
        m_layout.marker("* ");
}

void HtmlText::end()
{
    if (m_open.empty())
        return;
    auto role = m_open.back();
    m_open.pop_back();
    switch (role) {
    case Role::hidden:
        --m_hidden;
        break;
    case Role::line:
    case Role::item:
        m_layout.end_line();
        break;
    case Role::paragraph:
        m_layout.end_paragraph();
        break;
    case Role::bullets:
    case Role::numbers:
        m_layout.close_indent();
        m_lists.pop_back();
        m_layout.marker("");
        m_lists.empty() ? m_layout.end_paragraph() : m_layout.end_line();
        break;
    case Role::quote:
        m_layout.end_paragraph();
        m_layout.close_quote();
        break;
    case Role::preformatted:
        m_layout.end_paragraph();
        --m_preformatted;
        break;
    case Role::cell:
        m_layout.end_cell();
        break;
    case Role::link:
        end_link();
        break;
    case Role::plain:
    case Role::line_break:
    case Role::rule:
    case Role::image:
        break;
    }
}

void HtmlText::end_link()
{
    auto link = std::move(m_links.back());
    m_links.pop_back();
    if (is_worth_showing(link.target) && bare_link(m_layout.since(link.start)) != bare_link(link.target))
        m_layout.text(" <" + link.target + ">");
}

void HtmlText::characters(std::string_view text)
{
    if (m_hidden > 0)
        return;
    m_preformatted > 0 ? m_layout.preformatted_text(text) : m_layout.text(text);
}

HtmlText &handler(void *context)
{
    return *static_cast<HtmlText *>(context);
}

void on_start(void *context, xmlChar const *name, xmlChar const **attributes)
{
    handler(context).start(reinterpret_cast<char const *>(name), attributes);
}

void on_end(void *context, xmlChar const *)
{
    handler(context).end();
}

void on_characters(void *context, xmlChar const *text, int length)
{
    handler(context).characters({reinterpret_cast<char const *>(text), static_cast<size_t>(length)});
}

void on_error(void *, xmlError *) {}

void parse(htmlParserCtxt &parser, std::string_view html)
{
    htmlParseChunk(&parser, html.data(), static_cast<int>(html.size()), 0);
}

using Parser = std::unique_ptr<htmlParserCtxt, decltype(&htmlFreeParserCtxt)>;

Parser make_parser(HtmlText &text)
{
    htmlSAXHandler sax{};
    sax.startElement = on_start;
    sax.endElement = on_end;
    sax.characters = sax.ignorableWhitespace = sax.cdataBlock = on_characters;
    sax.serror = on_error;
    sax.initialized = XML_SAX2_MAGIC;
    Parser parser(htmlCreatePushParserCtxt(&sax, &text, nullptr, 0, nullptr, XML_CHAR_ENCODING_UTF8),
                  htmlFreeParserCtxt);
    // The text is UTF-8 whatever its <meta> says. NOIMPLIED: no invented <html><body><p>.
    if (parser) {
        htmlCtxtUseOptions(parser.get(), HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC |
                                             HTML_PARSE_NODEFDTD | HTML_PARSE_NOIMPLIED);
        parse(*parser, root);
    }
    return parser;
}

/// The parser stands where it can be replaced: all that it knows is the stack of elements.
bool is_between_tags(htmlParserCtxt const &parser)
{
    auto name = parser.name ? reinterpret_cast<char const *>(parser.name) : "";
    return parser.instate == XML_PARSER_CONTENT && html_role(name) != Role::hidden;
}

/// What the parser was given and has not parsed yet.
std::string unparsed(htmlParserCtxt const &parser)
{
    return {reinterpret_cast<char const *>(parser.input->cur),
            static_cast<size_t>(parser.input->end - parser.input->cur)};
}

} // namespace

std::string html_to_text(std::string_view html, size_t max_bytes)
{
    HtmlText text;
    TagLimiter limiter;
    Parser parser = make_parser(text);
    while (parser && !html.empty() && text.size() < max_bytes) {
        // libxml2 takes half a character at the end of a chunk for another charset.
        auto piece = html.size() > chunk_bytes ? utf8_prefix(html, chunk_bytes) : html;
        if (piece.empty())
            piece = html.substr(0, chunk_bytes);
        html.remove_prefix(piece.size());
        parse(*parser, limiter.filter(piece));
        if (parser->nameNr > max_depth && is_between_tags(*parser)) {
            auto rest = unparsed(*parser);
            text.end_all();
            parser = make_parser(text);
            if (parser)
                parse(*parser, rest);
        }
    }
    if (parser && text.size() < max_bytes)
        htmlParseChunk(parser.get(), nullptr, 0, 1);
    return text.take();
}

} // namespace eas
