// Pictures of people in the answers of Search, Find and ResolveRecipients, within the limits of the request.
// MS-ASCMD 2.2.3.104, 2.2.3.105. From 14.1 on.
#pragma once
#include "ports/directory.h"
#include <cstdint>

namespace eas {

/// What a request says in Picture, each command in its own namespace.
struct PictureLimits {
    std::optional<uint32_t> max_size_bytes, max_pictures;
};

/// Of one query: the first pictures are told until there are max_pictures of them.
class DirectoryPictures {
public:
    DirectoryPictures(Directory &directory, PictureLimits const &limits)
        : m_directory(directory), m_limits(limits)
    {}
    /// Without a picture its status says why. The errors of Directory::picture().
    Result<GalPicture> of(DirectoryEntry const &entry);

private:
    Directory &m_directory;
    PictureLimits m_limits;
    uint32_t m_count = 0;
};

} // namespace eas
