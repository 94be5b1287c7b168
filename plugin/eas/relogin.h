// Gives a connection whose next request has other credentials back to eas-login (socket eas-relogin).
#pragma once
#include "base/result.h"
#include "login/hand-over.h"

namespace eas {

/// Sends a copy of the descriptor `fd`. `relogin.origin.peer` holds raw bytes, as in a HandOver.
/// temporary: eas-login cannot be reached; too_large: more unread input than may go back.
Result<void> send_to_login(char const *base_dir, Relogin relogin, int fd);

} // namespace eas
