// See known-message.h.
#include "commands/known-message.h"
#include "commands/sync-collection.h"

namespace eas {

std::optional<KnownDraft> find_known_draft(Session &session, MessageId const &id)
{
    auto const state = load_collection(session.ports.state, mail_state_key(session.device, id.folder), {},
                                       StateParts::without_sets);
    if (!state || !*state)
        return std::nullopt;
    auto const *const known = find_known((*state)->drafts, id.uid);
    return known && known->uid != id.uid ? std::optional(*known) : std::nullopt;
}

void rename_references(Email &email, KnownDraft const &known, FolderId const &folder)
{
    if (!email.attachments)
        return;
    auto const prefix = file_reference_prefix(folder, known.known_as);
    for (Attachment &attachment : *email.attachments)
        attachment.file_reference = prefix + known.name_of(attachment.file_reference.substr(prefix.size()));
}

Result<KnownMessage> open_known(Session &session, MailFolderHandle &folder, MessageId const &id)
{
    auto message = folder.message(id.uid);
    if (message)
        return KnownMessage{std::move(*message), std::nullopt};
    auto known = message.error().kind == ErrorKind::not_found ? find_known_draft(session, id) : std::nullopt;
    if (!known)
        return message.error();
    message = folder.message(known->uid);
    if (!message)
        return message.error();
    return KnownMessage{std::move(*message), std::move(known)};
}

std::string part_of(KnownMessage const &message, FileReference const &reference)
{
    if (!message.known)
        return reference.part;
    auto const *const attachment = message.known->attachment(reference.part);
    return attachment ? attachment->part : message.known->attachments.empty() ? reference.part : "0";
}

} // namespace eas
