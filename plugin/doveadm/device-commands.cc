// The commands of doveadm eas device that change something. See device-commands.h.
#include "doveadm/device-commands.h"
#include "device/devices.h"
#include "doveadm/action-log.h"
#include "doveadm/user-command.h"
#include <iostream>

namespace eas {

namespace {

Instant now()
{
    return Instant::from_seconds(time(nullptr));
}

/// One that does something to each device that is named.
class DeviceChange : public UserCommand {
public:
    void start() final
    {
        m_ids = arguments();
        if (m_ids.empty())
            help();
        open_action_log();
        check();
    }
    Result<void> run(AdministeredUser &user) final
    {
        return for_each_device(user, m_ids, [&](std::string const &id) -> Result<void> {
            if (auto changed = change(user.state, id); !changed)
                return changed;
            log_action("eas: device " + id + " " + done());
            return {};
        });
    }

protected:
    std::vector<std::string> const &ids() const { return m_ids; }

private:
    /// Before the first user.
    virtual void check() {}
    virtual Result<void> change(StateStore &state, std::string const &id) = 0;
    /// "allowed", for the log.
    virtual std::string done() const = 0;

    std::vector<std::string> m_ids;
};

class DeviceDecision final : public DeviceChange {
public:
    explicit DeviceDecision(Access access) : m_access(access) {}
    bool option(char letter, char const *) override { return letter == 'n' && (m_in_advance = true); }

private:
    Result<void> change(StateStore &state, std::string const &id) override
    {
        auto const device = find_device(state, id);
        if (!device)
            return device.error();
        if (!*device && !m_in_advance)
            return Error{ErrorKind::not_found,
                         "no such device: " + id + " (-n decides on one that has not come yet)"};
        return decide_access(state, id, m_access, now());
    }
    std::string done() const override { return std::string(to_string(m_access)) + " by the admin"; }

    Access m_access;
    bool m_in_advance = false;
};

class DeviceRemoval final : public DeviceChange {
    Result<void> change(StateStore &state, std::string const &id) override
    {
        return remove_device(state, id);
    }
    std::string done() const override { return "removed"; }
};

class DeviceResync final : public DeviceChange {
    Result<void> change(StateStore &state, std::string const &id) override
    {
        return resync_device(state, id);
    }
    std::string done() const override { return "has to fetch everything anew"; }
};

class DeviceWipe final : public DeviceChange {
public:
    bool option(char letter, char const *) override
    {
        if (letter == 'o')
            m_kind = WipeKind::account;
        else if (letter == 'y')
            m_is_confirmed = true;
        else
            return false;
        return true;
    }

private:
    void check() override;
    Result<void> change(StateStore &state, std::string const &id) override
    {
        return order_wipe(state, id, m_kind, now());
    }
    std::string done() const override
    {
        return m_kind == WipeKind::account ? "will be told to wipe this account"
                                           : "will be told to wipe itself";
    }

    WipeKind m_kind = WipeKind::device;
    bool m_is_confirmed = false;
};

/// What was asked on a terminal and is carried out by another process comes there by doveadm's own protocol.
void DeviceWipe::check()
{
    if (m_is_confirmed || context().cctx->conn_type == DOVEADM_CONNECTION_TYPE_TCP)
        return;
    if (!is_interactive())
        i_fatal_status(EX_USAGE, "A wipe destroys data: confirm it with -y (in the HTTP API: \"yes\": true)");
    for (auto const &id : ids()) {
        std::cerr << (m_kind == WipeKind::account ? "All data of this account on device "
                                                  : "ALL data on device ")
                  << id << " will be destroyed. Type the device id to go on: " << std::flush;
        std::string answer;
        if (!std::getline(std::cin, answer) || answer != id)
            i_fatal_status(EX_USAGE, "Not confirmed: nothing was done");
    }
}

class DeviceWipeCancel final : public DeviceChange {
    Result<void> change(StateStore &state, std::string const &id) override { return cancel_wipe(state, id); }
    std::string done() const override { return "is not to be wiped any more"; }
};

template <class Command, class... Arguments>
struct doveadm_mail_cmd_context *attach(char const *options, Arguments... arguments)
{
    return attach_command(std::make_unique<Command>(arguments...), options, DOVEADM_PRINT_TYPE_FLOW);
}

} // namespace

struct doveadm_mail_cmd_context *device_allow()
{
    return attach<DeviceDecision>("n", Access::allowed);
}

struct doveadm_mail_cmd_context *device_block()
{
    return attach<DeviceDecision>("n", Access::blocked);
}

struct doveadm_mail_cmd_context *device_remove()
{
    return attach<DeviceRemoval>("");
}

struct doveadm_mail_cmd_context *device_resync()
{
    return attach<DeviceResync>("");
}

struct doveadm_mail_cmd_context *device_wipe()
{
    return attach<DeviceWipe>("oy");
}

struct doveadm_mail_cmd_context *device_wipe_cancel()
{
    return attach<DeviceWipeCancel>("");
}

} // namespace eas
