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

/// Decodes groups of four digits as long as there are such; `in` is then behind them.
char *decode_groups(unsigned char const *&in, unsigned char const *end, char *out)
{
    for (; end - in >= 4; in += 4) {
        unsigned const a = base64_digits[in[0]], b = base64_digits[in[1]], c = base64_digits[in[2]],
                       d = base64_digits[in[3]];
        if ((a | b | c | d) > 63)
            break;
        *out++ = static_cast<char>(a << 2 | b >> 4);
        *out++ = static_cast<char>(b << 4 | c >> 2);
        *out++ = static_cast<char>(c << 6 | d);
    }
    return out;
}

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

/// Ends a group that has fewer digits.
char *TransferDecoder::flush_base64(char *out)
{
    if (m_digits >= 2)
        *out++ = static_cast<char>(m_bits >> (m_digits * 6 - 8));
    if (m_digits == 3)
        *out++ = static_cast<char>(m_bits >> 2);
    m_bits = 0;
    m_digits = 0;
    return out;
}

/// To `out`, which has room for it; returns the end. Nearly all that comes are lines of whole groups; what is
/// not goes a character at a time.
char *TransferDecoder::decode_base64(std::string_view bytes, char *out)
{
    auto const *in = reinterpret_cast<unsigned char const *>(bytes.data()), *const end = in + bytes.size();
    while (in != end) {
        if (m_digits == 0)
            out = decode_groups(in, end, out);
        if (in == end)
            break;
        unsigned char const c = *in++;
        uint8_t const digit = base64_digits[c];
        if (c == '=')
            out = flush_base64(out);
        if (digit == not_a_digit)
            continue;
        m_bits = m_bits << 6 | digit;
        if (++m_digits == 4) {
            *out++ = static_cast<char>(m_bits >> 16);
            *out++ = static_cast<char>(m_bits >> 8);
            *out++ = static_cast<char>(m_bits);
            m_bits = 0;
            m_digits = 0;
        }
    }
    return out;
}

std::string_view TransferDecoder::decode(std::string_view bytes)
{
    if (m_encoding == PartPlace::Encoding::none)
        return bytes;
    if (m_encoding == PartPlace::Encoding::base64) {
        m_decoded.resize(bytes.size() + 3); // more than enough; three digits may wait from before
        auto const *const out = decode_base64(bytes, m_decoded.data());
        return {m_decoded.data(), out};
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
        m_decoded.resize(3);
        auto const *const out = flush_base64(m_decoded.data());
        return {m_decoded.data(), out};
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
