// SmartReply and SmartForward: as SendMail, and the server adds the original that it has. MS-ASCMD 2.2.1.20,
// 2.2.1.19.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_smart_reply(Session &session, Element const *document, CommandOutput &output);
Result<void> run_smart_forward(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
