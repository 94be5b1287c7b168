// One message over one SMTP connection, all recipients or none: were some accepted and others refused, the
// phone could only repeat the message, and the accepted ones would get it twice. Dovecot's smtp_submit
// cannot do that, nor SMTPUTF8, hence this on its SMTP client.
#pragma once
#include "base/result.h"
#include "eas/smtp-submission-message.h"
#include <vector>

struct istream;
struct mail_user;
struct smtp_submit_settings;

namespace eas {

struct SmtpMessage {
    Mailbox sender;
    std::vector<Mailbox> recipients;
    struct istream *data;  ///< seekable
    uint64_t bytes = 0;    ///< of `data`
    bool has_8bit = false; ///< anywhere
    bool has_8bit_header = false;
};

/// Errors as Submission::send() has them.
Result<void> send_by_smtp(struct mail_user *user, struct smtp_submit_settings const &settings,
                          SmtpMessage const &message);

} // namespace eas
