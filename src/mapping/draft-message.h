// The message that a draft is: made of what a client writes, or of a stored draft and what the client changes
// of it. What the client did not change stays byte by byte: header fields that EAS does not know,
// attachments, and as far as possible the structure of the parts. MS-ASEMAIL 3.1.5.4.
#pragma once
#include "items/draft.h"
#include "mapping/mime-entity.h"
#include "ports/mail-store.h"
#include <string>
#include <vector>

namespace eas {

struct DraftDefaults {
    Instant now;
    std::string message_id; ///< with angle brackets, for a message without one
    std::string from;       ///< the user's address, for a message without From
    std::string boundary;   ///< random, begins with "=_", at most 50 characters
    std::string request;    ///< names the client's request: see request_of()
};

/// Where an attachment of the composed message is, and where it comes from.
struct PlacedAttachment {
    std::string part;      ///< IMAP part number
    std::string stored_as; ///< its number in the stored draft; "" if it is not of there
    std::string client_id; ///< of one that the client adds; "" if it does not
};

struct ComposedDraft {
    std::string header; ///< fields, each with CRLF, but those of MIME
    MimeEntity entity;
    std::vector<PlacedAttachment> attachments;
};

/// `stored` is the draft to be changed, null for a new one; `deleted` are part numbers of its attachments.
/// All of them and `draft` must outlive the result's contents, which are read when they are written.
/// bad_request: something of `draft` makes no sense; else errors are those of `stored`.
Result<ComposedDraft> compose_draft(Draft const &draft, MailMessage *stored,
                                    std::vector<std::string> const &deleted, DraftDefaults const &defaults);

/// Header and body.
Content whole_message(ComposedDraft const &draft);

/// The request that wrote the draft; "" for one that another program wrote. Errors are those of `message`.
Result<std::string> request_of(MailMessage &message);

} // namespace eas
