// SyncKeys: numeric, opaque to the client, at most 64 characters. MS-ASCMD 2.2.3.181.4.
#pragma once
#include <string>
#include <string_view>

namespace eas {

/// The first key of a new state, never given out before.
std::string first_sync_key();
/// The key that follows `key` and, if there is one, `other` of the same state.
std::string next_sync_key(std::string_view key, std::string_view other = {});

} // namespace eas
