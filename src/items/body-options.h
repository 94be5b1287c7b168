// What a client asks of bodies in Sync's, ItemOperations' and Search's Options.
#pragma once
#include "items/email.h"
#include "schema/schema.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace eas {

/// MS-ASAIRS 2.2.2.12 (BodyPreference), 2.2.2.11 (BodyPartPreference)
struct BodyPreference {
    BodyType type = BodyType::plain;
    std::optional<uint64_t> truncation_size; ///< bytes; absent: the whole body
    std::optional<bool> all_or_none;
    std::optional<uint32_t> preview; ///< characters, 0 to 255
    bool operator==(BodyPreference const &) const = default;
};

struct BodyOptions {
    std::vector<BodyPreference> body_preferences; ///< at most one a type
    std::optional<BodyPreference> body_part_preference;
    int mime_support = 0;               ///< MS-ASCMD 2.2.3.110.3: 0 never, 1 S/MIME only, 2 all
    std::optional<int> mime_truncation; ///< MS-ASCMD 2.2.3.111: 0 to 8
    bool operator==(BodyOptions const &) const = default;
};

template <> struct Schema<BodyPreference> {
    static constexpr auto properties =
        Rows{property(Tag::AirSyncBase_Type, &BodyPreference::type, in_range(1, 4)),
             property(Tag::AirSyncBase_TruncationSize, &BodyPreference::truncation_size),
             property(Tag::AirSyncBase_AllOrNone, &BodyPreference::all_or_none),
             property(Tag::AirSyncBase_Preview, &BodyPreference::preview, since(v14_0), in_range(0, 255))};
};

} // namespace eas
