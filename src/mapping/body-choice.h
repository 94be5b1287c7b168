// Which form of a message's body the client gets, and how much of it. MS-ASAIRS 2.2.2.3.2 (AllOrNone),
// 2.2.2.40.2 (TruncationSize), 2.2.2.35 (Preview); MS-ASCMD 2.2.3.110 (MIMESupport), 2.2.3.111
// (MIMETruncation).
#pragma once
#include "base/protocol-version.h"
#include "items/body-options.h"
#include "mapping/message-parts.h"

namespace eas {

/// A message that a body is made of; both must stay alive.
struct BodySource {
    MailMessage &message;
    MessageParts const &parts;
    bool is_smime;
};

/// The body for the preference that fits best:
///  - MIME, if it is asked for and MIMESupport allows it for this message;
///  - the form in which the message is stored;
///  - another one, in the order of the client's list.
/// A preference with AllOrNone that would be truncated gives way to the next. Without a preference that can
/// be met, or without any, the whole body as it is stored.
Result<Body> choose_body(BodySource const &source, BodyOptions const &options, ProtocolVersion version);

/// MS-ASAIRS 2.2.2.10. Always HTML (MS-ASCON 3.1.4.10). The message part is the whole body.
Result<BodyPart> make_body_part(BodySource const &source, BodyPreference const &preference);

} // namespace eas
