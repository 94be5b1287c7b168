// Which conversation each message of a mailbox belongs to (mapping/conversation.h), kept as an extension of
// dovecot.index: 8 bytes a message, 0 if nobody asked yet. It can be derived again at any time from the
// header, so it may get lost with the index; what it spares is to read 100,000 headers for each question.
#pragma once
#include "eas/dovecot-folder-mailbox.h"
#include "ports/mail-store.h"
#include <memory>
#include <unordered_map>
#include <vector>

namespace eas {

/// What was derived since the mailbox was opened: the index shows it after the next sync only.
using NewConversations = std::unordered_map<Uid, ConversationKey>;

/// Those of `uids` that exist, ascending; those without a readable header are left out.
std::vector<MailFolderHandle::UidConversation>
conversations_of(std::shared_ptr<OpenMailbox> const &mailbox, UidSet const &uids, NewConversations &derived);

} // namespace eas
