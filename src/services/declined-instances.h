// Which instances of series the user declined. Calendars don't say so of a series that they have not got, or
// not any more, and who accepts it then is not back in what the organizer has as declined.
#pragma once
#include "mapping/invitation.h"
#include "mapping/meeting-update.h"
#include "session/session.h"
#include <string_view>
#include <vector>

namespace eas {

/// Of the meeting with that UID. None where the state store cannot be read: the user may have more then.
std::vector<DeclinedInstance> declined_instances(Session &session, std::string_view event_uid);

/// In place of what was known of these instances.
Result<void> remember_declined(Session &session, std::string_view event_uid,
                               std::vector<DeclinedInstance> const &declined);

/// These instances are not declined any more, or none is if there are no `originals`.
Result<void> forget_declined(Session &session, std::string_view event_uid,
                             std::vector<Instant> const &originals);

} // namespace eas
