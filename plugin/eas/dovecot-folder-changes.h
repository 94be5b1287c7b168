// What changed in a mailbox since a point: its index's log tells it at the cost of the changes. Where that
// log does not reach back to the point without a gap, everything may have changed; the modseqs of the
// messages are no help, for an index that was repaired or made anew counts them from a lower number again.
#pragma once
#include "ports/mail-store.h"

struct mailbox;

namespace eas {

/// UIDs of all messages of an open mailbox. Its cost follows the number of gaps.
UidSet existing_uids(struct mailbox *box);
/// Those of `uids` that exist.
UidSet existing_among(struct mailbox *box, UidSet const &uids);
/// Where an open mailbox's index stands.
ChangePoint point_of_open(struct mailbox *box);
/// The same of a mailbox that need not be open, read from its log's header, but for the modseq; no index_id
/// if there is no log.
ChangePoint point_on_disk(struct mailbox *box);
/// See MailFolderHandle::changes_since().
MailChanges mailbox_changes_since(struct mailbox *box, ChangePoint const &since, UidSet const &known);

} // namespace eas
