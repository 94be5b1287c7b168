// See user-command.h. No exception passes into doveadm.
#include "doveadm/user-command.h"
#include "doveadm/user-settings.h"
#include "eas/user-state.h"
#include <exception>

namespace eas {

namespace {

/// doveadm's context with our command; not an object, since doveadm frees it with its pool.
struct CommandContext {
    struct doveadm_mail_cmd_context doveadm;
    UserCommand *command;
};

UserCommand &command_of(struct doveadm_mail_cmd_context *context)
{
    return *reinterpret_cast<CommandContext *>(context)->command;
}

bool parse_option(struct doveadm_mail_cmd_context *context, int letter) noexcept
{
    return command_of(context).option(static_cast<char>(letter), optarg);
}

void start(struct doveadm_mail_cmd_context *context, char const *const *) noexcept
{
    command_of(context).start();
}

int run(struct doveadm_mail_cmd_context *context, struct mail_user *user) noexcept
{
    try {
        command_of(context).run_for(user);
    } catch (std::exception const &exception) {
        i_error("%s failed: %s", context->cmd->name, exception.what());
        doveadm_mail_failed_error(context, MAIL_ERROR_TEMP);
    }
    return context->exit_code == 0 ? 0 : -1;
}

void finish(struct doveadm_mail_cmd_context *context) noexcept
{
    auto *&command = reinterpret_cast<CommandContext *>(context)->command;
    command->finish();
    delete std::exchange(command, nullptr);
}

enum mail_error mail_error_of(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::not_found:
        return MAIL_ERROR_NOTFOUND;
    case ErrorKind::bad_request:
        return MAIL_ERROR_INVALIDDATA;
    case ErrorKind::exists:
    case ErrorKind::conflict:
    case ErrorKind::too_large:
        return MAIL_ERROR_NOTPOSSIBLE;
    case ErrorKind::denied:
        return MAIL_ERROR_PERM;
    case ErrorKind::quota:
        return MAIL_ERROR_NOQUOTA;
    case ErrorKind::temporary:
        break;
    }
    return MAIL_ERROR_TEMP;
}

} // namespace

struct doveadm_mail_cmd_context *attach_command(std::unique_ptr<UserCommand> command, char const *options,
                                                char const *printer)
{
    auto *context = doveadm_mail_cmd_alloc(CommandContext);
    context->doveadm.getopt_args = options;
    context->doveadm.v.parse_arg = parse_option;
    context->doveadm.v.init = start;
    context->doveadm.v.run = run;
    context->doveadm.v.deinit = finish;
    command->attach(&context->doveadm);
    context->command = command.release();
    doveadm_print_init(printer);
    return &context->doveadm;
}

bool UserCommand::option(char, char const *)
{
    return false;
}

std::vector<std::string> UserCommand::arguments() const
{
    std::vector<std::string> words;
    for (auto *word = m_context->args; word != nullptr && *word != nullptr; ++word)
        words.emplace_back(*word);
    return words;
}

Result<void> UserCommand::for_each_device(AdministeredUser const &user, std::vector<std::string> const &ids,
                                          std::function<Result<void>(std::string const &id)> const &action)
{
    Result<void> result;
    for (auto const &id : ids) {
        auto const done = action(id);
        if (done)
            m_found = true;
        else if (done.error().kind == ErrorKind::not_found)
            result = Error{ErrorKind::not_found, "user " + user.name + ": " + done.error().message};
        else
            return done;
    }
    return result;
}

bool UserCommand::is_interactive() const
{
    return m_context->cctx->conn_type == DOVEADM_CONNECTION_TYPE_CLI && isatty(STDIN_FILENO) != 0;
}

void UserCommand::help() const
{
    doveadm_mail_help_name(m_context->cmd->name);
}

void UserCommand::run_for(struct mail_user *user)
{
    auto const settings = settings_of(user);
    if (!settings)
        return failed(settings.error());
    auto const store = open_state(user, (*settings)->eas_state_dir);
    AdministeredUser administered{user, user->username, **settings, *store};
    if (auto const done = run(administered); done)
        m_found = true;
    else if (done.error().kind == ErrorKind::not_found && many_users())
        m_not_found = done.error();
    else
        failed(done.error());
}

void UserCommand::failed(Error const &error)
{
    i_error("%s", error.message.c_str());
    doveadm_mail_failed_error(m_context, mail_error_of(error.kind));
}

void UserCommand::finish()
{
    if (m_not_found && !m_found)
        failed({ErrorKind::not_found, "found at no user; the last one: " + m_not_found->message});
}

} // namespace eas
