// AttachmentName is the FileReference of the attachment. One that is gone, or never was, is HTTP 500.
#include "commands/get-attachment.h"
#include "base/text.h"
#include "commands/known-message.h"
#include "mapping/message-parts.h"
#include <algorithm>

namespace eas {

/// A token of RFC 2045, so that no sender writes header fields of ours.
static bool is_token(std::string_view text)
{
    auto const may_be_in_token = [](char c) {
        return c > ' ' && c < 127 && std::string_view("()<>@,;:\\\"[]?=").find(c) == std::string_view::npos;
    };
    return !text.empty() && std::ranges::all_of(text, may_be_in_token);
}

static std::string content_type_of(MimePart const &part)
{
    if (!is_token(part.type))
        return "application/octet-stream";
    bool const has_charset = part.type.starts_with("text/") && is_token(part.charset);
    return has_charset ? part.type + "; charset=" + part.charset : part.type;
}

Result<void> run_get_attachment(Session &session, Element const *, CommandOutput &output)
{
    std::string const &name = session.line.attachment_name;
    auto const reference = parse_file_reference(name);
    if (!reference)
        return Error{ErrorKind::not_found, "no attachment " + sanitize_utf8(name)};
    auto const folder = session.ports.mail.open(reference->message.folder);
    if (!folder)
        return folder.error();
    auto const known = open_known(session, **folder, reference->message);
    if (!known)
        return known.error();
    MailMessage &message = *known->message;
    auto const structure = message.structure();
    if (!structure)
        return structure.error();
    MimePart const *const part = find_attachment(*structure, part_of(*known, *reference));
    if (!part)
        return Error{ErrorKind::not_found, "no attachment " + name};
    auto const content = message.part(part->id);
    if (!content)
        return content.error();
    output.content_type = content_type_of(*part);
    return content->copy_to(output.sink);
}

} // namespace eas
