// See device.h.
#include "device/device.h"
#include "base/fields.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

constexpr std::string_view format_name = "eas-device";
constexpr uint64_t format_version = 1;
constexpr std::string_view end_name = "end"; ///< of the last line: nothing was cut off
constexpr std::string_view info_name = "info";
/// Of a device's values, those that are no synchronisation state (devices.h, recovery-password.h).
constexpr std::array<std::string_view, 3> lasting_values{info_name, "decision", "recovery-password"};

template <class Value> struct DeviceField {
    std::string_view name;
    Value &(*in)(Device &device);
};
template <class Value> Value const &read_of(DeviceField<Value> const &field, Device const &device)
{
    return field.in(const_cast<Device &>(device)); // the accessor only takes the address
}

#define EAS_FIELD(name, type, member)                                                                        \
    DeviceField<type>                                                                                        \
    {                                                                                                        \
        name, [](Device &device) -> type & { return device.member; }                                         \
    }

/// Written if they are not "".
constexpr std::array text_fields{
    EAS_FIELD("model", std::string, information.model),
    EAS_FIELD("imei", std::string, information.imei),
    EAS_FIELD("friendly-name", std::string, information.friendly_name),
    EAS_FIELD("os", std::string, information.os),
    EAS_FIELD("os-language", std::string, information.os_language),
    EAS_FIELD("phone-number", std::string, information.phone_number),
    EAS_FIELD("user-agent", std::string, information.user_agent),
    EAS_FIELD("mobile-operator", std::string, information.mobile_operator),
    EAS_FIELD("access-rule", std::string, admission.rule),
    EAS_FIELD("seen-address", std::string, sighting.client_address),
    EAS_FIELD("seen-user-agent", std::string, sighting.user_agent),
    EAS_FIELD("told-versions", std::string, told_versions),
};

constexpr std::array number_fields{
    EAS_FIELD("policy-key", uint32_t, policy_key),
    EAS_FIELD("temporary-policy-key", uint32_t, temporary_policy_key),
    EAS_FIELD("policy-compliance", uint32_t, policy_compliance),
    EAS_FIELD("wipe-status", uint32_t, wipe.acknowledged_status),
    EAS_FIELD("ping-heartbeat", uint32_t, ping_heartbeat_seconds),
    EAS_FIELD("sync-window", uint32_t, cached_window_size),
    EAS_FIELD("sync-wait", uint32_t, cached_wait_seconds),
};

/// In milliseconds since 1970; written if they are there.
constexpr std::array instant_fields{
    EAS_FIELD("access-since", std::optional<Instant>, admission.since),
    EAS_FIELD("first-seen", std::optional<Instant>, sighting.first),
    EAS_FIELD("last-request", std::optional<Instant>, sighting.last_request),
    EAS_FIELD("last-sync", std::optional<Instant>, sighting.last_sync),
    EAS_FIELD("wipe-ordered", std::optional<Instant>, wipe.ordered),
    EAS_FIELD("wipe-told", std::optional<Instant>, wipe.told),
    EAS_FIELD("wipe-acknowledged", std::optional<Instant>, wipe.acknowledged),
    EAS_FIELD("policy-acknowledged", std::optional<Instant>, policy_acknowledged),
};

#undef EAS_FIELD

constexpr std::array<std::string_view, 4> access_names{"unknown", "allowed", "quarantined", "blocked"};
constexpr std::array<std::string_view, 4> reason_names{"policy", "rule", "admin", "damaged"};
constexpr std::array<std::string_view, 3> wipe_names{"none", "device", "account"};

/// The value that `name` is of; the first one for an unknown name.
template <class Enum, size_t count>
Enum named(std::array<std::string_view, count> const &names, std::string_view name)
{
    auto const found = std::ranges::find(names, name);
    return found == names.end() ? Enum{} : static_cast<Enum>(found - names.begin());
}

void write_lists(FieldWriter &out, Device const &device)
{
    for (auto &folder : device.ping_folders)
        out.add("ping-folder", join_pieces({folder.id, folder.item_class}));
    for (auto &collection : device.cached_collections)
        out.add("sync-collection", join_pieces({collection.id, std::to_string(collection.window_size),
                                                collection.get_changes ? "1" : "0", collection.settled_key}));
    for (auto &client_id : device.sent_client_ids)
        out.add("sent", client_id);
}

