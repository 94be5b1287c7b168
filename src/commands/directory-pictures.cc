// See directory-pictures.h.
#include "commands/directory-pictures.h"
#include <algorithm>

namespace eas {

static constexpr uint32_t largest_picture = 102400; // bytes; MS-ASCMD 2.2.3.105.3

Result<GalPicture> DirectoryPictures::of(DirectoryEntry const &entry)
{
    auto picture = m_directory.picture(entry);
    if (!picture)
        return picture.error();
    if (picture->empty())
        return GalPicture{picture_status::none, {}};
    if (picture->size() > std::min(m_limits.max_size_bytes.value_or(largest_picture), largest_picture))
        return GalPicture{picture_status::too_large, {}};
    if (m_limits.max_pictures && m_count >= *m_limits.max_pictures)
        return GalPicture{picture_status::limit_reached, {}};
    ++m_count;
    return GalPicture{picture_status::success, Bytes{std::move(*picture)}};
}

} // namespace eas
