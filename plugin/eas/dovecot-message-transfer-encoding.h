// Undoes a Content-Transfer-Encoding piece by piece, forgiving what is malformed: RFC 2045 6.7 and 6.8 ask
// to ignore stray characters, and base64 that was padded in the middle goes on after its padding.
#pragma once
#include "eas/dovecot-message-structure.h"
#include <string>
#include <string_view>

struct qp_decoder;
struct buffer;

namespace eas {

class TransferDecoder {
public:
    explicit TransferDecoder(PartPlace::Encoding encoding);
    ~TransferDecoder();
    TransferDecoder(TransferDecoder const &) = delete;
    TransferDecoder &operator=(TransferDecoder const &) = delete;

    /// The decoded bytes; valid until the next call.
    std::string_view decode(std::string_view bytes);
    /// What was held back; to be called after the last piece.
    std::string_view finish();
    /// A new decoder would go on from here: nothing is held back. Never known of quoted-printable.
    bool is_at_rest() const { return m_digits == 0 && !m_quoted_printable; }

private:
    char *decode_base64(std::string_view bytes, char *out);
    char *flush_base64(char *out);

    PartPlace::Encoding m_encoding;
    std::string m_decoded;
    uint32_t m_bits = 0; ///< of a base64 group that is not complete
    unsigned m_digits = 0;
    struct qp_decoder *m_quoted_printable = nullptr;
    struct buffer *m_buffer = nullptr;
};

} // namespace eas
