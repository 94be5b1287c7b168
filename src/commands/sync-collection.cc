// See sync-collection.h.
#include "commands/sync-collection.h"
#include "base/text.h"
#include "commands/arriving-conversations.h"
#include "commands/known-message.h"
#include "commands/sync-drafts.h"
#include "items/categories.h"
#include "mapping/email-flag.h"
#include "mapping/email-from-message.h"
#include "sync/mail-sync.h"
#include "sync/server-id.h"
#include <algorithm>
#include <utility>

namespace eas {

int item_status_of(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::bad_request:
        return sync_status::conversion_error;
    case ErrorKind::not_found:
        return sync_status::not_found;
    case ErrorKind::exists:
    case ErrorKind::conflict:
    case ErrorKind::denied:
        return sync_status::conflict; // the server's version stays; the client is shown it again
    case ErrorKind::quota:
        return sync_status::out_of_space;
    case ErrorKind::too_large:
    case ErrorKind::temporary:
        break;
    }
    return sync_status::server_error;
}

namespace {

constexpr size_t default_window = 100, largest_window = 512; // MS-ASCMD 2.2.3.199
constexpr size_t most_unreadable = 5;    ///< in one answer; with more it is the storage, not the messages
constexpr size_t answer_bytes = 8 << 20; ///< bodies of one collection's answer; the rest comes with the next

/// What could not be done for the collection as a whole.
int collection_status_of(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::not_found:
    case ErrorKind::denied:
        return sync_status::hierarchy_changed;
    case ErrorKind::conflict:
        return sync_status::invalid_sync_key;
    default:
        return sync_status::server_error;
    }
}

/// Whether a client that tries again would be refused again: then its view is put back.
bool is_final(ErrorKind kind)
{
    return kind == ErrorKind::denied || kind == ErrorKind::bad_request || kind == ErrorKind::too_large;
}

/// Two names that differ in case only are one keyword, which keeps the name that it had.
bool names_alike(std::vector<std::string> names, std::vector<std::string> const &sorted)
{
    std::ranges::sort(names);
    return names == sorted;
}

/// The whole item, for a Fetch: the same body forms without truncation.
BodyOptions untruncated(BodyOptions options)
{
    for (auto &preference : options.body_preferences)
        preference.truncation_size.reset();
    if (options.body_part_preference)
        options.body_part_preference->truncation_size.reset();
    options.mime_truncation.reset();
    return options;
}

/// Previews and message parts only.
BodyOptions previews_only(BodyOptions options)
{
    if (options.body_preferences.empty() && !options.body_part_preference)
        options.body_preferences.emplace_back();
    for (auto &preference : options.body_preferences)
        preference.truncation_size = 0;
    return options;
}

/// Bodies of no byte: the client shows that there is more, and may fetch it.
BodyOptions without_body(BodyOptions options)
{
    options.body_part_preference.reset();
    options = previews_only(std::move(options));
    for (auto &preference : options.body_preferences) {
        preference.all_or_none.reset();
        preference.preview.reset();
    }
    options.mime_truncation = 0;
    return options;
}

/// An addition that the storage cannot read holds up the others no longer than an answer.
bool may_be_postponed(MailChange const &change, Error const &error)
{
    return change.kind == MailChange::Kind::add &&
           (error.kind == ErrorKind::temporary || error.kind == ErrorKind::denied);
}

/// One Sync of one mail collection: everything between its loaded and its saved state.
class MailCollectionSync {
public:
    MailCollectionSync(Session &session, SyncCollectionRequest const &request, FolderId folder_id,
                       MailFolderHandle &folder, CollectionState &state, KeyedSnapshot const &base)
        : m_session(session), m_request(request), m_folder_id(std::move(folder_id)), m_options(state.options),
          m_delivery(state.delivery), m_is_repeated(&base != &state.current), m_drafts(state.drafts),
          m_known(folder, state.drafts),
          m_engine(m_known, base.snapshot, state.options.filter(), session.ports.clock.now(),
                   shown_properties(session.version)),
          m_conversations(session, m_folder_id),
          m_draft_operations(session, request, state, m_known, m_engine)
    {}

