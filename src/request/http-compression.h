// Answers as gzip, for phones that pay for each byte. MS-ASHTTP 2.2.2.1.2, RFC 9110 8.4.1.3, RFC 1952.
#pragma once
#include <string>
#include <string_view>

namespace eas {

/// Whether the value of a field Accept-Encoding has gzip among what the client takes. RFC 9110 12.5.3.
bool accepts_gzip(std::string_view accept_encoding);

/// Fast before small. "" if there is no memory for it.
std::string gzip(std::string_view bytes);

} // namespace eas
