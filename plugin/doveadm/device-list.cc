// doveadm eas device list and show. See device-commands.h.
#include "device/devices.h"
#include "device/recovery-password.h"
#include "doveadm/device-commands.h"
#include "doveadm/print.h"
#include "doveadm/user-command.h"

namespace eas {

namespace {

/// The machine's time, as other commands of doveadm print it; "-" for never.
std::string shown(std::optional<Instant> const &instant)
{
    DataStackFrame frame;
    return instant ? unixdate2str(instant->seconds()) : "-";
}

std::string shown(ProtocolVersion const &version)
{
    return version == ProtocolVersion{} ? "-" : std::string(to_string(version));
}

/// "-", "device", "account (acknowledged)"
std::string shown(Wipe const &wipe)
{
    if (!wipe.is_ordered())
        return "-";
    return std::string(to_string(wipe.kind)) + (wipe.is_done()      ? " (done)"
                                                : wipe.acknowledged ? " (failed)"
                                                : wipe.told         ? " (told)"
                                                                    : " (ordered)");
}

// ---- list

class DeviceList final : public UserCommand {
public:
    void start() override
    {
        if (!arguments().empty())
            help();
        print_columns({{"device_id", "Device"},
                       {"type", "Type"},
                       {"model", "Model"},
                       {"access", "Access"},
                       {"wipe", "Wipe"},
                       {"version", "EAS"},
                       {"last_sync", "Last sync"},
                       {"address", "Address"}});
    }
    Result<void> run(AdministeredUser &user) override;
};

Result<void> DeviceList::run(AdministeredUser &user)
{
    auto const devices = list_devices(user.state);
    if (!devices)
        return devices.error();
    for (auto const &device : *devices)
        print_row({device.id, device.type, device.information.model,
                   std::string(to_string(device.admission.access)), shown(device.wipe),
                   shown(device.sighting.version), shown(device.sighting.last_sync),
                   device.sighting.client_address});
    return {};
}

// ---- show

struct ShownField {
    char const *name;
    std::string (*value)(Device const &device);
};

template <std::string DeviceInformation::*member> std::string information(Device const &device)
{
    return device.information.*member;
}

constexpr std::array shown_fields{
    ShownField{"device_id", [](Device const &device) { return device.id; }},
    ShownField{"type", [](Device const &device) { return device.type; }},
    ShownField{"model", information<&DeviceInformation::model>},
    ShownField{"friendly_name", information<&DeviceInformation::friendly_name>},
    ShownField{"os", information<&DeviceInformation::os>},
    ShownField{"os_language", information<&DeviceInformation::os_language>},
    ShownField{"imei", information<&DeviceInformation::imei>},
    ShownField{"phone_number", information<&DeviceInformation::phone_number>},
    ShownField{"mobile_operator", information<&DeviceInformation::mobile_operator>},
    ShownField{"user_agent", [](Device const &device) { return device.sighting.user_agent; }},
    ShownField{"access",
               [](Device const &device) { return std::string(to_string(device.admission.access)); }},
    ShownField{"access_reason",
               [](Device const &device) { return std::string(to_string(device.admission.reason)); }},
    ShownField{"access_rule", [](Device const &device) { return device.admission.rule; }},
    ShownField{"access_since", [](Device const &device) { return shown(device.admission.since); }},
    ShownField{"first_seen", [](Device const &device) { return shown(device.sighting.first); }},
    ShownField{"last_request", [](Device const &device) { return shown(device.sighting.last_request); }},
    ShownField{"last_sync", [](Device const &device) { return shown(device.sighting.last_sync); }},
    ShownField{"address", [](Device const &device) { return device.sighting.client_address; }},
    ShownField{"version", [](Device const &device) { return shown(device.sighting.version); }},
    ShownField{"policy_acknowledged", [](Device const &device) { return shown(device.policy_acknowledged); }},
    ShownField{"policy_compliance",
               [](Device const &device) { return std::to_string(device.policy_compliance); }},
    ShownField{"wipe", [](Device const &device) { return shown(device.wipe); }},
    ShownField{"wipe_ordered", [](Device const &device) { return shown(device.wipe.ordered); }},
    ShownField{"wipe_told", [](Device const &device) { return shown(device.wipe.told); }},
    ShownField{"wipe_acknowledged", [](Device const &device) { return shown(device.wipe.acknowledged); }},
};

class DeviceShow final : public UserCommand {
public:
    void start() override
    {
        m_ids = arguments();
        if (m_ids.empty())
            help();
        print_columns({{"device_id", "Device"}, {"field", "Field"}, {"value", "Value"}});
    }
    Result<void> run(AdministeredUser &user) override
    {
        return for_each_device(user, m_ids, [&](std::string const &id) -> Result<void> {
            auto const device = find_device(user.state, id);
            if (!device)
                return device.error();
            if (!*device)
                return Error{ErrorKind::not_found, "no such device: " + id};
            for (auto const &field : shown_fields)
                print_row({id, field.name, field.value(**device)});
            auto const password = recovery_password(user.state, **device);
            if (!password)
                return password.error();
            if (*password) // of few devices, and of none in the list
                print_row({id, "recovery_password", **password});
            return {};
        });
    }

private:
    std::vector<std::string> m_ids;
};

} // namespace

struct doveadm_mail_cmd_context *device_list()
{
    return attach_command(std::make_unique<DeviceList>(), "", DOVEADM_PRINT_TYPE_TABLE);
}

struct doveadm_mail_cmd_context *device_show()
{
    return attach_command(std::make_unique<DeviceShow>(), "", DOVEADM_PRINT_TYPE_TABLE);
}

} // namespace eas
