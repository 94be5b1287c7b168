// A partnership: what we know of one device of one user, kept as one value of the StateStore under
// "device/<id>/info". Lines "name value", values percent-escaped; unknown lines are kept out.
#pragma once
#include "base/protocol-version.h"
#include "base/result.h"
#include "base/time.h"
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
    std::string settled_key{}; ///< the SyncKey with which it was last told that nothing changed; "": none
    bool operator==(CachedCollection const &) const = default;
};

/// How a device stands with its user.
enum class Access {
    unknown,     ///< there is no partnership
    allowed,     ///< is served
    quarantined, ///< waits for the admin, and sees a mail that says so
    blocked,     ///< is refused
};

/// Who decided that.
enum class AccessReason {
    policy,  ///< eas_device_policy, at the first contact
    rule,    ///< one of eas_device_rules
    admin,   ///< for this device; nothing else counts then
    damaged, ///< what was stored of it cannot be read: it may have been blocked, so it is until the admin
             ///< decides
};

struct Admission {
    Access access = Access::unknown;
    AccessReason reason = AccessReason::policy;
    std::string rule;             ///< the text of the rule, if that is the reason
    std::optional<Instant> since; ///< when it was decided; nothing if `damaged`
    bool operator==(Admission const &) const = default;
};

/// What was seen of a device at its requests. Written with the rest, and else once an hour at most, since a
/// request that changes nothing shall write nothing: so it is an hour behind at times.
struct Sighting {
    std::optional<Instant> first; ///< nothing: from before that was noted, or never (allowed in advance)
    std::optional<Instant> last_request; ///< any command, also refused ones
    std::optional<Instant> last_sync;    ///< a Sync that was answered
    std::string client_address;          ///< "192.0.2.7"; "" if the host does not know
    std::string user_agent;              ///< the header; DeviceInformation may have another
    ProtocolVersion version;             ///< number 0: none yet
    bool operator==(Sighting const &) const = default;
};

/// Which data a device shall destroy. MS-ASPROV 2.2.2.45, 2.2.2.1.
enum class WipeKind {
    none,
    device,  ///< all that is on it
    account, ///< what it got from us; from 16.1 on
};

/// A wipe stays ordered until it is cancelled: a device that comes back is told again.
struct Wipe {
    WipeKind kind = WipeKind::none;
    std::optional<Instant> ordered;
    std::optional<Instant> told;         ///< when the device last got the directive
    std::optional<Instant> acknowledged; ///< when it answered
    uint32_t acknowledged_status = 0;    ///< MS-ASPROV 2.2.2.54.3: 1 done, 2 failed
    bool is_ordered() const { return kind != WipeKind::none; }
    bool is_done() const { return acknowledged && acknowledged_status == 1; }
    bool operator==(Wipe const &) const = default;
};

struct Device {
    std::string id;
    std::string type;
    DeviceInformation information;
    Admission admission;
    Sighting sighting;
    Wipe wipe;
    /// The synchronisation state is that of the folder that a quarantined device sees.
    bool state_is_of_quarantine = false;

    uint32_t policy_key = 0;           ///< the acknowledged one; 0: none
    uint32_t temporary_policy_key = 0; ///< given out in phase one of Provision, not acknowledged yet
    std::string policy_version;        ///< which policy policy_key stands for
    std::optional<Instant> policy_acknowledged;
    uint32_t policy_compliance = 0; ///< what it said of it, MS-ASPROV 2.2.2.54.1: 1 to 4; 0: nothing yet

    std::string told_versions; ///< of the protocol, when it last began anew; "": by an earlier server

    std::vector<PingFolder> ping_folders;
    uint32_t ping_heartbeat_seconds = 0; ///< 0: never given

    std::vector<CachedCollection> cached_collections; ///< of the last Sync request
    uint32_t cached_window_size = 0;
    uint32_t cached_wait_seconds = 0;
    bool cached_had_operations = false; ///< then an empty request cannot mean that one: MS-ASCMD 2.2.1.21.1

    std::vector<std::string> sent_client_ids; ///< ClientIds of mail that was sent, the newest last

    bool operator==(Device const &) const = default;
};

/// "allowed"; as they are stored and shown to admins.
std::string_view to_string(Access access);
std::string_view to_string(AccessReason reason);
std::string_view to_string(WipeKind kind);

/// 1 to 32 letters and digits, as MS-ASHTTP 2.2.1.1.1.2.2 has it. "validate" is none: clients send it to try
/// a password, and all of them would share one partnership.
bool is_device_id(std::string_view text);

/// The device's value; a Device with Access::unknown if there is none.
Result<Device> load_device(StateStore &state, std::string const &device_id);
Result<void> save_device(StateStore &state, Device const &device);

/// What the device was told so far of folders and items, and what its next empty Sync or Ping would repeat,
/// is forgotten: it has to fetch everything anew, beginning with its folders. The caller saves `device`.
Result<void> forget_sync_state(StateStore &state, Device &device);

/// The StateStore key of one of the device's values: "device/<id>/<name>".
std::string device_key(Device const &device, std::string_view name);

} // namespace eas
