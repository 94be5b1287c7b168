// MoveItems: messages go from one folder to another. MS-ASCMD 2.2.1.12.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_move_items(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
