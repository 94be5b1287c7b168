// A tag is written when it is known whether it has content; everything goes through one small buffer.
#include "wbxml/encoder.h"
#include "wbxml/tokens.h"

namespace eas {

constexpr size_t buffer_bytes = 16 << 10;

/// Passes streamed content on as part of an inline string.
class Encoder::TextSink final : public Sink {
public:
    explicit TextSink(Encoder &encoder) : m_encoder(encoder) {}
    Result<void> write(std::string_view bytes) override
    {
        m_encoder.write_without_nul(bytes);
        return m_encoder.m_status;
    }

private:
    Encoder &m_encoder;
};

Encoder::Encoder(Sink &sink) : m_sink(sink)
{
    constexpr uint8_t empty_string_table = 0;
    write_byte(wbxml::version_1_3);
    write_byte(wbxml::public_id_unknown);
    write_byte(wbxml::charset_utf8);
    write_byte(empty_string_table);
}

void Encoder::start(Tag tag)
{
    flush_tag(true);
    m_open.push_back(tag);
    m_pending = tag;
}

void Encoder::end()
{
    if (m_open.empty()) {
        if (m_status)
            m_status = Error{ErrorKind::temporary, "WBXML encoder: end() without start()"};
        return;
    }
    if (m_pending)
        flush_tag(false);
    else
        write_byte(wbxml::end);
    m_open.pop_back();
}

void Encoder::text(std::string_view utf8)
{
    if (utf8.empty())
        return;
    flush_tag(true);
    write_byte(wbxml::str_i);
    write_without_nul(utf8);
    write_byte(0);
}

void Encoder::content(Content const &content)
{
    if (auto const *held = content.text())
        return text(*held);
    flush_tag(true);
    write_byte(wbxml::str_i);
    TextSink sink(*this);
    if (auto const copied = content.copy_to(sink); !copied && m_status)
        m_status = copied.error();
    write_byte(0);
}

void Encoder::opaque(std::string_view bytes)
{
    if (bytes.empty())
        return;
    if (bytes.size() > UINT32_MAX) {
        if (m_status)
            m_status = Error{ErrorKind::too_large, "WBXML encoder: opaque data over 4 GB"};
        return;
    }
    flush_tag(true);
    write_byte(wbxml::opaque);
    auto const length = static_cast<uint32_t>(bytes.size());
    for (int shift = 28; shift > 0; shift -= 7) // mb_u_int32: 7 bits a byte, the highest first
        if (length >> shift != 0)
            write_byte(0x80 | ((length >> shift) & 0x7F));
    write_byte(length & 0x7F);
    write(bytes);
}

void Encoder::element(Tag tag, std::string_view utf8)
{
    start(tag);
    text(utf8);
    end();
}

Result<void> Encoder::finish()
{
    if (!m_open.empty() && m_status)
        m_status = Error{ErrorKind::temporary,
                         "WBXML encoder: " + std::string(local_name(m_open.back())) + " was not ended"};
    flush_buffer();
    return m_status;
}

void Encoder::flush_tag(bool has_content)
{
    if (!m_pending)
        return;
    if (uint8_t const page = code_page(*m_pending); page != m_page) {
        write_byte(wbxml::switch_page);
        write_byte(page);
        m_page = page;
    }
    write_byte(token(*m_pending) | (has_content ? wbxml::has_content : 0));
    m_pending.reset();
}

void Encoder::write_without_nul(std::string_view bytes)
{
    while (!bytes.empty()) {
        size_t const length = std::min(bytes.find('\0'), bytes.size());
        write(bytes.substr(0, length));
        bytes.remove_prefix(std::min(length + 1, bytes.size()));
    }
}

void Encoder::write(std::string_view bytes)
{
    if (m_buffer.size() + bytes.size() > buffer_bytes)
        flush_buffer();
    if (bytes.size() <= buffer_bytes)
        m_buffer.append(bytes);
    else if (m_status)
        m_status = m_sink.write(bytes);
}

void Encoder::write_byte(uint8_t byte)
{
    char const character = static_cast<char>(byte);
    write({&character, 1});
}

void Encoder::flush_buffer()
{
    if (m_status && !m_buffer.empty())
        m_status = m_sink.write(m_buffer);
    m_buffer.clear();
}

} // namespace eas
