// An attachment that a client adds to an item, as a MIME part. MS-ASAIRS 2.2.2.2.
#pragma once
#include "items/draft.h"
#include "mapping/mime-entity.h"

namespace eas {

/// The bytes of `added` must outlive the result. bad_request: an element that is required is missing, or
/// makes no sense.
Result<MimeEntity> attachment_entity(AttachmentToAdd const &added);

} // namespace eas
