// See compact-uids.h.
#include "sync/compact-uids.h"
#include "base/text.h"
#include <limits>

namespace eas {

namespace {

std::string bitmap_of(UidSet const &uids, Uid first)
{
    std::string bytes((uids.highest() - first) / 8 + 1, '\0');
    for (auto range : uids.ranges())
        for (uint64_t uid = range.first; uid <= range.last; ++uid)
            bytes[(uid - first) / 8] |= static_cast<char>(1 << (uid - first) % 8);
    return bytes;
}

std::optional<UidSet> set_of(std::string_view bytes, uint64_t first)
{
    UidSet uids;
    for (size_t index = 0; index < bytes.size(); ++index)
        for (unsigned bits = static_cast<unsigned char>(bytes[index]), bit = 0; bits != 0; bits >>= 1, ++bit)
            if (bits & 1) {
                auto uid = first + index * 8 + bit;
                if (uid > std::numeric_limits<Uid>::max())
                    return {};
                uids.add(static_cast<Uid>(uid));
            }
    return uids;
}

} // namespace

std::string compact(UidSet const &uids)
{
    auto text = uids.to_string();
    if (text.empty())
        return text;
    Uid first = uids.ranges().front().first;
    // A byte of the bitmap takes 4/3 characters.
    if (text.size() / 4 * 3 <= (uids.highest() - first) / 8 + 16)
        return text;
    return "@" + std::to_string(first) + ':' + base64url_encode(bitmap_of(uids, first));
}

std::optional<UidSet> parse_compact(std::string_view text)
{
    if (!text.starts_with('@'))
        return UidSet::parse(text);
    auto colon = text.find(':');
    if (colon == text.npos)
        return {};
    auto first = parse_unsigned(text.substr(1, colon - 1));
    auto bytes = base64url_decode(text.substr(colon + 1));
    if (!first || *first == 0 || *first > std::numeric_limits<Uid>::max() || !bytes)
        return {};
    return set_of(*bytes, *first);
}

} // namespace eas
