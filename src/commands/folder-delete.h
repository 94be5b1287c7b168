// FolderDelete: a mailbox, its messages and all below it are deleted for good. MS-ASCMD 2.2.1.4.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_folder_delete(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
