// See profile.h.
#include "device/profile.h"
#include "base/text.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

struct ProfileRow {
    std::string_view device_type; ///< DeviceType of the request, in any case: MS-ASHTTP 2.2.1.1.1.1
    DeviceProfile profile;
};

constexpr std::array rows{
    // BlackBerry 10 (10.3, EAS 14.1) shows one calendar, task list and address book an account, and mixes up
    // the items of several. tests/integration/test_calendar_folders.py
    ProfileRow{"BlackBerry", {.only_default_item_folders = true}},
};

constexpr DeviceProfile common;

} // namespace

DeviceProfile const &profile_of(Device const &device)
{
    auto const row = std::ranges::find_if(
        rows, [&](auto const &each) { return equals_ignoring_case(each.device_type, device.type); });
    return row == rows.end() ? common : row->profile;
}

} // namespace eas
