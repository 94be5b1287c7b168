// Ping: waits for changes in folders. MS-ASCMD 2.2.1.13.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_ping(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
