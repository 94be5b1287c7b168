// Notes as items: the messages in the user's mailbox of notes and those below it. MS-ASNOTE.
#pragma once
#include "services/item-folder.h"
#include "session/session.h"
#include <memory>

namespace eas {

/// Keeps a reference to `session`.
std::unique_ptr<ItemStore> open_note_items(Session &session);

} // namespace eas
