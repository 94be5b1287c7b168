// See sync-drafts.h. In IMAP a changed draft is a new message: the new one is saved before the old one is
// expunged, so that at each moment one of them is there; the client goes on with the UID that it knows.
#include "commands/sync-drafts.h"
#include "base/random.h"
#include "base/text.h"
#include "commands/sync-collection.h"
#include "mapping/conversation.h"
#include "mapping/draft-header.h"
#include "mapping/email-flag.h"
#include "mapping/outgoing-message.h"
#include "services/sending.h"
#include "sync/operation-name.h"
#include "sync/server-id.h"
#include <algorithm>

namespace eas {

namespace {

constexpr int access_denied = 130, invalid_recipients = 183; // MS-ASCMD 2.2.2
constexpr size_t most_looked_at = 50;

Error bad(std::string what)
{
    return {ErrorKind::bad_request, std::move(what)};
}

bool is_mail(SyncOperation const &operation)
{
    return equals_ignoring_case(operation.item_class.value_or("Email"), "Email");
}

bool has_attachments(Draft const &draft)
{
    return draft.attachments && !(draft.attachments->adds.empty() && draft.attachments->deletes.empty());
}

} // namespace

bool changes_content(Draft const &draft, SyncOperation const &operation)
{
    return operation.send || draft.to || draft.cc || draft.bcc || draft.reply_to || draft.subject ||
           draft.importance || has_attachments(draft) || (draft.body && draft.body->data);
}

DraftOperations::DraftOperations(Session &session, SyncCollectionRequest const &request,
                                 CollectionState &state, KnownFolder &folder, MailSync &engine)
    : m_session(session), m_folder_id(*request.collection_id), m_base_key(*request.sync_key), m_state(state),
      m_folder(folder), m_engine(engine)
{}

Result<MailFlags> DraftOperations::flags_of(Draft const &draft, MailFlags const &before)
{
    Email said;
    said.read = draft.read;
    said.flag = draft.flag;
    said.categories = draft.categories;
    auto const change = requested_change(said, before);
    if (!change)
        return change.error();
    auto flags = changed_flags(before, *change);
    flags.draft = true;
    flags.deleted = false;
    return flags;
}

Result<MailFlags> DraftOperations::flags_of_new(Draft const &draft)
{
    MailFlags flags;
    flags.seen = true;
    return flags_of(draft, flags);
}

SyncOutcome DraftOperations::finish(SyncOutcome outcome, Done const &failure)
{
    if (!failure)
        return outcome;
    outcome.status = failure->status;
    m_session.log_note += (m_session.log_note.empty() ? "" : "; ") + failure->error.message;
    return outcome;
}

std::string DraftOperations::name_of(SyncOperation const &operation) const
{
    OperationName digest;
    for (std::string const &piece : {m_session.device.id, m_folder_id, m_base_key,
                                     operation.client_id.value_or(""), operation.server_id.value_or("")})
        digest.add(piece);
    return digest.text();
}

/// "<name>.<digest>"
std::string DraftOperations::name_with_content(SyncOperation const &operation) const
{
    OperationName digest;
    if (operation.application_data)
        digest.add(*operation.application_data);
    return name_of(operation) + '.' + digest.text();
}

DraftDefaults DraftOperations::defaults(std::string const &name)
{
    auto const own = m_session.ports.submission.addresses();
    auto const from = own.empty() ? m_session.user : own.front();
    return {m_session.ports.clock.now(), new_message_id(from), from, "=_" + hex_encode(random_bytes(16)),
            name};
}

Result<bool> DraftOperations::is_drafts_folder()
{
    auto const folders = m_session.ports.mail.folders();
    if (!folders)
        return folders.error();
    return std::ranges::any_of(*folders, [&](MailFolder const &folder) {
        return folder.id == m_folder_id && folder.special_use == SpecialUse::drafts;
    });
}

/// A message that this operation wrote before is among those that are new to the client.
template <class IsMeant> std::optional<Uid> DraftOperations::find_fresh(IsMeant const &is_meant)
{
    auto const fresh = m_engine.snapshot().pending.without(m_engine.snapshot().device);
    for (Uid const uid : fresh.newest(most_looked_at)) {
        auto const message = m_folder.message(uid);
        auto const request = message ? request_of(**message) : message.error();
        if (request && is_meant(*request))
            return uid;
    }
    return std::nullopt;
}

std::optional<Uid> DraftOperations::find_saved(std::string const &name)
{
    return find_fresh([&](std::string const &request) { return request == name; });
}

/// What the operation wrote when it came with other content: its answer was lost, and the user went on
/// writing.
std::optional<Uid> DraftOperations::find_former(std::string const &name)
{
    auto const operation = std::string_view(name).substr(0, name.find('.') + 1);
    return find_fresh(
        [&](std::string const &request) { return request.starts_with(operation) && request != name; });
}

Result<Uid> DraftOperations::find_or_save(std::string const &name, ComposedDraft const &draft,
                                          MailFlags const &flags)
{
    if (auto const saved = find_saved(name))
        return *saved;
    auto const former = find_former(name);
    auto saved = m_session.ports.mail.save(m_folder_id, whole_message(draft), flags);
    if (saved && former)
        if (auto const expunged = m_folder.expunge({*former}); !expunged)
            m_session.log_note += " a draft is there twice: " + expunged.error().message;
    return saved;
}

/// With the names that they got.
std::vector<AddedAttachment> DraftOperations::added_attachments(Draft const &draft, Uid known_as) const
{
    std::vector<AddedAttachment> found;
    auto const *const known = find_known(m_state.drafts, known_as);
    if (!known || !draft.attachments)
        return found;
    auto const prefix = file_reference_prefix(m_folder_id, known_as);
    for (AttachmentToAdd const &added : draft.attachments->adds)
        for (KnownAttachment const &attachment : known->attachments)
            if (added.client_id == attachment.client_id)
                found.push_back({attachment.client_id, prefix + attachment.name});
    return found;
}

void DraftOperations::answer_add(Draft const &draft, Uid uid, SyncOutcome &outcome)
{
    outcome.server_id = message_id(m_folder_id, uid);
    WrittenDraft written;
    if (auto added = added_attachments(draft, uid); !added.empty())
        written.attachments = std::move(added);
    auto const message = m_folder.message(uid);
    if (auto const headers = message ? (*message)->headers() : message.error()) {
        written.conversation_id = Bytes{conversation_id(*headers)};
        written.conversation_index = Bytes{conversation_index(*headers)};
    }
    if (written.attachments || written.conversation_id)
        outcome.application_data = std::move(written);
}

Result<void> DraftOperations::check_add(SyncOperation const &operation)
{
    if (m_session.version < v16_0)
        return bad("mail cannot be added before 16.0");
    if (!is_mail(operation))
        return bad("items of class " + *operation.item_class + " cannot be added to mail");
    if (!operation.client_id || operation.client_id->empty() || !operation.application_data)
        return bad("AirSync:Add: ClientId or ApplicationData is missing");
    auto const is_drafts = is_drafts_folder();
    if (!is_drafts)
        return is_drafts.error();
    return *is_drafts ? Result<void>() : bad("mail can be added to the folder of drafts only");
}

SyncOutcome DraftOperations::add(SyncOperation const &operation)
{
    SyncOutcome outcome{{}, operation.client_id.value_or(""), {}, {}, sync_status::success, {}};
    if (!is_mail(operation)) // else the collection's class says it: MS-ASCMD 2.2.3.27.6
        outcome.item_class = operation.item_class;
    auto const failure = try_add(operation, outcome);
    return finish(std::move(outcome), failure);
}

DraftOperations::Done DraftOperations::try_add(SyncOperation const &operation, SyncOutcome &outcome)
{
    if (auto const allowed = check_add(operation); !allowed)
        return Failure{item_status_of(allowed.error().kind), allowed.error()};
    auto const draft = read<Draft>(*operation.application_data, m_session.version);
    if (!draft)
        return Failure{sync_status::conversion_error, draft.error()};
    auto const name = name_with_content(operation);
    auto const composed = compose_draft(*draft, nullptr, {}, defaults(name));
    if (!composed)
        return Failure{item_status_of(composed.error().kind), composed.error()};
    if (operation.send)
        return send(*composed, name_of(operation));

    auto const flags = flags_of_new(*draft);
    if (!flags)
        return Failure{item_status_of(flags.error().kind), flags.error()};
    auto const uid = find_or_save(name, *composed, *flags);
    if (!uid) {
        bool const is_denied = uid.error().kind == ErrorKind::denied;
        return Failure{is_denied ? access_denied : item_status_of(uid.error().kind), uid.error()};
    }
    KnownDraft known{*uid, *uid, {}};
    for (PlacedAttachment const &placed : composed->attachments)
        known.attachments.push_back({placed.part, placed.part, placed.client_id});
    if (!known.attachments.empty())
        remember(m_state.drafts, std::move(known));
    m_engine.told({MailChange::Kind::add, *uid, *flags});
    m_engine.note_received(m_session.ports.clock.now());
    answer_add(*draft, *uid, outcome);
    return {};
}

DraftOperations::Done DraftOperations::send(ComposedDraft const &draft, std::string const &sent_name)
{
    if (was_sent(m_session, sent_name))
        return {};
    std::string const mime = header_to_send(draft.header) + "\r\n";
    OutgoingChanges changes;
    changes.body = {draft.entity.fields, draft.entity.body};
    auto const failure = send_message(m_session, mime, changes, sent_name, true);
    if (!failure)
        return {};
    bool const is_unsendable = failure->status == send_status::no_recipient ||
                               (failure->status == send_status::recipient_unresolved &&
                                failure->error.kind == ErrorKind::bad_request);
    return Failure{is_unsendable ? invalid_recipients : failure->status, failure->error};
}

} // namespace eas
