// GetAttachment: the bytes of an attachment, up to 12.1; later clients use ItemOperations. MS-ASCMD 2.2.1.7.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_get_attachment(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
