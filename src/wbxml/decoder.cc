// One pass over the bytes with an explicit stack, so that depth costs no call stack. Finished elements
// wait in one vector until their parent ends, which then takes them all in one allocation.
#include "wbxml/decoder.h"
#include "wbxml/tokens.h"
#include <iterator>

namespace eas {
namespace {

class Decoder {
public:
    Decoder(std::string_view document, DecoderLimits const &limits) : m_document(document), m_limits(limits)
    {}

    Result<Element> run()
    {
        if (!read_header())
            return std::move(*m_error);
        while (m_position < m_document.size())
            if (!read_token())
                return std::move(*m_error);
        if (!m_frames.empty())
            return fail("ends within an element"), std::move(*m_error);
        if (m_finished.empty())
            return fail("no root element that we know"), std::move(*m_error);
        return std::move(m_finished.front());
    }

private:
    /// An element that is open.
    struct Frame {
        Element element;
        size_t first_child;        ///< place in m_finished
        bool is_known;             ///< else it is skipped with all it contains
        std::string joined_text{}; ///< where the text came in several pieces
    };

    bool fail(std::string_view what)
    {
        m_error = Error{ErrorKind::bad_request,
                        "WBXML at byte " + std::to_string(m_token_start) + ": " + std::string(what)};
        return false;
    }

    bool read_byte(uint8_t &byte)
    {
        if (m_position == m_document.size())
            return fail("ends too early");
        byte = static_cast<uint8_t>(m_document[m_position++]);
        return true;
    }

    /// mb_u_int32: 7 bits a byte, the highest first; at most five bytes.
    bool read_number(uint32_t &number)
    {
        uint64_t value = 0;
        uint8_t byte = 0;
        do {
            if (!read_byte(byte))
                return false;
            value = value << 7 | (byte & 0x7F);
            if (value > UINT32_MAX)
                return fail("a number over 32 bits");
        } while (byte & 0x80);
        number = static_cast<uint32_t>(value);
        return true;
    }

    bool read_header_number(uint32_t &number)
    {
        m_token_start = m_position;
        return read_number(number);
    }

    bool read_header();
    bool read_token();
    bool read_tag(uint8_t byte);
    bool read_inline_string();
    bool read_opaque();
    bool add_text(std::string_view text, bool is_opaque);
    bool end_element();

    std::string_view m_document;
    DecoderLimits const &m_limits;
    size_t m_position = 0;
    size_t m_token_start = 0;
    size_t m_element_count = 0;
    uint8_t m_page = 0;
    bool m_root_ended = false;
    std::vector<Frame> m_frames;
    std::vector<Element> m_finished;
    std::optional<Error> m_error;
};

/// Version, public id, charset, string table. Clients are known to send 1.1 to 1.3 here and any public id.
bool Decoder::read_header()
{
    uint8_t version = 0;
    if (!read_byte(version))
        return false;
    if (version < 0x01 || version > wbxml::version_1_3)
        return fail("not WBXML 1.1 to 1.3");
    uint32_t public_id = 0, charset = 0, string_table_bytes = 0;
    if (!read_header_number(public_id))
        return false;
    if (public_id == 0)
        return fail("a public id in the string table");
    if (!read_header_number(charset))
        return false;
    if (charset != wbxml::charset_utf8 && charset != wbxml::charset_unknown)
        return fail("the charset is not UTF-8");
    if (!read_header_number(string_table_bytes))
        return false;
    return string_table_bytes == 0 || fail("a string table");
}

bool Decoder::read_token()
{
    m_token_start = m_position;
    uint8_t byte = 0;
    (void)read_byte(byte); // the caller saw that there is one
    switch (byte) {
    case wbxml::switch_page:
        return read_byte(m_page);
    case wbxml::end:
        return end_element();
    case wbxml::str_i:
        return read_inline_string();
    case wbxml::opaque:
        return read_opaque();
    case wbxml::entity:
        return fail("ENTITY");
    case wbxml::pi:
        return fail("PI");
    case wbxml::str_t:
        return fail("STR_T: a reference to the string table");
    case wbxml::literal:
    case wbxml::literal_c:
    case wbxml::literal_a:
    case wbxml::literal_ac:
        return fail("LITERAL");
    default:
        break;
    }
    if ((byte & wbxml::token_mask) <= wbxml::literal)
        return fail("an extension token");
    return read_tag(byte);
}

bool Decoder::read_tag(uint8_t byte)
{
    if (byte & wbxml::has_attributes)
        return fail("an element with attributes");
    if (m_root_ended)
        return fail("a second root element");
    if (m_frames.size() >= m_limits.depth)
        return fail("elements nested deeper than " + std::to_string(m_limits.depth));
    if (++m_element_count > m_limits.elements)
        return fail("more than " + std::to_string(m_limits.elements) + " elements");

    auto const tag = find_tag(m_page, byte & wbxml::token_mask);
    bool const parent_is_known = m_frames.empty() || m_frames.back().is_known;
    Frame frame{Element{}, m_finished.size(), tag && parent_is_known};
    if (tag)
        frame.element.tag = *tag;
    m_frames.push_back(std::move(frame));
    return byte & wbxml::has_content ? true : end_element();
}

bool Decoder::read_inline_string()
{
    size_t const end = m_document.find('\0', m_position);
    if (end == std::string_view::npos)
        return fail("a string without end");
    std::string_view const text = m_document.substr(m_position, end - m_position);
    m_position = end + 1;
    return add_text(text, false);
}

bool Decoder::read_opaque()
{
    uint32_t length = 0;
    if (!read_number(length))
        return false;
    if (length > m_document.size() - m_position)
        return fail("opaque data longer than the document");
    std::string_view const bytes = m_document.substr(m_position, length);
    m_position += length;
    return add_text(bytes, true);
}

bool Decoder::add_text(std::string_view text, bool is_opaque)
{
    if (m_frames.empty())
        return fail("text outside of the root element");
    Frame &frame = m_frames.back();
    Element &element = frame.element;
    size_t const bytes_before = frame.joined_text.empty() ? element.text.size() : frame.joined_text.size();
    if (text.size() > m_limits.text_bytes || bytes_before > m_limits.text_bytes - text.size())
        return fail("text longer than " + std::to_string(m_limits.text_bytes) + " bytes");
    if (!frame.is_known || text.empty())
        return true;
    if (element.text.empty()) {
        element.text = text;
        element.is_opaque = is_opaque;
        return true;
    }
    if (frame.joined_text.empty())
        frame.joined_text = element.text;
    frame.joined_text.append(text);
    return true;
}

bool Decoder::end_element()
{
    if (m_frames.empty())
        return fail("END without an element");
    Frame frame = std::move(m_frames.back());
    m_frames.pop_back();
    if (m_frames.empty())
        m_root_ended = true;
    if (!frame.is_known)
        return true;
    auto const first = std::next(m_finished.begin(), static_cast<std::ptrdiff_t>(frame.first_child));
    if (first != m_finished.end()) {
        frame.element.children.assign(std::make_move_iterator(first),
                                      std::make_move_iterator(m_finished.end()));
        m_finished.erase(first, m_finished.end());
        frame.element.text = {};
    } else if (!frame.joined_text.empty()) {
        frame.element.joined_text = std::make_shared<std::string const>(std::move(frame.joined_text));
        frame.element.text = *frame.element.joined_text;
    }
    m_finished.push_back(std::move(frame.element));
    return true;
}

} // namespace

Result<Element> decode(std::string_view document, DecoderLimits const &limits)
{
    return Decoder(document, limits).run();
}

} // namespace eas
