// Search: finds mail, items of all other classes, and people. MS-ASCMD 2.2.1.16.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_search(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
