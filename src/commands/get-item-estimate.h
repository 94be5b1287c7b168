// GetItemEstimate: how much the next Sync would tell. MS-ASCMD 2.2.1.9.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_get_item_estimate(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
