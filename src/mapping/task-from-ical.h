// iCalendar's to-do -> EAS's task. MS-ASTASK 2.2.2 and 3.2.5; RFC 5545 3.6.2.
//
// EAS knows one pair of dates and no exceptions, so of a recurring task the client is shown the first
// instance that is still to be done: task-series.h.
#pragma once
#include "items/task.h"
#include "mapping/calendar-context.h"
#include <string_view>

namespace eas {

/// `text` is the VCALENDAR of one UID: a VTODO, and perhaps those with RECURRENCE-ID. bad_request: it is
/// broken or has no VTODO.
Result<Task> task_from_ical(std::string_view text, ItemView const &view, CalendarContext const &context);

} // namespace eas
