// See body-preferences.h.
#include "commands/body-preferences.h"
#include "base/text.h"
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eas {

static Error wrong(Element const &element, std::string_view what)
{
    return {ErrorKind::bad_request, std::string(local_name(element.tag)) + ' ' + std::string(what)};
}

/// MS-ASAIRS 2.2.2.11, 2.2.2.12
static constexpr std::array preference_order{
    Tag::AirSyncBase_Type,
    Tag::AirSyncBase_TruncationSize,
    Tag::AirSyncBase_AllOrNone,
    Tag::AirSyncBase_Preview,
};

static Result<void> check_preference(Element const &preference)
{
    auto next = preference_order.begin();
    for (Element const &child : preference.children) {
        auto const place = std::ranges::find(preference_order, child.tag);
        if (place == preference_order.end())
            continue;
        if (std::ranges::count(preference.children, child.tag, &Element::tag) > 1)
            return wrong(child, "comes twice");
        if (place < next)
            return wrong(child, "comes too late");
        next = place;
    }
    return preference.child(Tag::AirSyncBase_Type) ? Result<void>() : wrong(preference, "has no Type");
}

Result<void> check_preferences(Element const &options)
{
    std::vector<std::pair<Tag, std::optional<uint64_t>>> types;
    for (Element const &preference : options.children) {
        if (preference.tag != Tag::AirSyncBase_BodyPreference &&
            preference.tag != Tag::AirSyncBase_BodyPartPreference)
            continue;
        if (auto checked = check_preference(preference); !checked)
            return checked;
        std::pair const type(preference.tag, parse_unsigned(preference.child(Tag::AirSyncBase_Type)->text));
        if (!type.second || *type.second < 1 || *type.second > 4) // before many of them are compared
            return wrong(preference, "has a Type that is none");
        if (std::ranges::find(types, type) != types.end())
            return wrong(preference, "comes twice with the same Type");
        types.push_back(type);
    }
    return {};
}

} // namespace eas
