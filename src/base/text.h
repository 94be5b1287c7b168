// Text helpers that the layers above share. All text is UTF-8 unless a name says otherwise.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

std::string base64_encode(std::string_view bytes);
/// Ignores line breaks; nothing if `text` is not base64.
std::optional<std::string> base64_decode(std::string_view text);
/// RFC 4648 section 5, without padding.
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);
std::string hex_encode(std::string_view bytes);
std::optional<std::string> hex_decode(std::string_view text);
/// %XX decoding of a query value ('+' stays '+'); nothing on a broken escape.
std::optional<std::string> percent_decode(std::string_view text);

bool equals_ignoring_case(std::string_view a, std::string_view b); ///< ASCII only
std::string to_lower(std::string_view text);                       ///< ASCII only
/// Pieces of `text` between `separator`s; always one at least. They point into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text); ///< blanks, tabs, CR, LF
/// The whole of `text` as a number; nothing if it is not one or does not fit.
std::optional<uint64_t> parse_unsigned(std::string_view text);
std::optional<int64_t> parse_signed(std::string_view text);

/// The longest prefix of valid UTF-8 `text` of at most `bytes` bytes that ends at a character boundary.
std::string_view utf8_prefix(std::string_view text, size_t bytes);
/// The first `count` code points of valid UTF-8 `text`.
std::string_view utf8_prefix_characters(std::string_view text, size_t count);
/// `text` with what is no UTF-8, or no character of XML 1.0 (NUL, most controls, U+FFFE), replaced by U+FFFD.
std::string sanitize_utf8(std::string_view text);

} // namespace eas
