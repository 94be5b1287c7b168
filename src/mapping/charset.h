// Text in the charsets of mail, as UTF-8.
#pragma once
#include <string>
#include <string_view>

namespace eas {

/// `bytes` in `charset` (a name of IANA; "" and what nobody knows count as UTF-8) as valid UTF-8; what cannot
/// be read becomes U+FFFD.
std::string decode_charset(std::string_view bytes, std::string_view charset);

} // namespace eas
