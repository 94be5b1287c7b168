// See device.h.
#include "device/device.h"
#include "base/fields.h"
#include <array>

namespace eas {

namespace {

constexpr std::string_view format_name = "eas-device";
constexpr uint64_t format_version = 1;

struct InformationField {
    std::string_view name;
    std::string DeviceInformation::*member;
};
constexpr std::array information_fields{
    InformationField{"model", &DeviceInformation::model},
    InformationField{"imei", &DeviceInformation::imei},
    InformationField{"friendly-name", &DeviceInformation::friendly_name},
    InformationField{"os", &DeviceInformation::os},
    InformationField{"os-language", &DeviceInformation::os_language},
    InformationField{"phone-number", &DeviceInformation::phone_number},
    InformationField{"user-agent", &DeviceInformation::user_agent},
    InformationField{"mobile-operator", &DeviceInformation::mobile_operator},
};

struct NumberField {
    std::string_view name;
    uint32_t Device::*member;
};
constexpr std::array number_fields{
    NumberField{"policy-key", &Device::policy_key},
    NumberField{"temporary-policy-key", &Device::temporary_policy_key},
    NumberField{"ping-heartbeat", &Device::ping_heartbeat_seconds},
    NumberField{"sync-window", &Device::cached_window_size},
    NumberField{"sync-wait", &Device::cached_wait_seconds},
};

std::string serialize(Device const &device)
{
    FieldWriter out;
    out.add(format_name, format_version);
    out.add("type", device.type);
    for (auto &field : information_fields)
        if (auto &value = device.information.*field.member; !value.empty())
            out.add(field.name, value);
    out.add("outbound-sms", device.information.enable_outbound_sms);
    for (auto &field : number_fields)
        out.add(field.name, device.*field.member);
    out.add("policy-version", device.policy_version);
    for (auto &folder : device.ping_folders)
        out.add("ping-folder", join_pieces({folder.id, folder.item_class}));
    for (auto &collection : device.cached_collections)
        out.add("sync-collection", join_pieces({collection.id, std::to_string(collection.window_size),
                                                collection.get_changes ? "1" : "0"}));
    for (auto &client_id : device.sent_client_ids)
        out.add("sent", client_id);
    return std::move(out.text);
}

void read_lists(Device &device, Field const &field)
{
    if (field.name == "sent")
        device.sent_client_ids.push_back(field.value);
    auto pieces = split_pieces(field.value);
    pieces.resize(3);
    if (field.name == "ping-folder")
        device.ping_folders.push_back({pieces[0], pieces[1]});
    else if (field.name == "sync-collection")
        device.cached_collections.push_back(
            {pieces[0], static_cast<uint32_t>(parse_unsigned(pieces[1]).value_or(0)), pieces[2] == "1"});
}

void read_field(Device &device, Field const &field)
{
    for (auto &known : information_fields)
        if (field.name == known.name)
            device.information.*known.member = field.value;
    for (auto &known : number_fields)
        if (field.name == known.name)
            device.*known.member = static_cast<uint32_t>(field.number());
    if (field.name == "type")
        device.type = field.value;
    else if (field.name == "outbound-sms")
        device.information.enable_outbound_sms = field.number() != 0;
    else if (field.name == "policy-version")
        device.policy_version = field.value;
    read_lists(device, field);
}

} // namespace

std::string device_key(Device const &device, std::string_view name)
{
    return "device/" + device.id + '/' + std::string(name);
}

Result<Device> load_device(StateStore &state, std::string const &device_id)
{
    Device device;
    device.id = device_id;
    auto value = state.get(device_key(device, "info"));
    if (!value)
        return value.error();
    if (!*value)
        return device;
    for (auto &field : parse_fields(**value))
        read_field(device, field);
    return device;
}

Result<void> save_device(StateStore &state, Device const &device)
{
    return state.set(device_key(device, "info"), serialize(device));
}

} // namespace eas
