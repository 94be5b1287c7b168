// See sync-collection.h.
#include "commands/sync-collection.h"
#include "base/text.h"
#include "commands/sync-items.h"
#include "commands/sync-mail.h"
#include "services/meeting-intake.h"
#include <utility>

namespace eas {

int item_status_of(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::bad_request:
    case ErrorKind::too_large:
        return sync_status::conversion_error; // "stop sending the item"
    case ErrorKind::not_found:
        return sync_status::not_found;
    case ErrorKind::exists:
    case ErrorKind::conflict:
    case ErrorKind::denied:
        return sync_status::conflict; // the server's version stays; the client is shown it again
    case ErrorKind::quota:
        return sync_status::out_of_space;
    case ErrorKind::temporary:
        break;
    }
    return sync_status::server_error;
}

namespace {

constexpr size_t longest_sync_key = 64; // MS-ASCMD 2.2.3.181.4

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

} // namespace

CollectionResult failed_collection(SyncCollectionRequest const &request, int status)
{
    CollectionResult result;
    bool keeps_key = request.sync_key && request.sync_key->size() <= longest_sync_key &&
                     status != sync_status::invalid_sync_key;
    result.response.sync_key = keeps_key ? *request.sync_key : std::string("0");
    result.response.collection_id = request.collection_id.value_or("");
    result.response.status = status;
    return result;
}

CollectionResult failed_collection(Session &session, SyncCollectionRequest const &request, int status,
                                   Error const &error)
{
    session.log_note =
        "collection=" + *request.collection_id + " status=" + std::to_string(status) + ' ' + error.message;
    session.log_as_warning |= status == sync_status::server_error;
    return failed_collection(request, status);
}

CollectionResult failed_collection(Session &session, SyncCollectionRequest const &request, Error const &error)
{
    return failed_collection(session, request, collection_status_of(error.kind), error);
}

Error unknown_sync_key(bool has_state)
{
    return {ErrorKind::conflict, has_state ? "the SyncKey is neither the last one nor that before it"
                                           : "nothing is stored: the device begins with this collection"};
}

