// MailMessage -> Email: which part becomes the body, in which form, cut where; what is an attachment.
#pragma once
#include "base/protocol-version.h"
#include "base/result.h"
#include "items/body-options.h"
#include "items/email.h"
#include "mapping/calendar-context.h"
#include "ports/mail-store.h"

namespace eas {

/// The Email with all its properties for that version. Reads only the parts that `options` need.
/// `file_reference_prefix` + part id is the attachments' FileReference ("folder:uid:" + "1.2").
/// Without `meetings` invitations are mails like others. Errors are those of `message`.
Result<Email> email_from_message(MailMessage &message, BodyOptions const &options, ProtocolVersion version,
                                 std::string const &file_reference_prefix,
                                 CalendarContext const *meetings = nullptr);

/// Sets ReceivedAsBcc of a message with its Bcc, if that names one of the user's `own` addresses: so do
/// servers that leave the field to those whom it names (RFC 5322 3.6.3). Who is in no field at all may be on
/// a list or an alias.
void set_received_as_bcc(Email &email, std::vector<std::string> const &own);

/// Sets what a message's flags say: Read, Flag, Categories, LastVerbExecuted and its time.
void set_flags(Email &email, MailFlags const &flags);

/// Only what `flags` say of a message of `folder`; its header is read if it has a flag. not_found only: a
/// flag of a message that cannot be read has no Subject.
Result<Email> email_from_flags(MailFolderHandle &folder, Uid uid, MailFlags const &flags);

/// Bytes that `email`'s bodies take of an answer (estimates for those that are streamed).
size_t body_bytes(Email const &email);

/// Only the Body of the message.
Result<Body> body_from_message(MailMessage &message, BodyOptions const &options, ProtocolVersion version);

} // namespace eas
