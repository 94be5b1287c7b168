// Calendars of other users of this server, for free/busy. Who is meant by an address, and where the calendars
// are, says the userdb; they are read with the rights of the user who asks. So it works where users share a
// uid, or where the files' permissions allow it. Others stay "no data".
#pragma once
#include "eas/user-session.h"
#include "stores/calendar-free-busy.h"

namespace eas {

/// not_found: no user has that address, or none that this process may ask the userdb about, or the user has
/// no calendars; denied: eas_free_busy of that user does not let this one see them; temporary.
Result<CalendarFreeBusy::Person> open_calendars_of(UserSession const &session, std::string_view address,
                                                   std::vector<std::string> const &own_addresses);

} // namespace eas