namespace {

bool are_for_sms(SyncOptions const &options)
{
    return options.item_class && equals_ignoring_case(*options.item_class, "SMS");
}

/// Takes over the options that the request sets; without any, `options` stay as they are. A Status.
int take_options(SyncCollectionRequest const &request, ProtocolVersion version, CollectionOptions &options)
{
    if (!are_for_mail(request.options, version))
        return sync_status::protocol_error;
    options.whole_conversations = request.conversation_mode.value_or(options.whole_conversations);
    for (auto &given : request.options) {
        if (are_for_sms(given)) // there are none
            continue;
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

CollectionResult start(Session &session, SyncCollectionRequest const &request)
{
    if (request.get_changes.value_or(false) || request.commands)
        return failed_collection(request, sync_status::protocol_error);
    CollectionState state;
    if (auto status = take_options(request, session.version, state.options); status != sync_status::success)
        return failed_collection(request, status);
    if (auto status = session.ports.mail.status(*request.collection_id); !status)
        return failed_collection(session, request, status.error());
    state.current.sync_key = first_sync_key();
    auto key = mail_state_key(session.device, *request.collection_id);
    if (auto saved = session.ports.state.set(key, serialize(state)); !saved)
        return failed_collection(session, request, sync_status::server_error, saved.error());
    CollectionResult result;
    result.response.sync_key = state.current.sync_key;
    result.response.collection_id = *request.collection_id;
    return result;
}

/// conflict: there is no state that knows `sync_key`. `key` is the StateStore's.
Result<CollectionState> parse(std::optional<std::string> const &stored, std::string const &key,
                              std::string_view sync_key, StateParts parts)
{
    if (!stored)
        return unknown_sync_key(false);
    auto state = parse_collection_state(*stored, sync_key, parts);
    if (!state)
        return Error{ErrorKind::conflict, "what is stored cannot be read: " + key};
    if (!state->find(sync_key))
        return unknown_sync_key(true);
    return std::move(*state);
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
    } else {
        bool const replaced = state.replace(base_key, snapshot), settled = state.settle(base_key);
        if (!replaced && !settled && !options_changed)
            return {};
    }
    return session.ports.state.set(mail_state_key(session.device, *request.collection_id), serialize(state));
}

} // namespace

bool are_for_mail(std::vector<SyncOptions> const &options, ProtocolVersion version)
{
    size_t of_sms = 0, of_mail = 0;
    for (auto &given : options) {
        bool const is_mail = !given.item_class || equals_ignoring_case(*given.item_class, "Email");
        bool const is_sms = version >= v14_0 && are_for_sms(given);
        if (!is_mail && !is_sms)
            return false;
        ++(is_sms ? of_sms : of_mail);
    }
    return of_sms <= 1 && of_mail <= 1;
}

ShownProperties shown_properties(ProtocolVersion version)
{
    bool known = version >= v14_0;
    return {.read = true, .flag = true, .categories = known, .last_verb = known};
}

std::string mail_state_key(Device const &device, FolderId const &folder)
{
    return device_key(device, "mail-" + folder);
}

namespace {

CollectionResult sync_mail(Session &session, SyncCollectionRequest const &request, AnswerRoom &room)
{
    if (request.item_class && !equals_ignoring_case(*request.item_class, "Email"))
        return failed_collection(request, sync_status::protocol_error);
    if (*request.sync_key == "0")
        return start(session, request);
    auto status = session.ports.mail.status(*request.collection_id);
    if (!status)
        return failed_collection(session, request, status.error());
    auto const key = mail_state_key(session.device, *request.collection_id);
    auto stored = session.ports.state.get(key);
    if (!stored)
        return failed_collection(session, request, sync_status::server_error, stored.error());
    auto state = parse(*stored, key, *request.sync_key, StateParts::without_sets);
    if (!state)
        return failed_collection(session, request, state.error());
    auto kept_options = state->options;
    if (auto refused = take_options(request, session.version, state->options);
        refused != sync_status::success)
        return failed_collection(request, refused);
    bool options_changed = state->options != kept_options;

    CollectionResult result;
    result.response.sync_key = *request.sync_key;
    result.response.collection_id = *request.collection_id;
    bool const has_last_key = *request.sync_key == state->current.sync_key;
    if (!request.commands && !options_changed && has_last_key &&
        surely_unchanged(state->current.snapshot, *status, state->options.filter(),
                         session.ports.clock.now()) &&
        !has_untaken_messages(session, *request.collection_id)) {
        result.silent = true;
        return result;
    }
    auto options = std::move(state->options);
    state = parse(*stored, key, *request.sync_key, StateParts::all);
    if (!state)
        return failed_collection(session, request, state.error());
    state->options = std::move(options);
    auto folder = session.ports.mail.open(*request.collection_id);
    if (!folder)
        return failed_collection(session, request, folder.error());
    MailCollectionSync sync(session, request, *request.collection_id, **folder, *state,
                            *state->find(*request.sync_key), room);
    if (auto done = sync.run(result); !done)
        return failed_collection(session, request, done.error());
    if (auto kept = finish(session, request, *state, options_changed, sync.snapshot(), result); !kept)
        return failed_collection(session, request, sync_status::server_error, kept.error());
    return result;
}

} // namespace

CollectionResult sync_collection(Session &session, SyncCollectionRequest const &request, AnswerRoom &room)
{
    if (!request.sync_key || request.sync_key->empty() || !request.collection_id)
        return failed_collection(request, sync_status::protocol_error);
    auto const items = parse_item_collection_id(*request.collection_id);
    return items ? sync_items(session, request, *items, room) : sync_mail(session, request, room);
}

std::string collection_state_key(Device const &device, std::string const &collection_id)
{
    auto const items = parse_item_collection_id(collection_id);
    return items ? item_state_key(device, *items) : mail_state_key(device, collection_id);
}

std::vector<std::string> last_sync_keys(Session &session, std::string const &collection_id)
{
    auto const key = collection_state_key(session.device, collection_id);
    std::vector<std::string> keys;
    if (!parse_item_collection_id(collection_id)) {
        auto const stored = session.ports.state.get(key);
        return stored && *stored ? stored_sync_keys(**stored) : keys;
    }
    auto state = StoredItemState::load(session.ports.state, key);
    if (!state || !*state)
        return keys;
    auto const &head = (*state)->head();
    keys.push_back(head.current.sync_key);
    if (head.previous)
        keys.push_back(head.previous->sync_key);
    return keys;
}

Result<bool> collection_changed(Session &session, std::string const &collection_id)
{
    if (auto const items = parse_item_collection_id(collection_id))
        return items_changed(session, *items);
    return has_changes(session, collection_id);
}

Result<bool> has_changes(Session &session, FolderId const &folder_id)
{
    auto now = session.ports.clock.now();
    auto status = session.ports.mail.status(folder_id);
    if (!status)
        return status.error();
    auto stored = session.ports.state.get(mail_state_key(session.device, folder_id));
    if (!stored)
        return stored.error();
    if (!*stored)
        return false;
    auto known = parse_collection_state(**stored, {}, StateParts::without_sets);
    if (known && surely_unchanged(known->current.snapshot, *status, known->options.filter(), now))
        return false;
    auto state = known ? parse_collection_state(**stored) : std::nullopt;
    if (!state)
        return true; // the Sync that follows says so
    auto folder = session.ports.mail.open(folder_id);
    if (!folder)
        return folder.error();
    KnownFolder drafts_known(**folder, state->drafts);
    MailSync engine(drafts_known, state->current.snapshot, state->options.filter(), now,
                    shown_properties(session.version));
    if (auto refreshed = engine.refresh(); !refreshed)
        return refreshed.error().kind == ErrorKind::conflict ? Result<bool>(true) : refreshed.error();
    auto found = engine.changes(1);
    if (!found)
        return found.error();
    return !found->empty();
}

} // namespace eas
