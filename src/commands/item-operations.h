// ItemOperations: fetches messages and attachments. MS-ASCMD 2.2.1.10.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_item_operations(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
