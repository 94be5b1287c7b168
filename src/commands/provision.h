// Provision: hands the security policy to a device and takes its acknowledgement. MS-ASPROV 3.2.5.1.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_provision(Session &session, Element const *document, CommandOutput &output);

} // namespace eas
