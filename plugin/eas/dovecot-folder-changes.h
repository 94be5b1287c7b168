// What changed in a mailbox since a modseq. The transaction log tells it at the cost of the changes; when
// the log was rotated, the modseqs of the messages tell it at the cost of the mailbox.
#pragma once
#include "ports/mail-store.h"

struct mailbox;

namespace eas {

/// UIDs of all messages of an open mailbox. Its cost follows the number of gaps.
UidSet existing_uids(struct mailbox *box);
/// Those of `uids` that exist.
UidSet existing_among(struct mailbox *box, UidSet const &uids);
/// See MailFolderHandle::changes_since().
MailChanges mailbox_changes_since(struct mailbox *box, uint64_t modseq, UidSet const &known);

} // namespace eas
