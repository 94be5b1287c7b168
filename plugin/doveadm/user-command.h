// A command of `doveadm eas` that works on users: doveadm finds them (-u, a mask, -A, -F), drops to their
// rights and calls run() for each, here or in another process that does it (doveadm-server, HTTP).
#pragma once
#include "base/result.h"
#include "compat/doveadm.h"
#include "doveadm/user-settings.h"
#include "stores/file-state-store.h"

namespace eas {

/// One of the users that the command is for.
struct AdministeredUser {
    struct mail_user *user;
    std::string name;
    struct eas_settings const &settings;
    FileStateStore &state;
};

/// Made when the command starts, destroyed at its end. doveadm owns the context and allocates it from a pool.
class UserCommand {
public:
    virtual ~UserCommand() = default;
    /// An option of the command's own. Whether it is one.
    virtual bool option(char letter, char const *value);
    /// Before the first user: checks arguments (help() if they are wrong), announces the columns.
    virtual void start() = 0;
    /// Prints the user's rows. not_found is an error only if it is one of every user.
    virtual Result<void> run(AdministeredUser &user) = 0;

    /// Binds it to doveadm.
    void attach(struct doveadm_mail_cmd_context *context) { m_context = context; }
    void run_for(struct mail_user *user);
    /// After the last user.
    void finish();

protected:
    struct doveadm_mail_cmd_context &context() const { return *m_context; }
    std::vector<std::string> arguments() const;
    /// Does it for each id. Those that the user has are done even if others are missing, which is the error
    /// then.
    Result<void> for_each_device(AdministeredUser const &user, std::vector<std::string> const &ids,
                                 std::function<Result<void>(std::string const &id)> const &action);
    /// A person at a terminal can be asked.
    bool is_interactive() const;
    [[noreturn]] void help() const;
    /// For users that are one of many.
    bool many_users() const { return !m_context->iterate_single_user; }

private:
    void failed(Error const &error);

    struct doveadm_mail_cmd_context *m_context = nullptr;
    std::optional<Error> m_not_found; ///< the last one, of a user of many
    bool m_found = false;
};

/// For doveadm's table of commands.
struct doveadm_mail_cmd_context *attach_command(std::unique_ptr<UserCommand> command, char const *options,
                                                char const *printer);

} // namespace eas
