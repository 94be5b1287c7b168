// The devices of a user as an admin handles them: list, decide, forget, wipe. Pure functions on a StateStore,
// for `doveadm eas` and the page for people. Each takes the lock of its device: it waits some seconds for a
// request of the device that runs, and fails as `temporary` then. What is decided holds from the device's
// next request on; a device that waits (Ping, Sync) is woken, since its value is watched
// (StateStore::watched_file).
//
// A device id is 1 to 32 letters and digits, else `bad_request`. The caller has checked whose StateStore it
// is.
#pragma once
#include "device/device.h"

namespace eas {

/// The StateStore key of a value that is written with each decision of the admin and with nothing else (the
/// partnership is written by requests too): the one to watch.
std::string decision_key(std::string const &id);
/// Makes that value if there is none yet, so that it can be watched.
Result<void> ensure_decision(StateStore &state, std::string const &id);

/// All devices, sorted by id. Takes no lock.
Result<std::vector<Device>> list_devices(StateStore &state);
/// Nothing if the user has no such device. Takes no lock.
Result<std::optional<Device>> find_device(StateStore &state, std::string const &id);

/// The admin's decision for this device: allowed, quarantined or blocked. Rules and eas_device_policy no
/// longer count for it. A device that never came is decided on in advance.
Result<void> decide_access(StateStore &state, std::string const &id, Access access, Instant now);

/// Forgets a device and all that it was told; not_found. If it comes again, it is new.
Result<void> remove_device(StateStore &state, std::string const &id);

/// The device fetches everything anew; not_found.
Result<void> resync_device(StateStore &state, std::string const &id);

/// Orders a wipe, instead of one that was ordered before. not_found; bad_request: an account-only wipe needs
/// protocol version 16.1, and the device last spoke an older one.
/// From now on the device gets nothing but the directive, again and again, even after it acknowledged,
/// until cancel_wipe(). MS-ASPROV 3.2.5.1.1.
Result<void> order_wipe(StateStore &state, std::string const &id, WipeKind kind, Instant now);
/// Not_found if there is no such device; no error if nothing was ordered. What is wiped stays wiped.
Result<void> cancel_wipe(StateStore &state, std::string const &id);

} // namespace eas
