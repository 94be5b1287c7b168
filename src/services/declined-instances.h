// Which instances of series the user declined. Calendars don't say so of a series that they have not got, or
// not any more, and who accepts it then is not back in what the organizer has as declined.
#pragma once
#include "mapping/calendar-context.h"
#include "mapping/invitation.h"
#include "mapping/meeting-update.h"
#include "session/session.h"
#include <optional>
#include <string_view>
#include <vector>

namespace eas {

/// Of the meeting with that UID. None where the state store cannot be read: the user may have more then.
std::vector<DeclinedInstance> declined_instances(Session &session, std::string_view event_uid);

// What the user answered is noted after the calendar has it. Who declines all of a meeting is asked anew when
// it is accepted, of each instance.

Result<void> note_answer(Session &session, Invitation const &invitation, bool is_declined,
                         CalendarContext const &context);
/// That `instance`, or all, of the stored `document` was declined.
Result<void> note_decline(Session &session, IcalDocument const &document, std::optional<Instant> instance,
                          CalendarContext const &context);

} // namespace eas