    Result<void> run(size_t window, CollectionResult &result);
    MailSnapshot const &snapshot() const { return m_engine.snapshot(); }

private:
    void apply_operations(SyncOutcomes &outcomes);
    SyncOutcome change(SyncOperation const &operation);
    Result<void> change(Uid uid, Email const &email);
    Result<std::optional<Draft>> changed_draft(SyncOperation const &operation, Uid uid);
    SyncOutcome remove(SyncOperation const &operation, bool move_to_trash);
    SyncOutcome fetch(SyncOperation const &operation);
    Result<void> send_changes(size_t window, CollectionResult &result);
    Result<std::vector<MailChange>> next_changes(size_t limit, BodyOptions &options);
    Result<bool> send_change(MailChange const &change, BodyOptions const &options, SyncChanges &commands,
                             size_t &bytes);
    Result<Email> email(Uid uid, BodyOptions const &options);
    Result<Email> new_email(Uid uid, BodyOptions const &options);
    Result<Email> changed_properties(MailChange const &change);
    void forget_flag(MailChange const &change);
    std::optional<Uid> uid_of(SyncOperation const &operation) const;
    bool moved_with_its_conversation(Uid uid, Email const &email);

    Session &m_session;
    SyncCollectionRequest const &m_request;
    FolderId m_folder_id;
    CollectionOptions const &m_options;
    Delivery &m_delivery;
    bool m_is_repeated; ///< the answer that gave out the current key did not arrive
    KnownDrafts const &m_drafts;
    KnownFolder m_known; ///< the folder with the client's UIDs
    MailSync m_engine;
    ArrivingConversations m_conversations;
    DraftOperations m_draft_operations;
};

Result<void> MailCollectionSync::run(size_t window, CollectionResult &result)
{
    if (auto refreshed = m_engine.refresh(); !refreshed)
        return refreshed;
    if (m_request.commands) {
        SyncOutcomes outcomes;
        apply_operations(outcomes);
        if (!outcomes.empty())
            result.response.responses = std::move(outcomes);
    }
    if (m_request.get_changes.value_or(true))
        return send_changes(window, result);
    return {};
}

