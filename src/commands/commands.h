// The functions that command-table.cc names, one a command; each is defined in the file of its command.
#pragma once
#include "commands/command.h"

namespace eas {

Result<void> run_folder_sync(Session &, Element const *, CommandOutput &);
Result<void> run_get_item_estimate(Session &, Element const *, CommandOutput &);
Result<void> run_item_operations(Session &, Element const *, CommandOutput &);
Result<void> run_ping(Session &, Element const *, CommandOutput &);
Result<void> run_provision(Session &, Element const *, CommandOutput &);
Result<void> run_send_mail(Session &, Element const *, CommandOutput &);
Result<void> run_settings(Session &, Element const *, CommandOutput &);
Result<void> run_sync(Session &, Element const *, CommandOutput &);

} // namespace eas
