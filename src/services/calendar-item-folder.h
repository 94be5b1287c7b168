// The events or tasks of one calendar as items. What a file says is mapping/'s to know; here is who calls it
// when.
#pragma once
#include "mapping/calendar-context.h"
#include "services/item-folder.h"
#include "session/session.h"
#include <memory>

namespace eas {

CalendarItemKind kind_of(ItemClass item_class);

/// `session` and `context` must outlive it.
std::unique_ptr<ItemFolder> calendar_item_folder(Session &session, std::unique_ptr<CalendarFolder> folder,
                                                 ItemId id, CalendarContext const &context);

} // namespace eas
