// A message whose parts hold bytes that XML cannot (8-bit text in an old charset, binary parts), rewritten so
// that those parts are quoted-printable. RFC 6152 section 3 wants the same of a relay without 8BITMIME.
#pragma once
#include "base/content.h"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// Which leaf parts of a message, in their order, must be encoded.
using PartsToEncode = std::vector<bool>;

/// Goes through MIME line by line. Made without a sink it only finds out what must be encoded; with one it
/// writes the message, those parts encoded and all else as it came.
class SevenBitMime final : public Sink {
public:
    /// Looks at no more than `max_bytes`; what comes later is refused with too_large.
    explicit SevenBitMime(uint64_t max_bytes) : m_left(max_bytes) {}
    SevenBitMime(PartsToEncode parts, Sink &sink)
        : m_sink(&sink), m_encode(std::move(parts)), m_left(UINT64_MAX)
    {}

    Result<void> write(std::string_view bytes) override;
    /// Must follow the last write().
    Result<void> finish();
    bool has_seen_enough() const { return m_left == 0; }
    PartsToEncode const &parts_to_encode() const { return m_encode; }

private:
    enum class Place { header, leaf, between }; ///< between: before the first and after the last boundary
    Result<void> take_piece(std::string_view piece);
    Result<void> end_header();
    Result<void> take_body(std::string_view piece);
    Result<void> pass(std::string_view text) { return m_sink ? m_sink->write(text) : Result<void>(); }
    bool take_boundary(std::string_view line);
    std::string quoted_printable(std::string_view piece);

    Sink *m_sink = nullptr;
    PartsToEncode m_encode;
    uint64_t m_left;
    Place m_place = Place::header;
    bool m_at_line_start = true;
    std::string m_line, m_header;
    std::vector<std::string> m_boundaries; ///< of the open multiparts, outermost first
    size_t m_leaves = 0;                   ///< begun so far; the last one is the current one
    bool m_is_encoded = false;             ///< the current leaf is base64 or quoted-printable already
    size_t m_column = 0;                   ///< of the quoted-printable line
};

} // namespace eas
