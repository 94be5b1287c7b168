// Accepts or declines an invitation in a mail or in the calendar. MS-ASCMD 2.2.1.11.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_meeting_response(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
