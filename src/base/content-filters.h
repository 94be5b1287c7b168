// Contents made of other contents, read only when they are written: an attachment of any size passes
// through a few kilobytes of memory.
#pragma once
#include "base/content.h"
#include <cstdint>
#include <string_view>
#include <vector>

namespace eas {

/// `bytes` without a copy: they must stay alive as long as the content.
Content borrowed_content(std::string_view bytes);

/// One after the other.
Content joined_content(std::vector<Content> contents);

/// The base64 form of `content`, without line breaks. RFC 4648 section 4.
Content base64_content(Content content);

/// The same in lines of 76 characters, each ended by CRLF, as MIME wants it. RFC 2045 section 6.8.
Content mime_base64_content(Content content);

/// Bytes `first` to `last` of `content`, both included, counted from 0; fewer if it is shorter.
Content content_range(Content content, uint64_t first, uint64_t last);

} // namespace eas
