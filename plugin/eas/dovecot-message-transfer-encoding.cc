// See the header.
#include "eas/dovecot-message-transfer-encoding.h"
#include "compat/message.h"
#include <array>

namespace eas {

namespace {

constexpr uint8_t not_a_digit = 0xff;

constexpr std::array<uint8_t, 256> make_base64_digits()
{
    constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<uint8_t, 256> digits;
    digits.fill(not_a_digit);
    for (uint8_t i = 0; i < 64; ++i)
        digits[static_cast<unsigned char>(alphabet[i])] = i;
    return digits;
}

constexpr auto base64_digits = make_base64_digits();

} // namespace

TransferDecoder::TransferDecoder(PartPlace::Encoding encoding) : m_encoding(encoding)
{
    if (encoding == PartPlace::Encoding::quoted_printable) {
        m_buffer = buffer_create_dynamic(default_pool, IO_BLOCK_SIZE);
        m_quoted_printable = qp_decoder_init(m_buffer);
    }
}

TransferDecoder::~TransferDecoder()
{
    if (m_quoted_printable)
        qp_decoder_deinit(&m_quoted_printable);
    buffer_free(&m_buffer);
}

void TransferDecoder::flush_base64()
{
    if (m_digits >= 2)
        m_decoded += static_cast<char>(m_bits >> (m_digits * 6 - 8) & 0xff);
    if (m_digits == 3)
        m_decoded += static_cast<char>(m_bits >> 2 & 0xff);
    m_bits = 0;
    m_digits = 0;
}

void TransferDecoder::decode_base64(std::string_view bytes)
{
    for (unsigned char c : bytes) {
        uint8_t digit = base64_digits[c];
        if (digit != not_a_digit) {
            m_bits = m_bits << 6 | digit;
            if (++m_digits < 4)
                continue;
            m_decoded += static_cast<char>(m_bits >> 16 & 0xff);
            m_decoded += static_cast<char>(m_bits >> 8 & 0xff);
            m_decoded += static_cast<char>(m_bits & 0xff);
            m_bits = 0;
            m_digits = 0;
        } else if (c == '=') {
            flush_base64();
        }
    }
}

std::string_view TransferDecoder::decode(std::string_view bytes)
{
    if (m_encoding == PartPlace::Encoding::none)
        return bytes;
    if (m_encoding == PartPlace::Encoding::base64) {
        m_decoded.clear();
        decode_base64(bytes);
        return m_decoded;
    }
    size_t invalid_position;
    char const *reason;
    buffer_set_used_size(m_buffer, 0);
    (void)qp_decoder_more(m_quoted_printable, reinterpret_cast<unsigned char const *>(bytes.data()),
                          bytes.size(), &invalid_position, &reason);
    return {static_cast<char const *>(m_buffer->data), m_buffer->used};
}

std::string_view TransferDecoder::finish()
{
    if (m_encoding == PartPlace::Encoding::base64) {
        m_decoded.clear();
        flush_base64();
        return m_decoded;
    }
    if (m_encoding == PartPlace::Encoding::quoted_printable) {
        char const *reason;
        buffer_set_used_size(m_buffer, 0);
        (void)qp_decoder_finish(m_quoted_printable, &reason);
        return {static_cast<char const *>(m_buffer->data), m_buffer->used};
    }
    return {};
}

} // namespace eas
