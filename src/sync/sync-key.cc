// See sync-key.h.
#include "sync/sync-key.h"
#include "base/text.h"
#include <algorithm>
#include <random>

namespace eas {

std::string first_sync_key()
{
    // Nine random digits tell this state from earlier ones; nine more count its keys.
    std::random_device random;
    std::uniform_int_distribution<uint64_t> epoch(100'000'000, 999'999'999);
    return std::to_string(epoch(random) * 1'000'000'000 + 1);
}

std::string next_sync_key(std::string_view key, std::string_view other)
{
    return std::to_string(std::max(parse_unsigned(key).value_or(0), parse_unsigned(other).value_or(0)) + 1);
}

} // namespace eas
