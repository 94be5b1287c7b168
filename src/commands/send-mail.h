// SendMail: sends a message once, and files its copy in Sent. MS-ASCMD 2.2.1.17.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_send_mail(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
