// See recovery-password.h.
#include "device/recovery-password.h"

namespace eas {

namespace {

constexpr std::string_view value_name = "recovery-password";

} // namespace

Result<void> keep_recovery_password(StateStore &state, Device const &device, std::string_view password)
{
    auto const key = device_key(device, value_name);
    return password.empty() ? state.remove(key) : state.set(key, std::string(password));
}

Result<std::optional<std::string>> recovery_password(StateStore &state, Device const &device)
{
    return state.get(device_key(device, value_name));
}

} // namespace eas
