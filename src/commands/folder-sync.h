// FolderSync: the hierarchy of folders on a device. MS-ASCMD 2.2.1.5.
#pragma once
#include "commands/command.h"

namespace eas {

/// Whether a FolderSync would tell something. True too for a device of which nothing is known:
/// it has to ask anew.
Result<bool> hierarchy_changed(Session &session);

Result<void> run_folder_sync(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
