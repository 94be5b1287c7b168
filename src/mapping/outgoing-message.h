// A message that a client wants to have sent: who gets it, and the header completed, so that what is sent
// and the copy in Sent are the same message (but for Bcc). RFC 5322. The body is neither read nor copied.
#pragma once
#include "base/content.h"
#include "base/result.h"
#include "base/time.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// One mailbox of an address list. RFC 5322 3.4.
struct MailAddress {
    std::string display_name; ///< as the header has it: quoted or encoded; "" if none
    std::string address;      ///< "anna@example.com"; without '@' if it is none
    bool operator==(MailAddress const &) const = default;
};

/// The mailboxes of a field's value; groups are dissolved, comments left out. Never fails.
std::vector<MailAddress> parse_address_list(std::string_view value);

/// What is filled in where the client left it out.
struct OutgoingDefaults {
    Instant date;
    std::string message_id;             ///< with angle brackets
    std::vector<std::string> addresses; ///< the user's own, the primary one first
};

/// "<random@domain of `address`>"
std::string new_message_id(std::string_view address);

/// "Sun, 22 Nov 2026 09:58:07 +0000". RFC 5322 3.3.
std::string format_mail_date(Instant instant);

/// What a reply or a forward adds to the message that the client made.
struct OutgoingChanges {
    std::string in_reply_to;  ///< "<id>", unless the client set the field; "" if there is none
    std::string references;   ///< likewise: "<id> <id>"
    std::string thread_index; ///< likewise: base64
    /// In place of the client's MIME fields (Content-..., MIME-Version) and body.
    struct Body {
        std::string fields; ///< each "Content-...: ..." with CRLF
        Content content;
    };
    std::optional<Body> body;
};

struct OutgoingMessage {
    Content message;                     ///< completed, Bcc included: the copy for Sent
    Content without_bcc;                 ///< the same, for the recipients
    std::string from;                    ///< address in From
    std::vector<MailAddress> recipients; ///< of To, Cc and Bcc, in this order, each once
};

/// Completes Date, Message-ID and From. A From that is not the user's own gets the primary address, its
/// display name stays (MS-ASCMD 2.2.1.17); other mailboxes in From, and a foreign Sender, are left out.
/// `mime` must outlive the result's contents. bad_request: there is no header, or it is over 1 MiB or has a
/// NUL byte.
Result<OutgoingMessage> prepare_outgoing(std::string_view mime, OutgoingDefaults const &defaults,
                                         OutgoingChanges const &changes = {});

} // namespace eas
