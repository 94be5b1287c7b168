// iCalendar's event -> EAS's. MS-ASCAL 2.2.2 and 3.2.5; RFC 5545.
//
// What phones compute from the Recurrence must be what the file says. Where it would not be (a rule that EAS
// cannot say, RDATE, a zone that changed its law), instances are said one by one as exceptions:
// event-series.h.
#pragma once
#include "base/content.h"
#include "items/calendar.h"
#include "mapping/calendar-context.h"
#include <string_view>

namespace eas {

/// `text` is the VCALENDAR of one UID: a VEVENT, and for a series those with RECURRENCE-ID. bad_request: it
/// is broken, has no VEVENT, or none with a DTSTART that can be read.
/// `again` is set to when a client must be told of it anew, since what it was told of a series holds for some
/// years only (series-form.h); else to nothing.
Result<Event> event_from_ical(std::string_view text, ItemView const &view, CalendarContext const &context,
                              std::optional<Instant> *again = nullptr);

struct EventAttachment {
    std::string content_type, display_name;
    Content content;
};
/// The attachment with a FileReference that event_from_ical() made, without the prefix. not_found.
Result<EventAttachment> event_attachment(std::string_view text, std::string_view reference);

} // namespace eas
