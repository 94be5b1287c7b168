// lib10_doveadm_eas_plugin.so: `doveadm eas ...`. Loaded from doveadm's own directory of modules by every
// doveadm, whatever its configuration.
#include "doveadm/device-commands.h"
#include "doveadm/state-commands.h"
#include "doveadm/user-settings.h"
#include "doveadm/who.h"

namespace {

using Param = struct doveadm_cmd_param;

Param param(char letter, char const *name, doveadm_cmd_param_t type,
            doveadm_cmd_param_flag_t flags = CMD_PARAM_FLAG_NONE)
{
    Param result = {};
    result.short_opt = letter;
    result.name = name;
    result.type = type;
    result.flags = flags;
    return result;
}

/// DOVEADM_CMD_MAIL_COMMON, which does not compile as C++, in front of those of the command; 0 at the end.
std::vector<Param> user_params(std::initializer_list<Param> own = {})
{
    std::vector<Param> params{param('A', "all-users", CMD_PARAM_BOOL),
                              param('S', "socket-path", CMD_PARAM_STR), param('u', "user", CMD_PARAM_STR),
                              param('\0', "trans-flags", CMD_PARAM_INT64),
                              param('F', "user-file", CMD_PARAM_ISTREAM)};
    params.insert(params.end(), own);
    params.push_back({});
    return params;
}

std::vector<Param> const no_params = user_params();
std::vector<Param> const device_params =
    user_params({param('\0', "device", CMD_PARAM_ARRAY, CMD_PARAM_FLAG_POSITIONAL)});
std::vector<Param> const one_device_params =
    user_params({param('\0', "device", CMD_PARAM_STR, CMD_PARAM_FLAG_POSITIONAL)});
std::vector<Param> const decision_params = user_params(
    {param('n', "new", CMD_PARAM_BOOL), param('\0', "device", CMD_PARAM_ARRAY, CMD_PARAM_FLAG_POSITIONAL)});
std::vector<Param> const wipe_params =
    user_params({param('o', "account-only", CMD_PARAM_BOOL), param('y', "yes", CMD_PARAM_BOOL),
                 param('\0', "device", CMD_PARAM_ARRAY, CMD_PARAM_FLAG_POSITIONAL)});
std::vector<Param> const file_params =
    user_params({param('\0', "file", CMD_PARAM_ISTREAM, CMD_PARAM_FLAG_POSITIONAL)});

struct doveadm_cmd_ver2 user_command(char const *name, struct doveadm_mail_cmd_context *(*make)(),
                                     char const *usage, std::vector<Param> const &params)
{
    struct doveadm_cmd_ver2 command = {};
    command.name = name;
    command.mail_cmd = make;
    command.usage = usage;
    command.parameters = params.data();
    return command;
}

std::vector<Param> const who_params = {param('\0', "mask", CMD_PARAM_ARRAY, CMD_PARAM_FLAG_POSITIONAL), {}};

void who(struct doveadm_cmd_context *context) noexcept
{
    eas::who(context);
}

struct doveadm_cmd_ver2 who_command()
{
    struct doveadm_cmd_ver2 command = {};
    command.name = "eas who";
    command.cmd = who;
    command.usage = "[<user mask>] [<ip/bits>]";
    command.parameters = who_params.data();
    return command;
}

constexpr char const *users = DOVEADM_CMD_MAIL_USAGE_PREFIX;
constexpr char const *users_and_devices = DOVEADM_CMD_MAIL_USAGE_PREFIX "<device> [...]";

struct doveadm_cmd_ver2 commands[] = {
    user_command("eas device list", eas::device_list, users, no_params),
    user_command("eas device show", eas::device_show, users_and_devices, device_params),
    user_command("eas device allow", eas::device_allow, DOVEADM_CMD_MAIL_USAGE_PREFIX "[-n] <device> [...]",
                 decision_params),
    user_command("eas device block", eas::device_block, DOVEADM_CMD_MAIL_USAGE_PREFIX "[-n] <device> [...]",
                 decision_params),
    user_command("eas device remove", eas::device_remove, users_and_devices, device_params),
    user_command("eas device resync", eas::device_resync, users_and_devices, device_params),
    user_command("eas device wipe", eas::device_wipe,
                 DOVEADM_CMD_MAIL_USAGE_PREFIX "[-o|--account-only] [-y|--yes] <device> [...]", wipe_params),
    user_command("eas device wipe-cancel", eas::device_wipe_cancel, users_and_devices, device_params),
    user_command("eas policy show", eas::policy_show, users, no_params),
    user_command("eas state dump", eas::state_dump, DOVEADM_CMD_MAIL_USAGE_PREFIX "[<device>]",
                 one_device_params),
    user_command("eas state export", eas::state_export, users, no_params),
    user_command("eas state import", eas::state_import, DOVEADM_CMD_MAIL_USAGE_PREFIX "[<file>]",
                 file_params),
    who_command(),
};

} // namespace

#define EAS_EXPORT extern "C" __attribute__((visibility("default")))

EAS_EXPORT char const *doveadm_eas_plugin_version;
char const *doveadm_eas_plugin_version = DOVECOT_ABI_VERSION;

EAS_EXPORT void doveadm_eas_plugin_init(struct module *)
{
    eas::announce_settings();
    for (auto &command : commands)
        doveadm_cmd_register_ver2(&command);
}

EAS_EXPORT void doveadm_eas_plugin_deinit() {}
