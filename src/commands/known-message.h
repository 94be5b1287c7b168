// Messages by the ids that a device has for them, for commands other than Sync: a draft that the device
// changed has another UID than its ServerId says (sync/known-drafts.h).
#pragma once
#include "items/email.h"
#include "session/session.h"
#include "sync/known-drafts.h"
#include "sync/server-id.h"

namespace eas {

/// What the device knows by `id`, if it is not what the mailbox has by that UID. To be asked when the mailbox
/// has nothing: it reads the collection's state.
std::optional<KnownDraft> find_known_draft(Session &session, MessageId const &id);

/// The FileReferences of a message that was read get the names that the device has for them.
void rename_references(Email &email, KnownDraft const &known, FolderId const &folder);

/// A message, and what it is known as.
struct KnownMessage {
    std::unique_ptr<MailMessage> message;
    std::optional<KnownDraft> known;
};

/// The message that the device knows by `id`; `folder` is open.
Result<KnownMessage> open_known(Session &session, MailFolderHandle &folder, MessageId const &id);

/// The part number that a FileReference to `message` means.
std::string part_of(KnownMessage const &message, FileReference const &reference);

} // namespace eas
