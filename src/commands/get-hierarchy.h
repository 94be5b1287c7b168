// GetHierarchy: the mail folders, up to 12.1; later clients use FolderSync. MS-ASCMD 2.2.1.8.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_get_hierarchy(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
