// The user's own calendars as scheduling messages see them: an event is found by its UID in whichever it is.
#pragma once
#include "items/email.h"
#include "mapping/meeting-update.h"
#include "ports/calendar-store.h"
#include "session/session.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

struct StoredEvent {
    std::string collection;
    CalendarItem item;
    std::string text; ///< "" if there is none yet
};

/// Nothing if no calendar has it. Of several the one in the default calendar. A calendar that cannot be read
/// is passed over, but for the default one: what is in it must not be made once more.
Result<std::optional<StoredEvent>> find_stored_event(CalendarStore &calendars, std::string_view uid);

/// not_found.
Result<StoredEvent> read_stored_event(CalendarStore &calendars, std::string_view collection,
                                      std::string_view item_id);

/// If `email` is a request (REQUEST), its MeetingRequest says what the calendars make of it; if it is an
/// answer, when the meeting is. They may be out of reach: the user has the mail.
void compare_with_calendar(Session &session, Email &email);

/// Of requests that a client is told together: what the same sender sent anew, with a higher SEQUENCE, makes
/// those before it outdated, whether the calendar has one of them or not.
void mark_outdated(std::vector<Email *> const &emails);

/// Writes what `update` says of `event`; what is new goes to the default calendar. Then `event` is what is
/// stored. conflict: somebody else wrote the item meanwhile; other errors are the store's.
Result<void> apply_update(CalendarStore &calendars, MeetingUpdate const &update, StoredEvent &event);

} // namespace eas
