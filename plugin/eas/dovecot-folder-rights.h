// What the user may do with a mailbox, by Dovecot's plugin acl (RFC 4314). Without that plugin, everything.
// Dovecot itself refuses what is not allowed; this is for what it lets happen (its list index knows mailboxes
// that may not be read) and for rights that changed while a process lives.
#pragma once
#include "base/result.h"

struct mail_user;
struct mailbox;

namespace eas {

/// Success if the user may look up ("l") and read ("r") the mailbox; denied without "r"; not_found without
/// "l". The mailbox need not be open. Rights are read anew where they changed.
Result<void> check_may_read(struct mailbox *box);

/// Before mailboxes are listed: rights are read anew, and users who have shared something of late have a
/// namespace. Dovecot looks for them once an hour only.
void refresh_rights(struct mail_user *user);

} // namespace eas
