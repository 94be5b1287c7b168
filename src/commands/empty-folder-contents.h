// EmptyFolderContents, one of the operations of ItemOperations: all messages of a folder are deleted for
// good, and on demand the folders below it. Devices are told by their next Sync and FolderSync.
// MS-ASCMD 2.2.3.58.
#pragma once
#include "commands/item-operations-messages.h"
#include "session/session.h"

namespace eas {

EmptyFolderResponse empty_folder_contents(Session &session, EmptyFolderRequest const &request);

} // namespace eas
