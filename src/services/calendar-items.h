// Calendars and task lists as stores of items: a collection of the CalendarStore is a calendar folder, a task
// folder, or both.
#pragma once
#include "services/item-folder.h"
#include "session/session.h"
#include <memory>

namespace eas {

/// `session` has calendars, and must outlive the store.
std::unique_ptr<ItemStore> open_calendar_items(Session &session);

/// When an event may leave a client with a FilterType: the end of its last instance, or later; absent: never.
/// MS-ASCMD 2.2.3.68.2.
std::optional<Instant> passes(Event const &event);
/// Of a completed task the epoch, since only FilterType 8 leaves tasks out.
std::optional<Instant> passes(Task const &task);

} // namespace eas
