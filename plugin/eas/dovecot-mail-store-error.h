// Dovecot's errors as ours. Every message names the mailbox, and the UID where there is one.
#pragma once
#include "base/result.h"
#include "base/uid-set.h"
#include <string>

struct mailbox;

namespace eas {

/// The last error of `box`. `what` says what failed: "cannot be opened".
Error mailbox_error(struct mailbox *box, std::string const &what);
/// The same, of one message. not_found if it was expunged.
Error message_error(struct mailbox *box, Uid uid, std::string const &what);

} // namespace eas
