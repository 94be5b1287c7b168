// What every attachment that a client adds has to have, be it to a draft or to a calendar item.
// MS-ASAIRS 2.2.2.2.
#pragma once
#include "base/content.h"
#include "items/draft.h"

namespace eas {

/// MS-ASAIRS 2.2.2.31: of an attachment that is added.
namespace added_method {
constexpr int file = 1, message = 5;
}

/// Its bytes; those of `added` must outlive them. bad_request: an element that is required is missing, or
/// makes no sense.
Result<Content> added_bytes(AttachmentToAdd const &added);

} // namespace eas
