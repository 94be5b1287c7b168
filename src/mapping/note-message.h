// Notes as messages, in the form that Apple's Notes gives them over IMAP:
//
//   From, Date (when the note was changed), Subject (its first line), Message-ID
//   X-Uniform-Type-Identifier: com.apple.mail-note
//   X-Universally-Unique-Identifier: 2B6FC8A7-...     stays when the note is changed
//   X-Mail-Created-Date: Sun, 22 Nov 2026 09:58:07 +0000
//   X-EAS-Message-Class: IPM.StickyNote.Work           of ours, only where it is no plain "IPM.StickyNote"
//   text/html: <html><head></head><body>First line<div>second</div><div><br></div></body></html>
//
// A message cannot be changed, so a changed note is a new message with the same identifier, in place of the
// former one. Pictures are parts of a multipart, which EAS has no element for.
#pragma once
#include "base/time.h"
#include "mapping/item-body.h"
#include "mapping/mime-entity.h"
#include "ports/mail-store.h"
#include <string>
#include <string_view>

namespace eas {

constexpr char note_id_field[] = "X-Universally-Unique-Identifier";
constexpr std::string_view note_class = "IPM.StickyNote"; ///< MS-ASNOTE 2.2.2.5
constexpr size_t longest_note_bytes = 4 << 20;

struct StoredNote {
    std::string subject;
    ItemText text;
    std::string message_class;
    Instant last_modified;
    /// More than a text that can be replaced: pictures, or a text that is too long to be read.
    bool has_more = false;
};
/// Any message is a note. Errors are those of MailMessage.
Result<StoredNote> note_from_message(MailMessage &message);

/// Whether a client may give a note that MessageClass.
bool is_note_class(std::string_view message_class);

struct NewNote {
    std::string subject, message_class, id;
    std::string from; ///< address; for a note that has no author yet
    std::string message_id;
    Instant now;
    MimeEntity body;
};
/// `former_header`: of the message that this one replaces; fields that are no matter of ours stay. "": none.
Content note_message(NewNote const &note, std::string_view former_header);

MimeEntity note_body(ItemText const &text);
/// Plain text as Apple's Notes writes lines.
std::string note_html(std::string_view plain);
/// What a note without a subject is called: its first line that is not blank.
std::string subject_of_text(std::string_view plain);

} // namespace eas