void MailCollectionSync::apply_operations(SyncOutcomes &outcomes)
{
    auto &operations = *m_request.commands;
    bool move_to_trash = m_request.deletes_as_moves.value_or(true);
    for (auto &operation : operations.changes)
        if (auto outcome = change(operation);
            outcome.status != sync_status::success || outcome.application_data)
            outcomes.changes.push_back(std::move(outcome));
    for (auto &operation : operations.deletes)
        if (auto outcome = remove(operation, move_to_trash); outcome.status != sync_status::success)
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
    SyncOutcome outcome{{}, {}, operation.server_id.value_or(""), sync_status::success, {}};
    auto uid = uid_of(operation);
    if (!uid || !m_engine.snapshot().device.contains(*uid)) {
        outcome.status = sync_status::not_found;
        return outcome;
    }
    auto email = operation.application_data ? read<Email>(*operation.application_data, m_session.version)
                                            : Result<Email>(Email{});
    if (!email || email->conversation_id || email->conversation_index) { // MS-ASEMAIL 2.2.2.21
        outcome.status = sync_status::conversion_error;
        return outcome;
    }
    auto draft = changed_draft(operation, *uid);
    if (!draft) {
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
/// only flags can be changed; what else the client sends is not looked at (MS-ASCMD 2.2.3.24).
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
    bool is_draft = flags->empty() || flags->front().flags.draft;
    return is_draft ? std::optional(std::move(*draft)) : std::nullopt;
}

SyncOutcome MailCollectionSync::remove(SyncOperation const &operation, bool move_to_trash)
{
    SyncOutcome outcome{{}, {}, operation.server_id.value_or(""), sync_status::success, {}};
    auto uid = uid_of(operation);
    if (!uid) {
        outcome.status = sync_status::not_found;
        return outcome;
    }
    Result<void> done;
    auto trash = move_to_trash ? m_session.ports.mail.special_folder(SpecialUse::trash)
                               : Result<FolderId>(m_folder_id);
    if (!trash)
        done = trash.error();
    else if (*trash == m_folder_id)
        done = m_known.expunge({*uid});
    else if (auto moved = m_known.move(*uid, *trash); !moved)
        done = moved.error();
    if (done || done.error().kind == ErrorKind::not_found) // gone already: what the client wanted
        m_engine.client_removed(*uid);
    else
        m_engine.client_refused_removal(*uid);
    if (!done && done.error().kind != ErrorKind::not_found)
        outcome.status = item_status_of(done.error().kind);
    return outcome;
}

SyncOutcome MailCollectionSync::fetch(SyncOperation const &operation)
{
    SyncOutcome outcome{{}, {}, operation.server_id.value_or(""), sync_status::not_found, {}};
    auto uid = uid_of(operation);
    if (!uid)
        return outcome;
    auto item = email(*uid, untruncated(m_options.body));
    if (item) {
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
    auto email =
        email_from_message(**message, options, m_session.version, file_reference_prefix(m_folder_id, uid));
    if (auto *known = find_known(m_drafts, uid); email && known)
        rename_references(*email, *known, m_folder_id);
    return email;
}

/// A message that is told for the sake of its conversation comes without its body. MS-ASCMD 2.2.3.36.2.
Result<Email> MailCollectionSync::new_email(Uid uid, BodyOptions const &options)
{
    if (!m_options.whole_conversations)
        return email(uid, options);
    auto received = m_known.oldest_received({uid});
    if (!received)
        return received.error();
    bool is_wanted_itself = !*received || m_engine.is_inside_dates(**received);
    return email(uid, is_wanted_itself ? options : previews_only(options));
}

/// Those alone that changed, MS-ASEMAIL 3.2.5.4.1.
Result<Email> MailCollectionSync::changed_properties(MailChange const &change)
{
    auto &changed = change.changed;
    Email email;
    if (changed.flag) {
        auto read = email_from_flags(m_known, change.uid, change.flags);
        if (!read)
            return read;
        email = std::move(*read);
    } else {
        set_flags(email, change.flags);
        email.flag.reset();
    }
    if (!changed.read)
        email.read.reset();
    if (!changed.categories)
        email.categories.reset();
    if (!changed.last_verb)
        email.last_verb_executed.reset();
    else if (!email.last_verb_executed)
        email.last_verb_executed = 0; // MS-ASEMAIL 2.2.2.44: unknown
    return email;
}

Result<void> MailCollectionSync::send_changes(size_t window, CollectionResult &result)
{
    auto requested = m_request.window_size.value_or(default_window);
    auto limit = std::min(window, requested == 0 || requested > largest_window ? largest_window : requested);
    m_delivery.note_request(m_is_repeated, limit);
    limit = m_delivery.limit(limit);
    auto options = m_options.body;
    auto changes = next_changes(limit + 1, options); // one more tells whether there are more
    if (!changes)
        return changes.error();
    bool more = changes->size() > limit;
    if (more)
        changes->resize(limit);
    SyncChanges commands;
    size_t bytes = 0, unreadable = 0;
    for (auto &change : *changes) {
        auto sent = send_change(change, options, commands, bytes);
        if (!sent && may_be_postponed(change, sent.error()) && ++unreadable <= most_unreadable) {
            m_session.log_note += " UID " + std::to_string(change.uid) +
                                  " is left out for an hour: " + sent.error().message + ';';
            m_session.log_as_warning = true;
            m_engine.postpone(change.uid);
            continue;
        }
        if (!sent) {
            if (commands.size() == 0)
                return sent.error();
            more = true; // the client has what came before; the next request meets the error first
            break;
        }
        if (!*sent) {
            more = true;
            break;
        }
    }
    result.changes = commands.size();
    result.response.more_available = more;
    if (commands.size() != 0)
        result.response.commands = std::move(commands);
    return {};
}

bool MailCollectionSync::moved_with_its_conversation(Uid uid, Email const &email)
{
    auto const destination = m_conversations.destination(email);
    if (!destination)
        return false;
    auto const moved = m_known.move(uid, *destination);
    if (!moved) // the folder of the conversation may be gone, or full: the message stays
        m_session.log_note += " not moved with its conversation: " + moved.error().message;
    return static_cast<bool>(moved);
}

/// Another client cleared the flag: if it is set again one day, it is without the dates of this one.
void MailCollectionSync::forget_flag(MailChange const &change)
{
    if (!change.flags.has_keyword(complete_keyword))
        (void)m_known.set_flags(change.uid, {.annotation = ""});
}

/// What to tell, without a message that the device cannot digest; `options` are for the first of them.
Result<std::vector<MailChange>> MailCollectionSync::next_changes(size_t limit, BodyOptions &options)
{
    auto changes = m_engine.changes(limit);
    if (!changes || changes->empty() || changes->front().kind != MailChange::Kind::add)
        return changes;
    auto uid = changes->front().uid;
    switch (m_delivery.form_of(uid)) {
    case Delivery::Form::whole:
        return changes;
    case Delivery::Form::without_body:
        options = without_body(options);
        return changes;
    case Delivery::Form::left_out:
        break;
    }
    m_session.log_note += "UID " + std::to_string(uid) + " of folder " + m_folder_id +
                          " is left out: again and again the device does not take the answer with it";
    m_session.log_as_warning = true;
    m_engine.drop(uid);
    return m_engine.changes(limit);
}

/// False if the answer is full.
Result<bool> MailCollectionSync::send_change(MailChange const &change, BodyOptions const &options,
                                             SyncChanges &commands, size_t &bytes)
{
    auto id = message_id(m_folder_id, change.uid);
    switch (change.kind) {
    case MailChange::Kind::remove:
        commands.deletes.push_back({std::move(id)});
        break;
    case MailChange::Kind::soft_delete:
        commands.soft_deletes.push_back({std::move(id)});
        break;
    case MailChange::Kind::change:
        if (!change.whole) {
            auto email = changed_properties(change);
            if (!email && email.error().kind == ErrorKind::not_found)
                return true; // it went in this moment: the next Sync tells that
            if (!email)
                return email.error();
            commands.changes.push_back({std::move(id), std::move(*email)});
            if (change.changed.flag && !change.flags.flagged)
                forget_flag(change);
            break;
        }
        [[fallthrough]];
    case MailChange::Kind::add: {
        if (bytes >= answer_bytes)
            return false;
        auto item = new_email(change.uid, options);
        if (!item && item.error().kind == ErrorKind::not_found) {
            m_engine.drop(change.uid);
            return true;
        }
        if (!item)
            return item.error();
        if (!change.whole && moved_with_its_conversation(change.uid, *item)) {
            m_engine.drop(change.uid);
            return true;
        }
        bytes += body_bytes(*item);
        if (item->date_received)
            m_engine.note_received(*item->date_received);
        (change.whole ? commands.changes : commands.adds).push_back({std::move(id), std::move(*item)});
        break;
    }
    }
    m_engine.told(change);
    return true;
}

/// Takes over the options that the request sets; without any, `options` stay as they are. A Status.
int take_options(SyncCollectionRequest const &request, CollectionOptions &options)
{
    bool taken = false;
    options.whole_conversations = request.conversation_mode.value_or(options.whole_conversations);
    for (auto &given : request.options) {
        if (given.item_class && equals_ignoring_case(*given.item_class, "SMS"))
            continue; // MS-ASCMD 2.2.3.27.5: may stand beside Email; there are no SMS here
        if (std::exchange(taken, true))
            return sync_status::protocol_error;
        options.filter_type = given.filter_type.value_or(0);
        options.conflict = given.conflict.value_or(1);
        if (options.filter_type > 5) // MS-ASCMD 2.2.3.68.2: not for email
            return sync_status::protocol_error;
        if (given.body_part_preference && given.body_part_preference->type != BodyType::html)
            return sync_status::body_part_type;
        options.body.body_preferences = given.body_preferences;
        options.body.body_part_preference = given.body_part_preference;
        options.body.mime_support = given.mime_support.value_or(0);
        options.body.mime_truncation = given.mime_truncation;
    }
    return sync_status::success;
}

CollectionResult failed(SyncCollectionRequest const &request, int status)
{
    CollectionResult result;
    bool keeps_key = request.sync_key && status != sync_status::invalid_sync_key;
    result.response.sync_key = keeps_key ? *request.sync_key : std::string("0");
    result.response.collection_id = request.collection_id.value_or("");
    result.response.status = status;
    return result;
}

/// What could not be done; the last such error of a request stands in its line of the log.
CollectionResult failed(Session &session, SyncCollectionRequest const &request, int status,
                        Error const &error)
{
    session.log_note =
        "collection=" + *request.collection_id + " status=" + std::to_string(status) + ' ' + error.message;
    session.log_as_warning |= status == sync_status::server_error;
    return failed(request, status);
}

CollectionResult failed(Session &session, SyncCollectionRequest const &request, Error const &error)
{
    return failed(session, request, collection_status_of(error.kind), error);
}

CollectionResult start(Session &session, SyncCollectionRequest const &request)
{
    if (request.get_changes.value_or(false) || request.commands)
        return failed(request, sync_status::protocol_error);
    CollectionState state;
    if (auto status = take_options(request, state.options); status != sync_status::success)
        return failed(request, status);
    if (auto status = session.ports.mail.status(*request.collection_id); !status)
        return failed(session, request, status.error());
    state.current.sync_key = first_sync_key();
    auto key = mail_state_key(session.device, *request.collection_id);
    if (auto saved = session.ports.state.set(key, serialize(state)); !saved)
        return failed(session, request, sync_status::server_error, saved.error());
    CollectionResult result;
    result.response.sync_key = state.current.sync_key;
    result.response.collection_id = *request.collection_id;
    return result;
}

/// Keeps `state` under a new key where something was said, under the old one where only options changed or
/// the mailbox in a way that the device does not show: what was looked at need not be looked at again.
Result<void> finish(Session &session, SyncCollectionRequest const &request, CollectionState &state,
                    bool options_changed, MailSnapshot const &snapshot, CollectionResult &result)
{
    auto base_key = *request.sync_key;
    result.silent = result.changes == 0 && !result.response.more_available && !request.commands;
    result.response.sync_key = base_key;
    if (!result.silent || result.changes != 0) {
        state.advance(base_key, snapshot);
        result.response.sync_key = state.current.sync_key;
    } else if (!state.replace(base_key, snapshot) && !options_changed) {
        return {};
    }
    return session.ports.state.set(mail_state_key(session.device, *request.collection_id), serialize(state));
}

} // namespace

ShownProperties shown_properties(ProtocolVersion version)
{
    bool known = version >= v14_0;
    return {.read = true, .flag = true, .categories = known, .last_verb = known};
}

std::string mail_state_key(Device const &device, FolderId const &folder)
{
    return device_key(device, "mail-" + folder);
}

CollectionResult sync_collection(Session &session, SyncCollectionRequest const &request, size_t window)
{
    if (!request.sync_key || request.sync_key->empty() || !request.collection_id)
        return failed(request, sync_status::protocol_error);
    if (*request.sync_key == "0")
        return start(session, request);
    auto status = session.ports.mail.status(*request.collection_id);
    if (!status)
        return failed(session, request, status.error());
    auto state = load_collection(session.ports.state, mail_state_key(session.device, *request.collection_id),
                                 *request.sync_key);
    if (!state)
        return failed(session, request, sync_status::server_error, state.error());
    auto *base = *state ? (*state)->find(*request.sync_key) : nullptr;
    if (!base)
        return failed(request, sync_status::invalid_sync_key);
    auto kept_options = (*state)->options;
    if (auto refused = take_options(request, (*state)->options); refused != sync_status::success)
        return failed(request, refused);
    bool options_changed = (*state)->options != kept_options;

    CollectionResult result;
    result.response.sync_key = *request.sync_key;
    result.response.collection_id = *request.collection_id;
    if (!request.commands && !options_changed &&
        surely_unchanged(base->snapshot, *status, (*state)->options.filter(), session.ports.clock.now())) {
        result.silent = true;
        return result;
    }
    auto folder = session.ports.mail.open(*request.collection_id);
    if (!folder)
        return failed(session, request, folder.error());
    MailCollectionSync sync(session, request, *request.collection_id, **folder, **state, *base);
    if (auto done = sync.run(window, result); !done)
        return failed(session, request, done.error());
    if (auto kept = finish(session, request, **state, options_changed, sync.snapshot(), result); !kept)
        return failed(session, request, sync_status::server_error, kept.error());
    return result;
}

Result<bool> has_changes(Session &session, FolderId const &folder_id, CollectionState const &state)
{
    auto &snapshot = state.current.snapshot;
    auto now = session.ports.clock.now();
    auto status = session.ports.mail.status(folder_id);
    if (!status)
        return status.error();
    if (surely_unchanged(snapshot, *status, state.options.filter(), now))
        return false;
    auto folder = session.ports.mail.open(folder_id);
    if (!folder)
        return folder.error();
    KnownFolder known(**folder, state.drafts);
    MailSync engine(known, snapshot, state.options.filter(), now, shown_properties(session.version));
    if (auto refreshed = engine.refresh(); !refreshed)
        return refreshed.error().kind == ErrorKind::conflict ? Result<bool>(true) : refreshed.error();
    auto found = engine.changes(1);
    if (!found)
        return found.error();
    return !found->empty();
}

} // namespace eas
