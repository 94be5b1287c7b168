// The tree that the decoder makes of a document. Text points into the document's bytes: they must
// stay alive as long as the tree. (A request of 100 MB costs its tags, not its content.)
#pragma once
#include "wbxml/tag.h"
#include <string_view>
#include <vector>

namespace eas {

struct Element {
    Tag tag{};
    std::string_view text;          ///< STR_I or OPAQUE content; "" if none
    std::vector<Element> children;  ///< in document order; known tags only

    /// The first child with that tag, or null.
    Element const *child(Tag wanted) const;
};

} // namespace eas
