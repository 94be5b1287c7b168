// Scheduling messages in the Inbox, for a client that asks for calendars: it may synchronize no mail, or its
// mail later, and a meeting that was called off or answered has changed when the message arrived. Each device
// looks at what came since it looked last; what it finds is taken as at a Sync of mail
// (services/meeting-intake.h), where doing it twice changes nothing.
#pragma once
#include "session/session.h"

namespace eas {

/// Before a calendar is compared with what the device has. The first time the latest
/// messages are looked at. That something fails is for the log, and tried again.
void take_arrived_meetings(Session &session);

/// What is to be watched for them besides the calendar.
void watch_arriving_meetings(Session &session, Wait &wait);

} // namespace eas
