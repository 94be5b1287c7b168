// Sync's Change of a draft; see sync-drafts.h.
#include "commands/sync-collection.h"
#include "commands/sync-drafts.h"
#include "mapping/draft-header.h"
#include "mapping/email-from-message.h"
#include "services/sending.h"
#include "sync/server-id.h"

namespace eas {

/// Properties beside the content that the client has set itself.
static ShownProperties set_by_client(Draft const &draft)
{
    return {.read = draft.read.has_value(),
            .flag = draft.flag.has_value(),
            .categories = draft.categories.has_value()};
}

/// Only if attachments were added is success told. MS-ASCMD 2.2.3.24.
void DraftOperations::answer_change(Change const &change, SyncOutcome &outcome) const
{
    if (auto added = added_attachments(change.draft, change.known_as); !added.empty())
        outcome.application_data = WrittenDraft{std::move(added), {}, {}, {}};
}

SyncOutcome DraftOperations::change(SyncOperation const &operation, Draft const &draft, Uid known_as)
{
    SyncOutcome outcome{{}, {}, operation.server_id.value_or(""), {}, sync_status::success, {}};
    auto const failure = try_change({operation, draft, known_as, name_with_content(operation)}, outcome);
    if (failure && failure->error.kind == ErrorKind::denied)
        m_engine.client_is_stale(known_as);
    return finish(std::move(outcome), failure);
}

DraftOperations::Done DraftOperations::try_change(Change const &change, SyncOutcome &outcome)
{
    if (change.operation.send && was_sent(m_session, name_of(change.operation))) {
        remove(change.known_as);
        return {};
    }
    auto message = m_folder.message(change.known_as);
    if (!message && message.error().kind == ErrorKind::not_found)
        return change_gone(change, outcome);
    if (!message)
        return Failure{item_status_of(message.error().kind), message.error()};
    if (change.operation.send)
        return send_changed(change, std::move(*message));
    auto const request = request_of(**message);
    if (!request)
        return Failure{item_status_of(request.error().kind), request.error()};
    if (*request != change.name)
        return replace(change, std::move(*message), outcome);
    answer_change(change, outcome); // done before
    return {};
}

/// Another program has deleted it or put a new one into its place: then the server's side stays, unless the
/// client wants its own (MS-ASCMD 2.2.3.34). Or it was this operation, whose process was killed.
DraftOperations::Done DraftOperations::change_gone(Change const &change, SyncOutcome &outcome)
{
    if (auto const saved = find_saved(change.name)) {
        take_place(change, *saved, {});
        m_engine.client_is_stale(change.known_as);
        return {};
    }
    auto const is_drafts = is_drafts_folder();
    bool const client_wins = m_state.options.conflict == 0 && !change.operation.send;
    if (!client_wins || !is_drafts || !*is_drafts)
        return Failure{sync_status::not_found, {ErrorKind::not_found, "the draft is gone"}};
    auto const composed = compose(change, nullptr);
    if (!composed)
        return Failure{item_status_of(composed.error().kind), composed.error()};
    auto const flags = flags_of_new(change.draft);
    if (!flags)
        return Failure{item_status_of(flags.error().kind), flags.error()};
    auto const saved = m_session.ports.mail.save(m_folder_id, whole_message(*composed), *flags);
    if (!saved)
        return Failure{item_status_of(saved.error().kind), saved.error()};
    take_place(change, *saved, composed->attachments);
    m_engine.client_set(change.known_as, *flags, set_by_client(change.draft));
    m_engine.client_is_stale(change.known_as); // of what the client did not send it may show more
    answer_change(change, outcome);
    return {};
}

/// When it returns nothing of the stored draft is open any more.
DraftOperations::Done DraftOperations::send_changed(Change const &change,
                                                    std::unique_ptr<MailMessage> message)
{
    {
        auto const composed = compose(change, message.get());
        if (!composed)
            return Failure{item_status_of(composed.error().kind), composed.error()};
        if (auto failure = send(*composed, name_of(change.operation)))
            return failure;
    }
    message.reset();
    remove(change.known_as);
    return {};
}

DraftOperations::Done DraftOperations::replace(Change const &change, std::unique_ptr<MailMessage> message,
                                               SyncOutcome &outcome)
{
    auto const before = message->flags();
    auto const flags = before ? flags_of(change.draft, *before) : before.error();
    if (!flags)
        return Failure{item_status_of(flags.error().kind), flags.error()};
    std::vector<PlacedAttachment> attachments;
    Result<Uid> saved = Uid(0);
    {
        auto const composed = compose(change, message.get());
        if (!composed)
            return Failure{item_status_of(composed.error().kind), composed.error()};
        attachments = composed->attachments;
        saved = find_or_save(change.name, *composed, *flags);
    }
    message.reset();
    if (!saved)
        return Failure{item_status_of(saved.error().kind), saved.error()};
    if (auto const expunged = m_folder.expunge({change.known_as}); !expunged) {
        (void)m_folder.flags({*saved}); // the folder takes notice of it
        (void)m_folder.expunge(
            {*saved}); // if it stays, the client is told of it: better two drafts than none
        return Failure{item_status_of(expunged.error().kind), expunged.error()};
    }
    take_place(change, *saved, attachments);
    m_engine.client_set(change.known_as, *flags, set_by_client(change.draft));
    answer_change(change, outcome);
    return {};
}

/// From now on the client's ServerId means the message that was saved.
void DraftOperations::take_place(Change const &change, Uid saved,
                                 std::vector<PlacedAttachment> const &attachments)
{
    auto const *const before = find_known(m_state.drafts, change.known_as);
    KnownDraft known{change.known_as, saved, {}};
    size_t added = 0;
    for (PlacedAttachment const &placed : attachments) {
        std::string name = placed.stored_as;
        if (!placed.client_id.empty())
            name = "0." + std::to_string(saved) + "." + std::to_string(++added); // no part has that number
        else if (before)
            name = before->name_of(placed.stored_as);
        known.attachments.push_back({std::move(name), placed.part, placed.client_id});
    }
    remember(m_state.drafts, std::move(known));
}

/// Whether the body is but the beginning that the client was told: it may send all elements with any change
/// (MS-ASCMD 2.2.3.24), and what it never got must not be lost.
Result<bool> DraftOperations::has_cut_body(Draft const &draft, MailMessage &stored) const
{
    auto const *const written = draft.body && draft.body->data ? draft.body->data->text() : nullptr;
    if (!written)
        return false;
    auto const shown = body_from_message(stored, m_state.options.body, m_session.version);
    if (!shown)
        return shown.error();
    auto const *const beginning = shown->data ? shown->data->text() : nullptr;
    return beginning && !beginning->empty() && shown->truncated.value_or(false) &&
           shown->type == draft.body->type && comparable(*beginning) == comparable(*written);
}

Result<ComposedDraft> DraftOperations::compose(Change const &change, MailMessage *stored)
{
    auto const deleted = deleted_parts(change.draft, change.known_as);
    if (!deleted)
        return deleted.error();
    auto const is_cut = stored ? has_cut_body(change.draft, *stored) : Result(false);
    if (!is_cut)
        return is_cut.error();
    Draft draft = change.draft;
    if (*is_cut)
        draft.body.reset();
    return compose_draft(draft, stored, stored ? *deleted : std::vector<std::string>(),
                         defaults(change.name));
}

/// An attachment that is gone already needs no deletion.
Result<std::vector<std::string>> DraftOperations::deleted_parts(Draft const &draft, Uid known_as) const
{
    std::vector<std::string> parts;
    if (!draft.attachments)
        return parts;
    auto const *const known = find_known(m_state.drafts, known_as);
    for (AttachmentToDelete const &deleted : draft.attachments->deletes) {
        auto const reference = parse_file_reference(deleted.file_reference.value_or(""));
        if (!reference || reference->message != MessageId{m_folder_id, known_as})
            return Error{ErrorKind::bad_request, "AirSyncBase:FileReference: not of this draft"};
        auto const *const attachment = known ? known->attachment(reference->part) : nullptr;
        if (attachment)
            parts.push_back(attachment->part);
        else if (!known || known->attachments.empty())
            parts.push_back(reference->part);
    }
    return parts;
}

/// Of a draft that was sent. The mail is out: that it stays is for the log only.
void DraftOperations::remove(Uid known_as)
{
    if (auto const expunged = m_folder.expunge({known_as}); !expunged)
        m_session.log_note += " draft not removed: " + expunged.error().message;
    m_engine.look_again(known_as);
}

} // namespace eas
