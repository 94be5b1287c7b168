// What the user or the admin has set for a mailbox on phones: the mailbox attribute (IMAP METADATA, RFC 5464)
//
//     /private/vendor/vendor.dovecot/eas       for this user
//     /shared/vendor/vendor.dovecot/eas        for all users of the mailbox; the private one goes first
//
// with the value "hide", "filter=1" to "filter=5" (MS-ASCMD 2.2.3.68.2: one day to one month), or "show".
// Dovecot keeps attributes if mail_attribute_dict is set; without it, no mailbox has one. Setting one leaves
// a record in the mailbox's index log, so that nobody has to look for it.
#pragma once
#include "ports/mail-store.h"

struct mail_user;
struct mailbox;

namespace eas {

/// The key without its type.
constexpr char limits_attribute[] = "vendor/vendor.dovecot/eas";

/// Whether any mailbox can have limits.
bool limits_are_possible(struct mail_user *user);

/// The mailbox need not be open. The INBOX cannot be hidden.
Result<FolderLimits> folder_limits(struct mailbox *box);

} // namespace eas
