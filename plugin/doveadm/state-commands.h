// doveadm eas state ...: a user's state to look at, and to be moved to another host.
#pragma once
#include "compat/doveadm.h"

namespace eas {

struct doveadm_mail_cmd_context *state_dump();
struct doveadm_mail_cmd_context *state_export();
struct doveadm_mail_cmd_context *state_import();

} // namespace eas
