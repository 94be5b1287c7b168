// Finds events, tasks, contacts and notes: what Search's FreeText and the other criteria mean for items that
// are no messages (MS-ASCMD 2.2.1.16). Every item of the collections is read and looked at: there is no
// index of them.
#pragma once
#include "ports/mail-store.h"
#include "services/item-folder.h"
#include "session/session.h"
#include <vector>

namespace eas {

struct ItemSearch {
    std::vector<ItemClass> classes;  ///< those that are wanted
    std::vector<ItemId> collections; ///< none: all that the user has
    MailCondition condition;
};

/// Whether an item is what is looked for. It has the texts that people see; a message's dates and flags it
/// has not, so a condition on them is not fulfilled.
bool matches(ApplicationData const &item, MailCondition const &condition);

/// Found items, the latest first: by the start of events and the due date of tasks, then those without one.
/// not_found: there is no such collection; too_large: it takes too long.
Result<std::vector<ItemId>> search_items(Session &session, ItemSearch const &search);

} // namespace eas
