// See compact-uids.h.
#include "sync/compact-uids.h"
#include "base/text.h"
#include <limits>

namespace eas {

std::string compact(UidSet const &uids)
{
    if (uids.empty())
        return {};
    auto highest = uids.highest();
    // At least: neither colons nor the ends of ranges are counted.
    auto text_size = uids.range_count() * (std::to_string(uids.bitmap_start() + 1).size() + 1);
    auto bitmap_size = (highest - uids.bitmap_start()) / 6 + 16;
    if (text_size <= bitmap_size)
        return uids.to_string();
    return "@" + std::to_string(uids.bitmap_start()) + ':' + base64url_encode(uids.bitmap());
}

std::optional<UidSet> parse_compact(std::string_view text)
{
    if (!text.starts_with('@'))
        return UidSet::parse(text);
    auto colon = text.find(':');
    if (colon == text.npos)
        return {};
    auto start = parse_unsigned(text.substr(1, colon - 1));
    auto bytes = base64url_decode(text.substr(colon + 1));
    if (!start || *start > std::numeric_limits<Uid>::max() || !bytes)
        return {};
    return UidSet::of_bitmap(static_cast<Uid>(*start), *bytes);
}

} // namespace eas
