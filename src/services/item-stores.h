// Which stores of items a user has, and how a command gets at them: the only place that knows what stands
// behind a class.
#pragma once
#include "services/item-folder.h"
#include "session/session.h"
#include <memory>
#include <vector>

namespace eas {

/// The store of a class, for the client of this request; not_found if the user has none. It keeps a
/// reference to `session`.
Result<std::unique_ptr<ItemStore>> open_item_store(Session &session, ItemClass item_class);

/// All that the user has; each serves one class or several.
std::vector<std::unique_ptr<ItemStore>> open_item_stores(Session &session);

/// A folder, and the store that must outlive it.
struct OpenItems {
    std::unique_ptr<ItemStore> store;
    std::unique_ptr<ItemFolder> folder;
};
/// not_found: there is no such collection (any more).
Result<OpenItems> open_items(Session &session, ItemId const &collection);

} // namespace eas
