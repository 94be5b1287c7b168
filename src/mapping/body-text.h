// Reads a message's text in the form that is wanted, no more of it than is wanted.
#pragma once
#include "mapping/message-parts.h"
#include <cstdint>
#include <functional>
#include <string>

namespace eas {

struct BodyText {
    std::string text;             ///< valid characters of XML; lines of plain text end with CRLF
    bool more = false;            ///< the message has more text than this
    uint64_t estimated_bytes = 0; ///< of the whole; exact unless `more`
};

/// How text parts are read: see MailMessage::text().
using ReadText = std::function<Result<MailMessage::Text>(std::string const &part_id, size_t max_bytes)>;

/// The body as `type`, plain or html, converted where the message has no such form. At least `wanted_bytes`
/// bytes if there are so many, often more. Errors are those of `read_text`.
Result<BodyText> read_body_text(ReadText const &read_text, MessageParts const &parts, BodyType type,
                                uint64_t wanted_bytes);
Result<BodyText> read_body_text(MailMessage &message, MessageParts const &parts, BodyType type,
                                uint64_t wanted_bytes);

} // namespace eas
