// Transfer encodings of text that is in memory. RFC 2045 section 6. Contents of any size pass through the
// filters of base/content-filters.h and seven-bit-mime.h instead.
#pragma once
#include <string>
#include <string_view>

namespace eas {

/// Undoes `encoding` (base64, quoted-printable, in any case; anything else: none). Broken encoding is read as
/// far as it makes sense.
std::string decode_transfer_encoding(std::string_view bytes, std::string_view encoding);

/// Text with any line ends as quoted-printable lines that end with CRLF and have at most 76 characters.
std::string quoted_printable(std::string_view text);

} // namespace eas
