// Bytes of a message's parts: text in memory, anything large as a source that opens the message again when
// it is read, so that memory does not grow with the size of a message.
//
// Errors: conflict means that what Dovecot's cache said of the message was wrong and is now forgotten;
// select the message again and retry.
#pragma once
#include "base/content.h"
#include "eas/dovecot-folder-mailbox.h"
#include "eas/dovecot-message-structure.h"
#include "ports/mail-store.h"

namespace eas {

/// See MailMessage::text(). Reads no more of the part than it returns, plus a block.
Result<MailMessage::Text> read_text(struct mail *mail, PartPlace const &place, size_t max_bytes);
/// See MailMessage::part().
Result<Content> decoded_content(ReadMail const &mail, PartPlace const &place);
/// See MailMessage::raw().
Result<Content> raw_content(ReadMail const &mail, PartPlace const &place);

} // namespace eas
