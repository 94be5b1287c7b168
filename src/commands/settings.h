// Settings: what the device says of itself, and what the user's account is. MS-ASCMD 2.2.1.18.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_settings(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
