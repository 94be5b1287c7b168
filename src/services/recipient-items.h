// The recipient information cache: the people to whom the user writes, for a client to offer while an address
// is typed. MS-ASCNTC 3.2.4.4, MS-ASCMD 2.2.3.30.6. It is made of the latest messages in the Sent folder,
// which all of a user's mail programs fill, and is kept nowhere. Clients read it and change nothing.
#pragma once
#include "services/item-folder.h"
#include "session/session.h"
#include <memory>

namespace eas {

/// Keeps a reference to `session`.
std::unique_ptr<ItemStore> open_recipient_items(Session &session);

} // namespace eas
