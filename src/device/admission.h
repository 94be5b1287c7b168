// Whether a device is served: the decision that holds for a request. In this order: the admin's decision for
// the device; the first of eas_device_rules that matches; an earlier decision to serve it; eas_device_policy.
// So a changed rule holds for known devices at once, a device that once was allowed stays so when the policy
// becomes stricter, and one that waits is let in when the policy becomes wider.
#pragma once
#include "base/settings.h"
#include "device/device-rules.h"
#include "device/device.h"

namespace eas {

/// The decision that holds now; the one that `device` has, unless something changed. temporary:
/// eas_device_rules cannot be read, and nobody is served until they can.
Result<Admission> admit(Device const &device, DeviceFacts const &facts, Settings const &settings,
                        Instant now);

/// eas_max_devices leaves room for one more. All partnerships count, refused ones too: who knows a password
/// shall not fill the store.
Result<bool> has_room(StateStore &state, Settings const &settings);

/// Whether an hour went by since the sighting was written (see Sighting).
bool is_due(std::optional<Instant> written, Instant now);

} // namespace eas
