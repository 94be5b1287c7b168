// See state-commands.h. What moves is described in device/state-archive.h.
#include "doveadm/state-commands.h"
#include "base/fields.h"
#include "device/state-archive.h"
#include "doveadm/action-log.h"
#include "doveadm/print.h"
#include "doveadm/user-command.h"
#include "sync/moved-state.h"
#include <set>

namespace eas {

namespace {

constexpr size_t most_archive_bytes = 256 << 20;

Result<std::vector<StateEntry>> read_all(FileStateStore &state)
{
    auto const keys = state.keys();
    if (!keys)
        return keys.error();
    std::vector<StateEntry> entries;
    for (auto const &key : *keys) {
        auto value = state.get(key);
        if (!value)
            return value.error();
        if (*value) // removed meanwhile
            entries.push_back({key, std::move(**value)});
    }
    return entries;
}

/// "device/<id>" of what belongs to a device, else "".
std::string device_part(std::string const &key)
{
    constexpr std::string_view prefix = "device/";
    return key.starts_with(prefix) ? key.substr(0, key.find('/', prefix.size())) : std::string();
}

/// What would let its reader in.
bool is_secret(std::string_view key)
{
    return key == "web/secret" || key.ends_with("/recovery-password");
}

// ---- dump

class StateDump final : public UserCommand {
public:
    void start() override
    {
        print_columns({{"key", "Key"}, {"field", "Field"}, {"value", "Value"}});
        auto const words = arguments();
        if (words.size() > 1)
            help();
        if (!words.empty())
            m_below = "device/" + words[0];
    }
    Result<void> run(AdministeredUser &user) override;

private:
    std::string m_below; ///< "": all
};

Result<void> StateDump::run(AdministeredUser &user)
{
    auto const entries = read_all(user.state);
    if (!entries)
        return entries.error();
    bool found = m_below.empty();
    for (auto const &[key, value] : *entries) {
        if (!m_below.empty() && device_part(key) != m_below)
            continue;
        found = true;
        if (is_secret(key))
            continue;
        for (auto const &field : parse_fields(value))
            print_row({key, std::string(field.name), field.value});
    }
    if (!found)
        return Error{ErrorKind::not_found, "User " + user.name + " has no such device: " + m_below.substr(7)};
    return {};
}

// ---- export

class StateExport final : public UserCommand {
public:
    void start() override
    {
        if (!arguments().empty())
            help();
        print_columns({{"state", "State", DOVEADM_PRINT_HEADER_FLAG_HIDE_TITLE}});
    }
    Result<void> run(AdministeredUser &user) override;
};

Result<void> StateExport::run(AdministeredUser &user)
{
    auto entries = read_all(user.state);
    if (!entries)
        return entries.error();
    StateArchive archive{user.name, {}};
    for (auto &entry : *entries)
        if (!is_cache(entry.key))
            archive.entries.push_back(std::move(entry));
    auto text = write_archive(archive);
    text.pop_back(); // doveadm ends the row
    print_row({text});
    return {};
}

// ---- import

class StateImport final : public UserCommand {
public:
    void start() override
    {
        if (many_users())
            i_fatal_status(EX_USAGE, "eas state import is for one user: give it with -u");
        if (!arguments().empty())
            help();
        doveadm_mail_get_input(&context());
        open_action_log();
        print_columns({{"devices", "Devices", DOVEADM_PRINT_HEADER_FLAG_NUMBER},
                       {"values", "Values", DOVEADM_PRINT_HEADER_FLAG_NUMBER}});
    }
    Result<void> run(AdministeredUser &user) override;

private:
    Result<std::string> read_input() const;
};

Result<std::string> StateImport::read_input() const
{
    struct istream *input = context().cmd_input;
    std::string text;
    unsigned char const *data;
    size_t size;
    while (i_stream_read_more(input, &data, &size) > 0) {
        if (text.size() + size > most_archive_bytes)
            return Error{ErrorKind::too_large, "The state to import is too large"};
        text.append(reinterpret_cast<char const *>(data), size);
        i_stream_skip(input, size);
    }
    if (input->stream_errno != 0)
        return Error{ErrorKind::temporary, std::string("read(") + i_stream_get_name(input) +
                                               ") failed: " + i_stream_get_error(input)};
    return text;
}

using Locks = std::vector<std::unique_ptr<StateStore::Lock>>;

/// So that no request reads or writes half of it.
Result<Locks> lock_devices(StateStore &state, std::set<std::string> const &devices)
{
    Locks locks;
    for (auto const &device : devices) {
        auto lock = state.lock(device);
        if (!lock)
            return lock.error();
        locks.push_back(std::move(*lock));
    }
    return locks;
}

/// What was there before goes: afterwards the user's state is what was exported.
Result<void> replace_state(FileStateStore &state, std::vector<std::string> const &old_keys,
                           std::vector<StateEntry> const &entries)
{
    for (auto const &key : old_keys)
        if (!is_cache(key))
            if (auto removed = state.remove(key); !removed)
                return removed;
    for (auto const &[key, value] : entries)
        if (auto stored = state.set(key, without_change_points(value)); !stored)
            return stored;
    return {};
}

Result<void> StateImport::run(AdministeredUser &user)
{
    auto const text = read_input();
    if (!text)
        return text.error();
    auto const archive = read_archive(*text);
    if (!archive)
        return archive.error();
    auto const old_keys = user.state.keys();
    if (!old_keys)
        return old_keys.error();
    std::set<std::string> devices, all;
    for (auto const &entry : archive->entries)
        devices.insert(device_part(entry.key));
    devices.erase("");
    all = devices;
    for (auto const &key : *old_keys)
        all.insert(device_part(key));
    all.erase("");
    auto const locks = lock_devices(user.state, all);
    if (!locks)
        return locks.error();
    if (auto replaced = replace_state(user.state, *old_keys, archive->entries); !replaced)
        return replaced;
    print_row({std::to_string(devices.size()), std::to_string(archive->entries.size())});
    log_action("eas: state of " + std::to_string(devices.size()) + " devices imported, exported as that of " +
               archive->user);
    return {};
}

} // namespace

struct doveadm_mail_cmd_context *state_dump()
{
    return attach_command(std::make_unique<StateDump>(), "", DOVEADM_PRINT_TYPE_TABLE);
}

struct doveadm_mail_cmd_context *state_export()
{
    return attach_command(std::make_unique<StateExport>(), "", DOVEADM_PRINT_TYPE_FLOW);
}

struct doveadm_mail_cmd_context *state_import()
{
    return attach_command(std::make_unique<StateImport>(), "", DOVEADM_PRINT_TYPE_TABLE);
}

} // namespace eas
