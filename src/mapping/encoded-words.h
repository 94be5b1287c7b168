// Names of people in header fields, as text. RFC 2047; RFC 5322 3.2.4.
#pragma once
#include <string>
#include <string_view>

namespace eas {

/// UTF-8 of a display name: encoded words are decoded, quotes and their backslashes go. Never fails.
std::string decode_display_name(std::string_view name);

} // namespace eas
