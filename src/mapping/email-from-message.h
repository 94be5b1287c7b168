// MailMessage -> Email: which part becomes the body, in which form, cut where; what is an attachment.
#pragma once
#include "base/protocol-version.h"
#include "base/result.h"
#include "items/body-options.h"
#include "items/email.h"
#include "ports/mail-store.h"

namespace eas {

/// The Email with all its properties for that version. Reads only the parts that `options` need.
/// `file_reference_prefix` + part id is the attachments' FileReference ("folder:uid:" + "1.2").
/// Errors are those of `message`.
Result<Email> email_from_message(MailMessage &message, BodyOptions const &options, ProtocolVersion version,
                                 std::string const &file_reference_prefix);

/// Sets what a message's flags say: Read, Flag, Categories, LastVerbExecuted.
void set_flags(Email &email, MailFlags const &flags);

/// Only what `flags` say of a message of `folder`; its header is read if it has a flag.
Result<Email> email_from_flags(MailFolderHandle &folder, Uid uid, MailFlags const &flags);

/// Bytes that `email`'s bodies take of an answer (estimates for those that are streamed).
size_t body_bytes(Email const &email);

/// Only the Body of the message.
Result<Body> body_from_message(MailMessage &message, BodyOptions const &options, ProtocolVersion version);

} // namespace eas
