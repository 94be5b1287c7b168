// Which properties of a collection's items the client manages. MS-ASCMD 2.2.3.179.
#pragma once
#include "wbxml/tag.h"
#include <vector>

namespace eas {

/// The Supported element of a collection's first Sync. A property that can be ghosted and is not managed
/// keeps its value when a Change does not have it; one that is managed loses it.
struct SupportedProperties {
    bool is_sent = false;     ///< false: the client manages all
    std::vector<Tag> managed; ///< children of the element
    /// What a Change does not have stays, whatever it is: it is somebody else's item that the client has not
    /// seen.
    bool keeps_absent = false;
    bool operator==(SupportedProperties const &) const = default;
};

} // namespace eas
