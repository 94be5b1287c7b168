// FolderSync: the hierarchy of folders on a device. MS-ASCMD 2.2.1.5.
#pragma once
#include "commands/command.h"

namespace eas {

/// Whether a FolderSync would tell something. False for a device that never asked for its folders.
Result<bool> hierarchy_changed(Session &session);

Result<void> run_folder_sync(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
