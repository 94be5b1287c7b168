#include "eas/user-ports.h"
#include "eas/dovecot-mail-store.h"
#if __has_include("eas/smtp-submission.h")
#include "eas/smtp-submission.h"
#endif
#include "stores/file-state-store.h"
#include <chrono>

namespace eas {

namespace {

class SystemClock final : public Clock {
public:
    Instant now() override
    {
        auto const since_epoch = std::chrono::system_clock::now().time_since_epoch();
        return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
    }
};

#if !__has_include("eas/smtp-submission.h")
class SmtpSubmission final : public Submission { // until the real one is there
public:
    SmtpSubmission(struct mail_user *user, struct smtp_submit_settings const *) : m_user(user) {}
    std::vector<std::string> addresses() override { return {m_user->username}; }
    Result<void> send(Content const &) override
    {
        return Error{ErrorKind::temporary, "sending is not built in"};
    }

private:
    struct mail_user *m_user;
};
#endif

std::unique_ptr<StateStore> state_store(UserSession const &session)
{
    struct mail_storage_settings const *set = mail_user_set_get_storage_set(session.user());
    return std::make_unique<FileStateStore>(session.state_directory(),
                                            set->parsed_fsync_mode != FSYNC_MODE_NEVER);
}

} // namespace

UserPorts::UserPorts(UserSession const &session)
    : m_mail(std::make_unique<DovecotMailStore>(session.user())), m_state(state_store(session)),
      m_submission(std::make_unique<SmtpSubmission>(session.user(), &session.smtp_settings())),
      m_clock(std::make_unique<SystemClock>()), m_ports{*m_mail, *m_state, *m_submission, *m_clock,
                                                        session.settings()}
{}

} // namespace eas
