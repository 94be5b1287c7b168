// Sync: what changed in collections, both ways. MS-ASCMD 2.2.1.21.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_sync(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
