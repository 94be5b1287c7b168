// See devices.h.
#include "device/devices.h"
#include "base/text.h"
#include <functional>

namespace eas {

namespace {

Error no_such_device(std::string const &id)
{
    return {ErrorKind::not_found, "no such device: " + id};
}

Result<std::unique_ptr<StateStore::Lock>> lock(StateStore &state, std::string const &id)
{
    if (!is_device_id(id))
        return Error{ErrorKind::bad_request, "no device id: " + sanitize_utf8(id)};
    return state.lock("device/" + id);
}

/// What waits for a decision is woken; what it reads is the partnership.
Result<void> tell_decision(StateStore &state, std::string const &id)
{
    return state.set(decision_key(id), "decided\n");
}

using Change = std::function<Result<void>(Device &)>;

/// Loads, changes and saves the device, under its lock.
Result<void> update(StateStore &state, std::string const &id, bool may_be_new, Change const &change)
{
    auto locked = lock(state, id);
    if (!locked)
        return locked.error();
    auto device = load_device(state, id);
    if (!device)
        return device.error();
    if (device->admission.access == Access::unknown && !may_be_new) {
        (void)state.remove("device/" + id); // taking the lock made a place for it
        return no_such_device(id);
    }
    if (auto changed = change(*device); !changed)
        return changed;
    if (auto saved = save_device(state, *device); !saved)
        return saved;
    return tell_decision(state, id);
}

} // namespace

std::string decision_key(std::string const &id)
{
    return "device/" + id + "/decision";
}

Result<void> ensure_decision(StateStore &state, std::string const &id)
{
    auto const value = state.get(decision_key(id));
    if (!value)
        return value.error();
    return *value ? Result<void>() : tell_decision(state, id);
}

Result<std::vector<Device>> list_devices(StateStore &state)
{
    auto ids = state.list("device");
    if (!ids)
        return ids.error();
    std::vector<Device> devices;
    for (auto &id : *ids) {
        auto device = load_device(state, id);
        if (!device)
            return device.error();
        if (device->admission.access != Access::unknown)
            devices.push_back(std::move(*device));
    }
    return devices;
}

Result<std::optional<Device>> find_device(StateStore &state, std::string const &id)
{
    if (!is_device_id(id))
        return Error{ErrorKind::bad_request, "no device id: " + sanitize_utf8(id)};
    auto device = load_device(state, id);
    if (!device)
        return device.error();
    if (device->admission.access == Access::unknown)
        return std::optional<Device>();
    return std::optional(std::move(*device));
}

Result<void> decide_access(StateStore &state, std::string const &id, Access access, Instant now)
{
    return update(state, id, true, [&](Device &device) -> Result<void> {
        device.admission = {access, AccessReason::admin, {}, now};
        return {};
    });
}

Result<void> remove_device(StateStore &state, std::string const &id)
{
    auto locked = lock(state, id);
    if (!locked)
        return locked.error();
    auto device = load_device(state, id);
    if (!device)
        return device.error();
    auto removed = state.remove("device/" + id);
    if (!removed)
        return removed;
    if (device->admission.access == Access::unknown)
        return no_such_device(id);
    return {};
}

Result<void> resync_device(StateStore &state, std::string const &id)
{
    return update(state, id, false, [&](Device &device) { return forget_sync_state(state, device); });
}

Result<void> order_wipe(StateStore &state, std::string const &id, WipeKind kind, Instant now)
{
    return update(state, id, false, [&](Device &device) -> Result<void> {
        if (kind == WipeKind::account && device.sighting.version < v16_1)
            return Error{ErrorKind::bad_request,
                         "device " + id +
                             " does not speak protocol version 16.1, which has account-only wipes"};
        device.wipe = {kind, now, {}, {}, 0};
        return {};
    });
}

Result<void> cancel_wipe(StateStore &state, std::string const &id)
{
    return update(state, id, false, [](Device &device) -> Result<void> {
        device.wipe = {};
        return {};
    });
}

} // namespace eas
