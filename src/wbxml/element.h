// The tree that the decoder makes of a document. Text points into the document's bytes: they must
// stay alive as long as the tree. (A request of 100 MB costs its tags, not its content.)
#pragma once
#include "wbxml/tag.h"
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

struct Element {
    Tag tag{};
    bool is_opaque = false;        ///< the text came as OPAQUE, not as STR_I
    std::string_view text;         ///< STR_I or OPAQUE content; "" if none, or if there are children
    std::vector<Element> children; ///< in document order; known tags only
    /// Holds the bytes of `text` when they came in several pieces; null otherwise.
    std::shared_ptr<std::string const> joined_text;

    /// The first child with that tag, or null.
    Element const *child(Tag wanted) const
    {
        for (Element const &each : children)
            if (each.tag == wanted)
                return &each;
        return nullptr;
    }
};

} // namespace eas
