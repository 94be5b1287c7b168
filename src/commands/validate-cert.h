// ValidateCert: whether certificates of S/MIME are to be trusted. MS-ASCMD 2.2.1.22.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_validate_cert(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
