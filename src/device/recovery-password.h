// The recovery password that a device sends in, so that its user can unlock it once who has forgotten the own
// one. MS-ASCMD 2.2.3.46, MS-ASPROV 2.2.2.39. It is a value of the device, "device/<id>/recovery-password",
// as the device sent it, and goes with the device; where the StateStore is files they are the user's, who may
// read it too. It is in no log.
#pragma once
#include "device/device.h"

namespace eas {

/// An empty password forgets the one that is there.
Result<void> keep_recovery_password(StateStore &state, Device const &device, std::string_view password);
/// Nothing if the device sent none.
Result<std::optional<std::string>> recovery_password(StateStore &state, Device const &device);

} // namespace eas
