// See known-drafts.h.
#include "sync/known-drafts.h"
#include "base/fields.h"
#include <algorithm>

namespace eas {

KnownAttachment const *KnownDraft::attachment(std::string_view name) const
{
    auto const found = std::ranges::find(attachments, name, &KnownAttachment::name);
    return found == attachments.end() ? nullptr : &*found;
}

std::string KnownDraft::name_of(std::string const &part) const
{
    auto const found = std::ranges::find(attachments, part, &KnownAttachment::part);
    return found == attachments.end() ? part : found->name;
}

KnownDraft const *find_known(KnownDrafts const &drafts, Uid known_as)
{
    auto const found = std::ranges::find(drafts, known_as, &KnownDraft::known_as);
    return found == drafts.end() ? nullptr : &*found;
}

void remember(KnownDrafts &drafts, KnownDraft draft)
{
    std::erase_if(drafts, [&](KnownDraft const &each) { return each.known_as == draft.known_as; });
    drafts.push_back(std::move(draft));
}

std::string serialize(KnownDraft const &draft)
{
    std::vector<std::string> pieces{std::to_string(draft.known_as), std::to_string(draft.uid)};
    for (KnownAttachment const &attachment : draft.attachments)
        pieces.insert(pieces.end(), {attachment.name, attachment.part, attachment.client_id});
    return join_pieces(pieces);
}

std::optional<KnownDraft> parse_known_draft(std::string_view text)
{
    auto const pieces = split_pieces(text);
    auto const known_as = parse_unsigned(pieces[0]);
    auto const uid = pieces.size() > 1 ? parse_unsigned(pieces[1]) : std::nullopt;
    if (!known_as || !uid || pieces.size() % 3 != 2)
        return std::nullopt;
    KnownDraft draft{static_cast<Uid>(*known_as), static_cast<Uid>(*uid), {}};
    for (size_t i = 2; i < pieces.size(); i += 3)
        draft.attachments.push_back({pieces[i], pieces[i + 1], pieces[i + 2]});
    return draft;
}

Uid KnownFolder::in_mailbox(Uid known_as) const
{
    auto const *const draft = find_known(m_drafts, known_as);
    return draft ? draft->uid : known_as;
}

/// By their own UIDs the client does not know those that have taken another's place.
UidSet KnownFolder::in_mailbox(UidSet known) const
{
    UidSet uids;
    for (KnownDraft const &draft : m_drafts) {
        if (known.contains(draft.known_as))
            uids.add(draft.uid);
        known.remove(draft.known_as);
    }
    for (KnownDraft const &draft : m_drafts)
        known.remove(draft.uid);
    return uids.empty() ? known : known.united(uids);
}

Uid KnownFolder::as_known(Uid uid) const
{
    auto const draft = std::ranges::find(m_drafts, uid, &KnownDraft::uid);
    return draft == m_drafts.end() ? uid : draft->known_as;
}

/// What is left of a message whose place another one took is nothing that the client knows.
UidSet KnownFolder::as_known(UidSet uids) const
{
    UidSet known;
    for (KnownDraft const &draft : m_drafts) {
        if (uids.contains(draft.uid))
            known.add(draft.known_as);
        uids.remove(draft.uid);
        uids.remove(draft.known_as);
    }
    return known.empty() ? uids : uids.united(known);
}

Result<UidSet> KnownFolder::uids(std::optional<Instant> since)
{
    auto const found = m_folder.uids(since);
    return found ? Result(as_known(*found)) : found;
}

Result<MailChanges> KnownFolder::changes_since(ChangePoint const &point, UidSet const &known)
{
    auto changes = m_folder.changes_since(point, in_mailbox(known));
    if (changes) {
        changes->changed = as_known(std::move(changes->changed));
        changes->expunged = as_known(std::move(changes->expunged));
    }
    return changes;
}

template <class T> Result<std::vector<T>> KnownFolder::as_known(Result<std::vector<T>> found) const
{
    if (!found || m_drafts.empty())
        return found;
    for (T &message : *found)
        message.uid = as_known(message.uid);
    std::ranges::sort(*found, {}, &T::uid);
    return found;
}

Result<std::vector<MailFolderHandle::UidFlags>> KnownFolder::flags(UidSet const &uids)
{
    return as_known(m_folder.flags(in_mailbox(uids)));
}

Result<std::vector<MailFolderHandle::UidConversation>> KnownFolder::conversations(UidSet const &uids)
{
    return as_known(m_folder.conversations(in_mailbox(uids)));
}

Result<std::vector<MailFolderHandle::UidText>> KnownFolder::header_field(UidSet const &uids,
                                                                         std::string const &name)
{
    return as_known(m_folder.header_field(in_mailbox(uids), name));
}

Result<std::optional<Instant>> KnownFolder::oldest_received(UidSet const &uids)
{
    return m_folder.oldest_received(in_mailbox(uids));
}

Result<std::unique_ptr<MailMessage>> KnownFolder::message(Uid uid)
{
    return m_folder.message(in_mailbox(uid));
}

Result<void> KnownFolder::set_flags(Uid uid, FlagChange const &change)
{
    return m_folder.set_flags(in_mailbox(uid), change);
}

Result<void> KnownFolder::expunge(UidSet const &uids)
{
    return m_folder.expunge(in_mailbox(uids));
}

Result<std::vector<MailFolderHandle::MovedUid>> KnownFolder::move_all(UidSet const &uids,
                                                                      FolderId const &destination)
{
    return as_known(m_folder.move_all(in_mailbox(uids), destination));
}

} // namespace eas
