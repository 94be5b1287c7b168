// What a client changes of a message (Read, Flag, Categories) as flags and keywords of IMAP, and the flag
// back.
//
// The Flag of a message (MS-ASEMAIL 2.2.2.34) <-> IMAP. An active flag is \Flagged, which every client shows;
// a complete one is the keyword $EasComplete without \Flagged. Dates, reminder, subject and a type other than
// the usual stand in the message's annotation, as lines "name value". So does when it was answered or
// forwarded by a phone, and what of both came last: lines "verb" and "verb-time".
#pragma once
#include "base/result.h"
#include "items/email.h"
#include "ports/mail-flags.h"

namespace eas {

/// What the message's flags say; without members if it has no flag. `subject` is the message's, and the
/// flag's if nobody gave it another (MS-ASEMAIL 2.2.2.75.2).
EmailFlag flag_of(MailFlags const &flags, std::optional<std::string> const &subject);

/// What a client's Flag does to a message. One with FlagType replaces the flag that was there, one without
/// updates it (MS-ASEMAIL 3.2.5.4.2) or, as Status 2 alone is what some clients send, sets one of the usual
/// type. bad_request if required members are missing or contradict each other.
Result<FlagChange> flag_change(EmailFlag const &wanted, MailFlags const &before);

/// MS-ASEMAIL 2.2.2.44
enum class LastVerb { reply = 1, reply_to_all = 2, forward = 3 };

struct LastVerbExecuted {
    LastVerb verb;
    std::optional<Instant> time; ///< unknown of what another client did: IMAP has no place for it
};

/// Nothing of a message that was neither answered nor forwarded.
std::optional<LastVerbExecuted> last_verb_of(MailFlags const &flags);

/// The message was answered or forwarded now.
FlagChange verb_change(LastVerb verb, Instant now, MailFlags const &before);

/// What the properties that a client sent of a message do to it; those that are absent do nothing.
/// bad_request for a flag as above, for too many categories or one that cannot be a keyword.
Result<FlagChange> requested_change(Email const &email, MailFlags const &before);

} // namespace eas
