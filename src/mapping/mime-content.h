// A message's MIME as the content of an XML element: Body of Type 4. MS-ASAIRS 2.2.2.41.
#pragma once
#include "base/content.h"
#include <cstdint>

namespace eas {

/// At most `max_bytes` bytes of `mime`, streamed when it is written. XML holds characters, not bytes: parts
/// that hold anything else, 8-bit text in an old charset for one, become quoted-printable, and such bytes
/// outside of parts are taken for ISO-8859-1. Everything else stays as it is, so that signatures hold.
Content mime_content(Content mime, uint64_t max_bytes);

} // namespace eas
