// A partnership: what we know of one device of one user, kept as one value of the StateStore under
// "device/<id>/info". Lines "name value", values percent-escaped; unknown lines are kept out.
#pragma once
#include "base/result.h"
#include "ports/state-store.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// MS-ASCMD 2.2.3.47 (Settings, Provision): what the device says of itself.
struct DeviceInformation {
    std::string model, imei, friendly_name, os, os_language, phone_number, user_agent, mobile_operator;
    bool enable_outbound_sms = false;
    bool operator==(DeviceInformation const &) const = default;
};

/// One folder of a Ping request.
struct PingFolder {
    std::string id;
    std::string item_class; ///< "Email", "Calendar", ...
    bool operator==(PingFolder const &) const = default;
};

/// One collection of the Sync request that an empty or partial one repeats.
/// (Its options and its key are in the collection's own state.)
struct CachedCollection {
    std::string id;
    uint32_t window_size = 0; ///< 0: not given
    bool get_changes = true;
    bool operator==(CachedCollection const &) const = default;
};

struct Device {
    std::string id;
    std::string type;
    DeviceInformation information;

    uint32_t policy_key = 0;           ///< the acknowledged one; 0: none
    uint32_t temporary_policy_key = 0; ///< given out in phase one of Provision, not acknowledged yet
    std::string policy_version;        ///< which policy policy_key stands for

    std::vector<PingFolder> ping_folders;
    uint32_t ping_heartbeat_seconds = 0; ///< 0: never given

    std::vector<CachedCollection> cached_collections; ///< of the last Sync request
    uint32_t cached_window_size = 0;
    uint32_t cached_wait_seconds = 0;

    std::vector<std::string> sent_client_ids; ///< ClientIds of mail that was sent, the newest last

    bool operator==(Device const &) const = default;
};

/// The device's value, or a new partnership of that id.
Result<Device> load_device(StateStore &state, std::string const &device_id);
Result<void> save_device(StateStore &state, Device const &device);

/// The StateStore key of one of the device's values: "device/<id>/<name>".
std::string device_key(Device const &device, std::string_view name);

} // namespace eas
