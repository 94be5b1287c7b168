// EAS's event -> iCalendar's: a new file, or an edit of one. MS-ASCAL 2.2.2, 3.1.5.3 and 3.2.4.4.
//
// An edit compares what the client wrote with what it was told (event_from_ical() of the present text). Only
// what differs is written, so that all else of the file stays byte by byte, and a client that sends a whole
// item for one changed property changes that one.
#pragma once
#include "items/event-request.h"
#include "items/supported-properties.h"
#include "mapping/calendar-context.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

struct WrittenEvent {
    std::string text; ///< a VCALENDAR; the one given if nothing was to be changed
    std::string uid;
    /// Of those that were added; file_reference is without the prefix. MS-ASAIRS 2.2.2.7.
    std::vector<AddedAttachment> attachments;
    /// The event is not what the client thinks: its exceptions moved or went, or one that the client made
    /// is none of its occurrences. It must be told, as if another program had written it.
    bool differs = false;
};

// All: bad_request if something makes no sense or cannot be kept (Status 6); too_large.

/// A new event. Its UID is the client's UID or ClientUid, else `new_uid`.
Result<WrittenEvent> new_event(EventRequest const &request, std::string_view new_uid, ItemView const &view,
                               CalendarContext const &context);

/// Sync's Change of an item.
Result<WrittenEvent> change_event(std::string_view text, EventRequest const &request,
                                  SupportedProperties const &supported, ItemView const &view,
                                  CalendarContext const &context);

/// Sync's Change of one instance, 16.0 on: becomes an exception if it is none yet. `instance_id` is its
/// original start. MS-ASAIRS 2.2.2.25. not_found: the series has no such instance.
Result<WrittenEvent> change_instance(std::string_view text, Instant instance_id, EventRequest const &request,
                                     ItemView const &view, CalendarContext const &context);

/// Sync's Delete of one instance, 16.0 on. not_found.
Result<WrittenEvent> delete_instance(std::string_view text, Instant instance_id, ItemView const &view,
                                     CalendarContext const &context);

} // namespace eas
