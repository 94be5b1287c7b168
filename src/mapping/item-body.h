// Bodies of items that are no mail: events, tasks, contacts, notes. They have a plain text, an HTML text or
// both. The choice among them is that of mail bodies (body-choice.h). MS-ASAIRS 2.2.2.9, 2.2.2.12.
#pragma once
#include "base/protocol-version.h"
#include "items/body-options.h"
#include "mapping/ical-document.h"
#include <string>

namespace eas {

struct ItemText {
    std::string plain, html; ///< "" if the item has no text of that form; plain lines end with LF
    bool empty() const { return plain.empty() && html.empty(); }
    bool operator==(ItemText const &) const = default;
};

/// The form in which the item is stored. MS-ASAIRS 2.2.2.32.
BodyType native_body_type(ItemText const &text);

/// The body for the preference that fits best; an empty one if the item has no text. MIME and RTF are given
/// to nobody.
Body choose_item_body(ItemText const &text, BodyOptions const &options, ProtocolVersion version);

/// What a client wrote. bad_request: RTF or MIME, which cannot be kept. Content that is no text in memory is
/// read.
Result<ItemText> item_text_of(Body const &body);

/// Whether `written` says what `stored` says already: the same text, in the form that the client was given
/// with these options, or the beginning of it that the client got (which may be empty), in either form. A
/// body without Data leaves the text as it is.
bool is_same_text(Body const &written, ItemText const &stored, BodyOptions const &options,
                  ProtocolVersion version);

/// DESCRIPTION; the HTML from X-ALT-DESC;FMTTYPE=text/html, STYLED-DESCRIPTION or the ALTREP of DESCRIPTION.
ItemText ical_text_body(IcalComponent const &component);
/// Writes DESCRIPTION and X-ALT-DESC. Of HTML without plain text a plain text is made.
void set_ical_text_body(IcalComponent &component, ItemText const &text);

} // namespace eas
