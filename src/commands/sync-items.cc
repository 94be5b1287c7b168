// See sync-items.h.
#include "commands/sync-items.h"
#include "base/text.h"
#include "commands/arrived-meetings.h"
#include "services/item-stores.h"
#include "sync/sync-key.h"

namespace eas {

namespace {

/// Whether a FilterType is for that class. MS-ASCMD 2.2.3.68.2; contacts, notes and recipients have none,
/// which is no error.
bool is_filter_type(ItemClass item_class, int filter_type)
{
    switch (item_class) {
    case ItemClass::calendar:
        return filter_type == 0 || (filter_type >= 4 && filter_type <= 7);
    case ItemClass::tasks:
        return filter_type == 0 || filter_type == 8;
    case ItemClass::contacts:
    case ItemClass::notes:
    case ItemClass::recipients:
        break;
    }
    return true;
}

/// Takes over the options that the request sets; without any, `options` stay as they are. A Status.
int take_options(ItemClass item_class, std::vector<SyncOptions> const &given, CollectionOptions &options)
{
    if (given.empty())
        return sync_status::success;
    auto const &first = given.front();
    bool const is_of_class =
        !first.item_class || equals_ignoring_case(*first.item_class, row_of(item_class).name);
    if (given.size() > 1 || !is_of_class || !is_filter_type(item_class, first.filter_type.value_or(0)))
        return sync_status::protocol_error;
    options.filter_type = first.filter_type.value_or(0);
    if (item_class != ItemClass::calendar && item_class != ItemClass::tasks)
        options.filter_type = 0;
    if (item_class == ItemClass::recipients)
        options.max_items = first.max_items;
    options.conflict = first.conflict.value_or(1);
    options.body.body_preferences = first.body_preferences;
    options.body.mime_support = first.mime_support.value_or(0);
    options.body.mime_truncation = first.mime_truncation;
    return sync_status::success;
}

SupportedProperties supported_by(SyncCollectionRequest const &request)
{
    SupportedProperties supported{.is_sent = request.supported.has_value(), .managed = {}};
    if (request.supported)
        for (auto const &child : request.supported->children)
            supported.managed.push_back(child.tag);
    return supported;
}

/// One that is there but out of reach is no change of the hierarchy: a client that looked there would find
/// none, and come back at once.
CollectionResult failed_items(Session &session, SyncCollectionRequest const &request, Error const &error)
{
    int const status =
        error.kind == ErrorKind::not_found ? sync_status::hierarchy_changed : sync_status::server_error;
    return failed_collection(session, request, status, error);
}

/// What is out of reach is quiet: a phone goes on waiting for all else.
Result<bool> quiet_unless_gone(Session &session, ItemId const &collection, Error const &error)
{
    if (error.kind == ErrorKind::not_found)
        return error;
    session.log_note += " " + item_collection_id(collection.item_class, collection.collection) +
                        " is out of reach: " + error.message + ';';
    session.log_as_warning = true;
    return false;
}

/// What happened elsewhere and changes the collection.
void look_outside(Session &session, ItemId const &collection)
{
    if (collection.item_class == ItemClass::calendar)
        take_arrived_meetings(session);
}

/// Key 0: what the client has is forgotten.
CollectionResult start(Session &session, SyncCollectionRequest const &request, ItemId const &collection)
{
    if (request.get_changes.value_or(false) || request.commands)
        return failed_collection(request, sync_status::protocol_error);
    if (request.supported && collection.item_class == ItemClass::notes) // MS-ASNOTE 3.2.5.3
        return failed_collection(request, sync_status::protocol_error);
    look_outside(session, collection);
    ItemState state;
    state.supported = supported_by(request);
    if (auto const status = take_options(collection.item_class, request.options, state.options);
        status != sync_status::success)
        return failed_collection(request, status);
    auto const opened = open_items(session, collection);
    if (!opened)
        return failed_items(session, request, opened.error());
    state.current.sync_key = first_sync_key();
    auto const key = item_state_key(session.device, collection);
    if (auto const saved = session.ports.state.set(key, serialize(state)); !saved)
        return failed_collection(session, request, sync_status::server_error, saved.error());
    CollectionResult result;
    result.response.sync_key = state.current.sync_key;
    result.response.collection_id = *request.collection_id;
    return result;
}

/// Keeps `state` under a new key where something was said, under the old one where only options changed or
/// the store in a way that the device does not show: what was looked at need not be looked at again.
Result<void> finish(Session &session, SyncCollectionRequest const &request, ItemId const &collection,
                    ItemState &state, bool options_changed, ItemSnapshot snapshot, CollectionResult &result)
{
    auto const &base_key = *request.sync_key;
    result.silent = result.changes == 0 && !result.response.more_available && !request.commands;
    result.response.sync_key = base_key;
    if (!result.silent) {
        state.advance(base_key, std::move(snapshot));
        result.response.sync_key = state.current.sync_key;
    } else {
        bool const differs = state.find(base_key)->snapshot != snapshot;
        if (differs)
            state.replace(base_key, std::move(snapshot));
        if (!state.settle(base_key) && !differs && !options_changed)
            return {};
    }
    return session.ports.state.set(item_state_key(session.device, collection), serialize(state));
}

} // namespace

std::string item_state_key(Device const &device, ItemId const &collection)
{
    return device_key(device, "items-" + item_collection_id(collection.item_class, collection.collection));
}

ItemCollectionSync::ItemCollectionSync(Session &session, SyncCollectionRequest const &request,
                                       ItemId collection, ItemFolder &folder, ItemState &state,
                                       KeyedItems const &base, AnswerRoom &room)
    : m_session(session), m_request(request), m_collection(std::move(collection)), m_folder(folder),
      m_state(state), m_room(room), m_is_repeated(&base != &state.current), m_snapshot(base.snapshot),
      m_since(item_filter_start(state.options.filter_type, session.ports.clock.now()))
{
    m_folder.bodies_on_device = state.options.body;
}

Result<void> ItemCollectionSync::list()
{
    auto listing = m_folder.items();
    if (!listing)
        return listing.error();
    m_folder_version = std::move(listing->version);
    m_listed = std::move(listing->items);
    if (auto const most = m_state.options.max_items)
        m_listed.keep_first(*most);
    if (!listing->is_complete) // what is listed comes first
        m_snapshot.items.for_each([&](KnownItem const &known) { m_listed.add(known.id, known.version); });
    m_listed.sort();
    return {};
}

Result<void> ItemCollectionSync::run(CollectionResult &result)
{
    if (auto listed = list(); !listed)
        return listed;
    if (m_request.commands) {
        m_snapshot.writes.clear();
        SyncOutcomes outcomes;
        apply_operations(outcomes);
        if (!outcomes.empty())
            result.response.responses = std::move(outcomes);
        if (auto listed = list(); !listed) // what was done stays done, and is answered
            return {};
    }
    if (m_request.get_changes.value_or(true))
        return send_changes(result);
    return {};
}

CollectionResult sync_items(Session &session, SyncCollectionRequest const &request, ItemId const &collection,
                            AnswerRoom &room)
{
    if (request.item_class && !equals_ignoring_case(*request.item_class, row_of(collection.item_class).name))
        return failed_collection(request, sync_status::protocol_error);
    if (request.conversation_mode) // MS-ASCMD 2.2.3.36.2: of mail only
        return failed_collection(request, sync_status::protocol_error);
    if (*request.sync_key == "0")
        return start(session, request, collection);
    auto stored = StoredItemState::load(session.ports.state, item_state_key(session.device, collection));
    if (!stored)
        return failed_collection(session, request, stored.error());
    auto *base = *stored ? (*stored)->head().find(*request.sync_key) : nullptr;
    look_outside(session, collection);
    auto opened = open_items(session, collection);
    if (!opened)
        return failed_items(session, request, opened.error());
    if (!base)
        return failed_collection(session, request, unknown_sync_key(stored->has_value()));
    auto options = (*stored)->head().options;
    if (auto const refused = take_options(collection.item_class, request.options, options);
        refused != sync_status::success)
        return failed_collection(request, refused);
    bool const options_changed = options != (*stored)->head().options;
    CollectionResult result;
    result.response.sync_key = *request.sync_key;
    result.response.collection_id = *request.collection_id;
    bool const has_last_key = base == &(*stored)->head().current;
    if (!request.commands && !options_changed && has_last_key && !base->snapshot.folder_version.empty()) {
        auto const version = opened->folder->version();
        if (!version)
            return failed_items(session, request, version.error());
        result.silent =
            surely_unchanged(base->snapshot, *version, options.filter_type, session.ports.clock.now());
        if (result.silent)
            return result;
    }
    auto state = std::move(**stored).read_items(*request.sync_key);
    if (!state)
        return failed_collection(session, request, state.error());
    state->options = std::move(options);
    ItemCollectionSync sync(session, request, collection, *opened->folder, *state,
                            *state->find(*request.sync_key), room);
    if (auto done = sync.run(result); !done)
        return failed_items(session, request, done.error());
    if (auto kept = finish(session, request, collection, *state, options_changed,
                           std::move(sync).take_snapshot(), result);
        !kept)
        return failed_collection(session, request, sync_status::server_error, kept.error());
    return result;
}

Result<bool> items_changed(Session &session, ItemId const &collection)
{
    auto stored = StoredItemState::load(session.ports.state, item_state_key(session.device, collection));
    if (!stored) // what cannot be read: the Sync that follows says so
        return stored.error().kind == ErrorKind::conflict ? Result<bool>(true) : stored.error();
    look_outside(session, collection);
    auto opened = open_items(session, collection);
    if (!opened)
        return quiet_unless_gone(session, collection, opened.error());
    if (!*stored)
        return false;
    auto &head = (*stored)->head();
    auto const version = opened->folder->version();
    if (!version)
        return quiet_unless_gone(session, collection, version.error());
    if (surely_unchanged(head.current.snapshot, *version, head.options.filter_type,
                         session.ports.clock.now()))
        return false;
    auto const key = head.current.sync_key;
    auto state = std::move(**stored).read_items(key);
    if (!state)
        return state.error().kind == ErrorKind::conflict ? Result<bool>(true) : state.error();
    SyncCollectionRequest const request;
    AnswerRoom room;
    auto const count =
        ItemCollectionSync(session, request, collection, *opened->folder, *state, state->current, room)
            .count(1);
    return count ? Result<bool>(*count != 0) : quiet_unless_gone(session, collection, count.error());
}

Result<std::optional<size_t>> count_item_changes(Session &session, ItemId const &collection,
                                                 std::string const &sync_key,
                                                 std::vector<SyncOptions> const &options)
{
    auto stored = StoredItemState::load(session.ports.state, item_state_key(session.device, collection));
    look_outside(session, collection);
    auto opened = open_items(session, collection);
    if (!stored || !opened)
        return stored ? opened.error() : stored.error();
    if (!*stored || sync_key == "0")
        return std::optional<size_t>();
    auto state = std::move(**stored).read_items(sync_key);
    if (!state)
        return state.error();
    auto *base = state->find(sync_key);
    if (!base)
        return Error{ErrorKind::conflict, "the SyncKey is unknown"};
    if (take_options(collection.item_class, options, state->options) != sync_status::success)
        return Error{ErrorKind::bad_request, "the options are not for that class"};
    SyncCollectionRequest const request;
    AnswerRoom room;
    auto const count = ItemCollectionSync(session, request, collection, *opened->folder, *state, *base, room)
                           .count(std::numeric_limits<size_t>::max());
    return count ? Result<std::optional<size_t>>(std::optional(*count)) : count.error();
}

} // namespace eas
