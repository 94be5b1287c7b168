// What the client changes, deletes, fetches and adds in a mail collection. See sync-mail.h.
#include "commands/known-message.h"
#include "commands/sync-mail.h"
#include "items/categories.h"
#include "mapping/email-flag.h"
#include "mapping/email-from-message.h"
#include "services/calendar-owner.h"
#include "services/meeting-calendar.h"
#include "services/meeting-intake.h"
#include "sync/server-id.h"
#include <algorithm>
#include <utility>

namespace eas {

namespace {

/// Whether a client that tries again would be refused again: then its view is put back.
bool is_final(ErrorKind kind)
{
    return kind == ErrorKind::denied || kind == ErrorKind::bad_request || kind == ErrorKind::too_large;
}

/// Whether it has what no client may change. MS-ASEMAIL 2.2.2.21, 2.2.2.59, 2.2.2.70, 2.2.2.83, 2.2.2.84.
bool is_read_only(Email const &email)
{
    return email.conversation_id || email.conversation_index || email.received_as_bcc || email.sender ||
           email.um_caller_id || email.um_user_notes;
}

/// Two names that differ in case only are one keyword, which keeps the name that it had.
bool names_alike(std::vector<std::string> names, std::vector<std::string> const &sorted)
{
    std::ranges::sort(names);
    return names == sorted;
}

/// The whole item, for a Fetch: the same body forms without truncation. A message part is none: the published
/// schema of the response has BodyPart in Add and Change only.
BodyOptions untruncated(BodyOptions options)
{
    for (auto &preference : options.body_preferences)
        preference.truncation_size.reset();
    options.body_part_preference.reset();
    options.mime_truncation.reset();
    return options;
}

} // namespace

void MailCollectionSync::apply_operations(SyncOutcomes &outcomes)
{
    auto &operations = *m_request.commands;
    for (auto &operation : operations.changes)
        if (auto outcome = change(operation);
            outcome.status != sync_status::success || outcome.application_data)
            outcomes.changes.push_back(std::move(outcome));
    bool const to_trash = m_request.deletes_as_moves.value_or(true) && !operations.deletes.empty();
    auto const trash =
        to_trash ? m_session.ports.mail.special_folder(SpecialUse::trash) : Result<FolderId>(m_folder_id);
    if (!trash) {
        m_session.log_note += " nothing is deleted for want of the Trash: " + trash.error().message + ';';
        m_session.log_as_warning = true;
    }
    auto const gone = remove_at_once(operations.deletes, trash);
    for (auto &operation : operations.deletes)
        if (auto outcome = remove(operation, trash, gone); outcome.status != sync_status::success)
            outcomes.deletes.push_back(std::move(outcome));
    for (auto &operation : operations.fetches)
        outcomes.fetches.push_back(fetch(operation));
    for (auto &operation : operations.adds)
        outcomes.adds.push_back(m_draft_operations.add(operation));
}

/// The message that an operation names, if its id is one of this folder.
std::optional<Uid> MailCollectionSync::uid_of(SyncOperation const &operation) const
{
    auto id = parse_message_id(operation.server_id.value_or(""));
    if (!id || id->folder != m_folder_id)
        return {};
    return id->uid;
}

SyncOutcome MailCollectionSync::change(SyncOperation const &operation)
{
    SyncOutcome outcome{{}, {}, operation.server_id.value_or(""), {}, sync_status::success, {}};
    auto uid = uid_of(operation);
    if (!uid || !m_engine.snapshot().device.contains(*uid)) {
        outcome.status = sync_status::not_found;
        return outcome;
    }
    auto email = operation.application_data ? read<Email>(*operation.application_data, m_session.version)
                                            : Result<Email>(Email{});
    if (!email || is_read_only(*email)) { // the client shows what it asked for
        m_engine.client_is_stale(*uid);
        outcome.status = sync_status::conversion_error;
        return outcome;
    }
    auto draft = changed_draft(operation, *uid);
    if (!draft) {
        if (is_final(draft.error().kind))
            m_engine.client_is_stale(*uid);
        outcome.status = item_status_of(draft.error().kind);
        return outcome;
    }
    if (*draft)
        return m_draft_operations.change(operation, **draft, *uid);
    auto done = change(*uid, *email);
    if (!done)
        outcome.status = item_status_of(done.error().kind);
    return outcome;
}

Result<void> MailCollectionSync::change(Uid uid, Email const &email)
{
    auto before = m_known.flags({uid});
    if (!before)
        return before.error();
    if (before->empty())
        return Error{ErrorKind::not_found, "the message is gone"};
    auto &flags = before->front().flags;
    auto change = requested_change(email, flags);
    auto done = change ? m_known.set_flags(uid, *change) : change.error();
    ShownProperties set{.read = email.read.has_value(),
                        .flag = email.flag.has_value(),
                        .categories = email.categories.has_value()};
    if (done) {
        auto after = changed_flags(flags, *change);
        m_engine.client_set(uid, after, set);
        if (email.categories && !names_alike(*email.categories, category_names(after.keywords)))
            m_engine.client_refused(uid, after.seen, {.categories = true});
    } else if (is_final(done.error().kind)) {
        m_engine.client_refused(uid, email.read.value_or(flags.seen), set);
    }
    return done;
}

/// What the operation writes of a draft, if it is one and more than its flags are written. Of other messages
/// only flags can be changed; that the client sends more is no error (MS-ASCMD 2.2.3.24), but to be sent they
/// are not.
Result<std::optional<Draft>> MailCollectionSync::changed_draft(SyncOperation const &operation, Uid uid)
{
    if (m_session.version < v16_0)
        return std::optional<Draft>();
    auto draft = operation.application_data ? read<Draft>(*operation.application_data, m_session.version)
                                            : Result<Draft>(Draft{});
    if (!draft)
        return draft.error();
    if (!changes_content(*draft, operation))
        return std::optional<Draft>();
    auto flags = m_known.flags({uid});
    if (!flags)
        return flags.error();
    if (flags->empty() || flags->front().flags.draft)
        return std::optional(std::move(*draft));
    if (operation.send)
        return Error{ErrorKind::bad_request, "what is no draft is not sent"};
    m_engine.client_is_stale(uid); // it may be one no more since the client edits it
    return std::optional<Draft>();
}

/// Whether the mailbox has it no more, whoever removed it.
bool MailCollectionSync::is_gone(Uid uid)
{
    auto const flags = m_known.flags({uid});
    return flags && flags->empty();
}

/// Many removals in one transaction, as the disk is waited for with each; what went. If that fails nothing
/// did, and each is tried alone.
UidSet MailCollectionSync::remove_at_once(std::vector<SyncOperation> const &operations,
                                          Result<FolderId> const &trash)
{
    UidSet named, existing;
    for (auto const &operation : operations)
        if (auto const uid = uid_of(operation))
            named.add(*uid);
    if (!trash || named.size() < 2)
        return {};
    auto const flags = m_known.flags(named);
    if (!flags)
        return {};
    for (auto const &message : *flags)
        existing.add(message.uid);
    bool const done =
        *trash == m_folder_id ? bool(m_known.expunge(existing)) : bool(m_known.move_all(existing, *trash));
    return done ? existing : UidSet();
}

/// `trash`: where the message goes; this folder, if it is to be removed for good. Without a Trash it stays,
/// and the client is shown it again: to remove it for good is not what was asked. MS-ASCMD 2.2.3.43.
/// `gone`: what went already.
SyncOutcome MailCollectionSync::remove(SyncOperation const &operation, Result<FolderId> const &trash,
                                       UidSet const &gone)
{
    SyncOutcome outcome{{}, {}, operation.server_id.value_or(""), {}, sync_status::success, {}};
    auto uid = uid_of(operation);
    if (!uid) {
        outcome.status = sync_status::not_found;
        return outcome;
    }
    Result<void> done;
    if (gone.contains(*uid))
        done = {};
    else if (!trash)
        done = trash.error();
    else if (*trash == m_folder_id)
        done = m_known.expunge({*uid});
    else if (auto moved = m_known.move(*uid, *trash); !moved)
        done = moved.error();
    if (done || is_gone(*uid)) { // if it went before: what the client wanted
        m_engine.client_removed(*uid);
        return outcome;
    }
    m_engine.client_refused_removal(*uid);
    bool const is_folder_missing = done.error().kind == ErrorKind::not_found;
    outcome.status = is_folder_missing ? sync_status::server_error : item_status_of(done.error().kind);
    return outcome;
}

SyncOutcome MailCollectionSync::fetch(SyncOperation const &operation)
{
    SyncOutcome outcome{{}, {}, operation.server_id.value_or(""), {}, sync_status::not_found, {}};
    auto uid = uid_of(operation);
    if (!uid)
        return outcome;
    if (m_room.fetched_bytes == 0) { // the client asks again for what is left
        outcome.status = sync_status::server_error;
        return outcome;
    }
    auto item = email(*uid, untruncated(m_options.body));
    if (item) {
        take(m_room.fetched_bytes, body_bytes(*item));
        take_meetings({{*uid, &*item}});
        outcome.status = sync_status::success;
        outcome.application_data = ApplicationData(std::move(*item));
    } else {
        outcome.status = item_status_of(item.error().kind);
    }
    return outcome;
}

Result<Email> MailCollectionSync::email(Uid uid, BodyOptions const &options)
{
    auto message = m_known.message(uid);
    if (!message)
        return message.error();
    auto const calendar = calendar_context(m_session);
    auto email = email_from_message(**message, options, m_session.version,
                                    file_reference_prefix(m_folder_id, uid), &calendar);
    if (auto *known = find_known(m_drafts, uid); email && known)
        rename_references(*email, *known, m_folder_id);
    if (email && email->bcc)
        set_received_as_bcc(*email, m_session.ports.submission.addresses());
    return email;
}

/// Scheduling messages change the calendar in the order in which they came, whichever is told first. What the
/// client is told of them is how they compare with it when they are taken, and then, when some are outdated.
void MailCollectionSync::take_meetings(std::map<Uid, Email *> const &emails)
{
    for (auto const &[uid, email] : emails)
        if (is_meeting_message(*email)) {
            compare_with_calendar(m_session, *email);
            if (auto const message = m_known.message(uid))
                take_meeting_message(m_session, m_folder_id, **message, *email);
        }
    std::vector<Email *> told;
    for (auto const &[uid, email] : emails) {
        compare_with_calendar(m_session, *email);
        told.push_back(email);
    }
    mark_outdated(told);
}

} // namespace eas
