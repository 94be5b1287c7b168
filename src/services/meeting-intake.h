// What scheduling messages that arrive do to the user's calendar, at the Sync that tells a client of the
// message, or that of a calendar (commands/arrived-meetings.h): answers of attendees, cancellations by the
// organizer, and, where the admin wants it, invitations, which become tentative events. Every client's Sync
// of the folder looks; doing it twice changes nothing.
#pragma once
#include "items/email.h"
#include "ports/mail-store.h"
#include "session/session.h"
#include <string_view>

namespace eas {

bool is_meeting_message(Email const &email);

/// `email` is what the client is told of `message`. That something fails is for the log, and what may succeed
/// later is kept for take_untaken_messages().
void take_meeting_message(Session &session, FolderId const &folder, MailMessage &message, Email const &email);

/// The same of a message of the Inbox that no client is told of now. `with_requests`: also
/// invitations to what the calendar has, for what is new of it. What cannot be read is passed over.
void take_arrived_message(Session &session, FolderId const &folder, MailMessage &message, bool with_requests);

/// Of `folder`, those that failed before.
bool has_untaken_messages(Session &session, FolderId const &id);
void take_untaken_messages(Session &session, FolderId const &id, MailFolderHandle &folder);

/// Of a meeting that has just entered the calendar, those that came before.
void take_cancellations(Session &session, std::string_view event_uid);

} // namespace eas
