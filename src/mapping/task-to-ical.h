// EAS's task -> iCalendar's to-do: a new file, or an edit of one. MS-ASTASK 2.2.2, 3.1.5.3 and 3.2.5.3.
//
// An edit compares what the client wrote with what it was told (task_from_ical() of the present text). Only
// what differs is written, so that all else of the file stays byte by byte.
//
// What is absent from a Change stays. But a client whose Change has Subject and Complete wrote the whole
// task: if it was told a due date and writes none, the user removed it, for which most phones have no empty
// element.
#pragma once
#include "items/task.h"
#include "mapping/calendar-context.h"
#include "mapping/event-to-ical.h"
#include <string>
#include <string_view>

namespace eas {

struct WrittenTask {
    std::string text; ///< a VCALENDAR; the one given if nothing was to be changed
    std::string uid;
    /// The task is not what the client thinks: it completed one of a series, which moved on to the next. It
    /// must be told so, as if another program had written it.
    bool differs = false;
};

// Both: bad_request if something makes no sense (Status 6); too_large.

/// A new task; its UID is `new_uid`.
Result<WrittenTask> new_task(Task const &request, std::string_view new_uid, ItemView const &view,
                             CalendarContext const &context);

/// Sync's Change.
Result<WrittenTask> change_task(std::string_view text, Task const &request,
                                SupportedProperties const &supported, ItemView const &view,
                                CalendarContext const &context);

} // namespace eas
