// Submission on Dovecot's SMTP client: to submission_host, or through sendmail_path, whichever the admin
// configured for Dovecot as a whole (lda and Sieve use the same settings).
//
// send() waits for the server, at most submission_timeout for each step.
#pragma once
#include "ports/submission.h"

struct mail_user;
struct smtp_submit_settings;

namespace eas {

class SmtpSubmission final : public Submission {
public:
    /// Both must outlive this.
    SmtpSubmission(struct mail_user *user, struct smtp_submit_settings const *settings)
        : m_user(user), m_settings(settings)
    {}

    /// From the setting or userdb field eas_user_addresses (separated by blanks or commas, the primary one
    /// first), else the user name, with the submission's hostname if it has no domain.
    std::vector<std::string> addresses() override;
    Result<void> send(Content const &message) override;

private:
    struct mail_user *m_user;
    struct smtp_submit_settings const *m_settings;
};

} // namespace eas
