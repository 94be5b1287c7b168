// Flags, keywords and annotation of one message. An annotation is found by the message's GUID, which the
// storage formats keep in different places, not all of them cheap; so the GUID is asked for only when the
// user has annotations at all and the message may have one.
#pragma once
#include "base/result.h"
#include "ports/mail-flags.h"

struct mail;
struct mail_save_context;
struct mailbox;

namespace eas {

class MailAnnotations;

/// Of a selected mail. All but the annotation comes from the index.
Result<MailFlags> flags_of(struct mail *mail, MailAnnotations &annotations);

/// Within the mail's transaction, which the caller commits. See MailFolderHandle::set_flags().
Result<void> update_flags(struct mail *mail, FlagChange const &change, MailAnnotations &annotations);

/// For a message that is about to be saved; keywords that the mailbox cannot have are left out.
Result<void> set_flags_to_save(struct mail_save_context *context, struct mailbox *box, MailFlags const &flags,
                               MailAnnotations &annotations);

} // namespace eas
