// MessageClass: what kind of item a message is. MS-ASEMAIL 2.2.2.49.
#pragma once
#include "ports/mail-store.h"
#include <string>

namespace eas {

/// Encrypted or signed by S/MIME, opaque or clear: what MIMESupport 1 sends as MIME.
bool is_smime(MimePart const &root);

/// "IPM.Note" and its like, for what is no scheduling message (invitation.h). Of a delivery report it reads
/// the status part, and the invitation that came back. Errors are those of `message`.
Result<std::string> message_class(MailMessage &message, MimePart const &root);

} // namespace eas
