// Find in the directory. MS-ASCMD 2.2.1.2.
#pragma once
#include "commands/find-messages.h"
#include "session/session.h"

namespace eas {

/// Sets the session's log note.
FindResponse find_in_gal(Session &session, GalSearchCriterion const &criterion);

} // namespace eas
