// WBXML 1.3 as EAS uses it (MS-ASWBXML 2): bytes of a request -> tree of elements.
#pragma once
#include "base/result.h"
#include "wbxml/element.h"
#include <cstddef>
#include <string_view>

namespace eas {

/// What a hostile document may cost. Anything over a limit is refused before it is allocated.
struct DecoderLimits {
    size_t depth = 32;
    size_t elements = 100'000;
    size_t text_bytes = 100 << 20; ///< of one element
};

/// The root element. `document` must outlive it. bad_request with the byte offset and what is wrong:
/// version, unknown token, attributes, string table use, unbalanced or truncated input, more than one
/// root, a limit. An unknown tag of a known page, or an unknown page, is skipped with its content.
Result<Element> decode(std::string_view document, DecoderLimits const &limits = {});

} // namespace eas
