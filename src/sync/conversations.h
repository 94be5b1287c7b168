// Which messages of a folder belong together.
#pragma once
#include "ports/mail-store.h"

namespace eas {

/// All messages of the folder that are in that conversation.
Result<UidSet> messages_of_conversation(MailFolderHandle &folder, ConversationKey conversation);

/// `uids` and all other messages of the folder that are in their conversations.
Result<UidSet> with_their_conversations(MailFolderHandle &folder, UidSet const &uids);

} // namespace eas
