// A message's MIME as the content of an XML element: Body of Type 4. MS-ASAIRS 2.2.2.41.
#pragma once
#include "base/content.h"
#include <cstdint>

namespace eas {

/// At most `max_bytes` bytes of `mime`, streamed when it is written. XML holds characters, not bytes: what
/// is neither UTF-8 nor a character of XML, and thus broken in a mail without 8BITMIME, is taken for
/// ISO-8859-1; everything else stays as it is, so that signatures hold.
Content mime_content(Content mime, uint64_t max_bytes);

} // namespace eas
