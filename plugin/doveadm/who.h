// doveadm eas who: the phones that wait, as eas-ping lists them, and the connections that `eas` processes
// serve at this moment, as anvil knows them.
#pragma once
#include "compat/doveadm.h"

namespace eas {

/// Parameter "mask": user masks and networks, as `doveadm who` takes them.
void who(struct doveadm_cmd_context *context);

} // namespace eas
