// Sending scheduling messages in the user's name, each once: mapping/itip.h says what, services/sending.h
// how.
#pragma once
#include "mapping/itip.h"
#include "session/session.h"
#include <string_view>
#include <vector>

namespace eas {

/// Sends what was not sent already from this `state` (the text of the event that the mails are about, or what
/// else names the occasion): a request that is repeated sends nothing twice. A recipient whom the server
/// refuses does not keep the others from getting it, and is noted in the log. temporary: nobody has it.
Result<void> send_meeting_mails(Session &session, std::vector<ItipMail> const &mails, std::string_view state);

/// Whether the server tells attendees and organizers; else the client does. MS-ASCMD 2.2.1.11.
inline bool server_sends_meeting_mails(Session const &session)
{
    return session.version >= v16_0;
}

} // namespace eas
