// FolderCreate: a new mailbox. MS-ASCMD 2.2.1.3.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_folder_create(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
