// Find: finds mail, with what a list of results shows. MS-ASCMD 2.2.1.2; 16.1 only.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_find(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
