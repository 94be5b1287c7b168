// What is done differently for some kinds of devices, as rows: which devices, why, which test shows it. What
// is done for the sake of one client and for all is listed with it in doc/conformance.md, "Work-arounds for
// clients".
#pragma once
#include "device/device.h"

namespace eas {

struct DeviceProfile {
    /// Offers the default calendar, task list, address book and notes, and no others.
    bool only_default_item_folders = false;
};

DeviceProfile const &profile_of(Device const &device);

} // namespace eas