std::string serialize(Device const &device)
{
    FieldWriter out;
    out.add(format_name, format_version);
    out.add("type", device.type);
    out.add("access", to_string(device.admission.access));
    out.add("access-reason", to_string(device.admission.reason));
    if (device.wipe.is_ordered())
        out.add("wipe", to_string(device.wipe.kind));
    if (device.state_is_of_quarantine)
        out.add("quarantine-state", 1);
    if (device.cached_had_operations)
        out.add("sync-operations", 1);
    for (auto &field : text_fields)
        if (auto &value = read_of(field, device); !value.empty())
            out.add(field.name, value);
    out.add("outbound-sms", device.information.enable_outbound_sms);
    for (auto &field : instant_fields)
        if (auto &value = read_of(field, device))
            out.add(field.name, static_cast<uint64_t>(value->milliseconds));
    out.add("seen-version", device.sighting.version.number);
    for (auto &field : number_fields)
        out.add(field.name, read_of(field, device));
    out.add("policy-version", device.policy_version);
    write_lists(out, device);
    out.add(end_name, 1);
    return std::move(out.text);
}

void read_lists(Device &device, Field const &field)
{
    bool const is_folder = field.name == "ping-folder", is_collection = field.name == "sync-collection";
    if (field.name == "sent")
        device.sent_client_ids.push_back(field.value);
    if (!is_folder && !is_collection)
        return; // so are most lines, and splitting costs
    auto pieces = split_pieces(field.value);
    pieces.resize(4);
    if (is_folder)
        device.ping_folders.push_back({pieces[0], pieces[1]});
    else
        device.cached_collections.push_back({pieces[0],
                                             static_cast<uint32_t>(parse_unsigned(pieces[1]).value_or(0)),
                                             pieces[2] == "1", pieces[3]});
}

void read_named(Device &device, Field const &field)
{
    if (field.name == "type")
        device.type = field.value;
    else if (field.name == "access")
        device.admission.access = named<Access>(access_names, field.value);
    else if (field.name == "access-reason")
        device.admission.reason = named<AccessReason>(reason_names, field.value);
    else if (field.name == "wipe")
        device.wipe.kind = named<WipeKind>(wipe_names, field.value);
    else if (field.name == "quarantine-state")
        device.state_is_of_quarantine = field.number() != 0;
    else if (field.name == "sync-operations")
        device.cached_had_operations = field.number() != 0;
    else if (field.name == "outbound-sms")
        device.information.enable_outbound_sms = field.number() != 0;
    else if (field.name == "seen-version")
        device.sighting.version = {static_cast<uint8_t>(field.number())};
    else if (field.name == "policy-version")
        device.policy_version = field.value;
}

void read_field(Device &device, Field const &field)
{
    for (auto &known : text_fields)
        if (field.name == known.name)
            known.in(device) = field.value;
    for (auto &known : number_fields)
        if (field.name == known.name)
            known.in(device) = static_cast<uint32_t>(field.number());
    for (auto &known : instant_fields)
        if (field.name == known.name)
            known.in(device) = Instant{static_cast<int64_t>(field.number())};
    read_named(device, field);
    read_lists(device, field);
}

bool is_whole(std::vector<Field> const &fields)
{
    return !fields.empty() && fields.front().name == format_name &&
           fields.front().number() == format_version && fields.back().name == end_name;
}

} // namespace

std::string_view to_string(Access access)
{
    return access_names[static_cast<size_t>(access)];
}

std::string_view to_string(AccessReason reason)
{
    return reason_names[static_cast<size_t>(reason)];
}

std::string_view to_string(WipeKind kind)
{
    return wipe_names[static_cast<size_t>(kind)];
}

bool is_device_id(std::string_view text)
{
    constexpr size_t longest = 32;
    auto is_alphanumeric = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    return !text.empty() && text.size() <= longest && std::ranges::all_of(text, is_alphanumeric) &&
           !equals_ignoring_case(text, "validate");
}

std::string device_key(Device const &device, std::string_view name)
{
    return "device/" + device.id + '/' + std::string(name);
}

Result<Device> load_device(StateStore &state, std::string const &device_id)
{
    Device device;
    device.id = device_id;
    auto value = state.get(device_key(device, info_name));
    if (!value)
        return value.error();
    if (!*value)
        return device;
    auto const fields = parse_fields(**value);
    if (!is_whole(fields)) {
        device.admission = {Access::blocked, AccessReason::damaged, {}, {}};
        return device;
    }
    for (auto &field : fields)
        read_field(device, field);
    return device;
}

Result<void> save_device(StateStore &state, Device const &device)
{
    return state.set(device_key(device, info_name), serialize(device));
}

Result<void> forget_sync_state(StateStore &state, Device &device)
{
    auto names = state.list("device/" + device.id);
    if (!names)
        return names.error();
    for (auto &name : *names)
        if (std::ranges::find(lasting_values, name) == lasting_values.end())
            if (auto removed = state.remove(device_key(device, name)); !removed)
                return removed;
    device.ping_folders.clear();
    device.ping_heartbeat_seconds = 0;
    device.cached_collections.clear();
    device.cached_window_size = 0;
    device.cached_wait_seconds = 0;
    device.cached_had_operations = false;
    return {};
}

} // namespace eas
