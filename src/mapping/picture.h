// Pictures of people: scaled down where they are too large for a phone. libgd reads and writes them.
#pragma once
#include "base/result.h"
#include <cstddef>
#include <string>
#include <string_view>

namespace eas {

/// The picture of a contact has at most so many bytes, 48 KB in base64. MS-ASCNTC 2.2.2.58.
constexpr size_t largest_contact_picture_bytes = 36 << 10;

/// `image` itself if it is a JPEG of `most_bytes` at most, else one of that size: smaller, in worse quality,
/// or both. bad_request: it is no image that can be read, or is unreasonably large; temporary: libgd cannot
/// be loaded.
Result<std::string> jpeg_within(std::string_view image, size_t most_bytes);

} // namespace eas
