// FolderUpdate: a mailbox is renamed, or moved to another parent. MS-ASCMD 2.2.1.6.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_folder_update(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
