// ResolveRecipients: who is meant by a name, with certificates, free and busy times and a picture.
// MS-ASCMD 2.2.1.15.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_resolve_recipients(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
