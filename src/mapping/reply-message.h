// What a smart reply or forward makes of the client's message: the original's text below the client's, its
// attachments, and the fields that keep the thread. MS-ASCMD 2.2.1.19 (SmartForward), 2.2.1.20 (SmartReply).
#pragma once
#include "mapping/outgoing-message.h"
#include "mapping/quoted-message.h"
#include "ports/mail-store.h"
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// In-Reply-To, References (RFC 5322 3.6.4) and Thread-Index of an answer to a message, made at `now`.
OutgoingChanges threading_fields(MailHeaders const &original, Instant now);

/// Whether a reply goes to other recipients of the original, too, than to who asked for it. `own` are the
/// user's addresses.
bool is_reply_to_all(std::string_view mime, MailHeaders const &original, std::vector<std::string> const &own);

/// `threading_fields()` and the new body. `mime` and what stands behind `original`'s contents must outlive
/// it; attachments are read when the result is written, and a message that is gone by then is a `conflict`,
/// since not_found is an unknown recipient to Submission. `boundary` is random and not in any message; at
/// most 60 characters. A message that the client signed, encrypted or made for programs stays as it is: a
/// forward carries it beside the original, a reply gets no body. Errors are those of `original`; bad_request:
/// `mime` has over 1000 parts.
Result<OutgoingChanges> add_original(std::string_view mime, MailMessage &original, Verb verb,
                                     std::string const &boundary, Instant now);

} // namespace eas
