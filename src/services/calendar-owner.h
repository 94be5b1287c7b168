// Whose calendar a session's is: what the mapping of events and meetings must know of the user.
#pragma once
#include "mapping/calendar-context.h"
#include "session/session.h"

namespace eas {

/// The result refers to the session's ports. The zone is that of the setting eas_time_zone; UTC if tzdata has
/// no such zone.
CalendarContext calendar_context(Session const &session);

/// Of somebody else's calendar, to be read only.
CalendarContext calendar_context(std::string_view time_zone, Instant now, std::vector<std::string> addresses);

} // namespace eas
