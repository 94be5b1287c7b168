// The store GAL of Search: people in the directory. MS-ASCMD 2.2.1.16.
#pragma once
#include "commands/search-messages.h"
#include "session/session.h"

namespace eas {

/// Its Status is that of the Store; sets the session's log note.
SearchStoreResponse search_gal(Session &session, SearchStore const &store);

} // namespace eas
