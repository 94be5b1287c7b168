// Mail of a voice mail system: its class and what it says of the call. MS-ASEMAIL 2.2.2.81 to 2.2.2.83; how
// it is written in a header is MS-OXCMAIL 2.2.3.2.15 and MS-OXOUM 2.2.5.
#pragma once
#include "items/email.h"
#include "ports/mail-store.h"
#include <string_view>

namespace eas {

/// Of a message that is IPM.Note so far and has a Content-Class of telephony: MessageClass; of a voice mail
/// or a missed call UmCallerID, and UmAttOrder and UmAttDuration of its recordings. Other mail stays as it
/// is, and nothing is read of it. UmUserNotes have no place in a message. Errors are those of `message`.
Result<void> set_voice_properties(Email &email, MailMessage &message, std::string_view content_class);

} // namespace eas
