// Which parts of a message are its body and which are attachments. Nothing is ever lost: each leaf of the
// MIME tree is in the one or in the other.
#pragma once
#include "items/email.h"
#include "ports/mail-store.h"
#include <string_view>
#include <vector>

namespace eas {

/// A stretch of the body, in the forms that the message offers (multipart/alternative). Text parts in their
/// order; among those of `html` there may be plain ones that the message has nothing better for.
struct BodySegment {
    std::vector<MimePart const *> plain, html; ///< at least one of them is not empty
};

struct AttachedPart {
    MimePart const *part;
    bool is_inline; ///< belongs to the HTML, which shows it by its Content-Id or Content-Location
};

struct MessageParts {
    std::vector<BodySegment> segments; ///< one after the other they are the body; empty: no text at all
    std::vector<AttachedPart> attachments;
};

/// The result points into `root`, which must stay alive.
MessageParts find_parts(MimePart const &root);

/// The part of that number: a leaf of the tree, or a message inside the message. A message without parts is
/// its own part "1". Null if there is none.
MimePart const *find_attachment(MimePart const &root, std::string_view id);

bool is_html(MimePart const &part);
bool is_message(MimePart const &part); ///< message/rfc822 and its like

/// How the message is stored: HTML if its first stretch is offered as HTML, else plain.
BodyType native_body_type(MessageParts const &parts);
/// The text parts that make the body in that form (plain or html), best fit first taken.
std::vector<MimePart const *> parts_for(MessageParts const &parts, BodyType type);

} // namespace eas
