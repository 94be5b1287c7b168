// Address books as stores of items: a book of the ContactStore is a contacts folder.
#pragma once
#include "services/item-folder.h"
#include "session/session.h"
#include <memory>

namespace eas {

/// `session` has contacts, and must outlive the store.
std::unique_ptr<ItemStore> open_contact_items(Session &session);

} // namespace eas
