// Sync: the request as a whole. MS-ASCMD 2.2.1.21, 2.2.3.177.17. An empty request and a partial one
// repeat what the last request named, with the SyncKeys that it had (2.2.1.21.1, 2.2.3.131): where its answer
// told of changes, that answer was lost, or the client would say which keys it has. A request that waits and
// has nothing to tell is parked by the host and run again when something changed.
#include "commands/sync.h"
#include "commands/body-preferences.h"
#include "commands/hierarchy.h"
#include "commands/sync-collection.h"
#include "sync/item-class.h"
#include "sync/sync-messages.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

constexpr size_t most_collections = 300;
constexpr size_t most_operations = 200;  // MS-ASCMD 3.1.5.10
constexpr uint32_t largest_window = 512; // MS-ASCMD 2.2.3.199
constexpr int64_t longest_wait_minutes = 59, shortest_wait_minutes = 1;
constexpr int64_t longest_heartbeat_seconds = 3540, shortest_heartbeat_seconds = 60; // MS-ASCMD 2.2.3.97

SyncResponse failed(int status, std::optional<int> limit = {})
{
    SyncResponse response;
    response.status = status;
    response.limit = limit;
    return response;
}

/// The nearest value that is allowed, if `value` is not.
std::optional<int> out_of_range(std::optional<int64_t> value, int64_t lowest, int64_t highest)
{
    if (!value || (*value >= lowest && *value <= highest))
        return {};
    return static_cast<int>(std::clamp(*value, lowest, highest));
}

/// The key that the last request had. It is written down only where nothing changed since, or each Sync would
/// cost a write more: else it is the one before the last.
std::string repeated_key(Session &session, CachedCollection const &cached, bool got_last_answer)
{
    auto const keys = last_sync_keys(session, cached.id);
    if (keys.empty())
        return "never given"; // no key that we ever gave out: answered with status 3
    if (got_last_answer || keys.front() == cached.settled_key)
        return keys.front();
    return keys.size() > 1 ? keys[1] : "0";
}

/// What an empty or partial request means.
SyncCollectionRequest from_cache(Session &session, CachedCollection const &cached, bool got_last_answer)
{
    SyncCollectionRequest request;
    request.collection_id = cached.id;
    request.sync_key = repeated_key(session, cached, got_last_answer);
    if (request.sync_key != "0")
        request.get_changes = cached.get_changes;
    if (cached.window_size != 0)
        request.window_size = cached.window_size;
    return request;
}

std::string settled_key(Device const &device, std::string const &collection_id)
{
    auto const cached = std::ranges::find(device.cached_collections, collection_id, &CachedCollection::id);
    return cached == device.cached_collections.end() ? "" : cached->settled_key;
}

/// Whether a partial request has a key that only the last answer gave.
bool has_key_of_last_answer(Session &session, std::vector<SyncCollectionRequest> const &given)
{
    return std::ranges::any_of(given, [&](SyncCollectionRequest const &collection) {
        auto const id = collection.collection_id.value_or("");
        auto const cached = std::ranges::find(session.device.cached_collections, id, &CachedCollection::id);
        if (cached == session.device.cached_collections.end() || collection.sync_key == cached->settled_key)
            return false;
        auto const keys = last_sync_keys(session, id);
        return !keys.empty() && collection.sync_key == keys.front();
    });
}

/// The client is told that nothing changed: it knows that key.
void note_settled(Device &device, SyncCollectionRequest const &collection)
{
    for (auto &cached : device.cached_collections)
        if (cached.id == collection.collection_id)
            cached.settled_key = *collection.sync_key;
}

bool has_operations(std::vector<SyncCollectionRequest> const &collections)
{
    return std::ranges::any_of(collections, [](auto &collection) { return collection.commands.has_value(); });
}

/// What a request says of the whole; a request that repeats says only what changed. MS-ASCMD 2.2.3.131.
struct WholeRequest {
    uint32_t window_size = 0, wait_seconds = 0; ///< 0: none
};

WholeRequest whole_request(Device const &device, SyncRequest const &request, bool repeats)
{
    WholeRequest whole;
    if (repeats)
        whole = {device.cached_window_size, device.cached_wait_seconds};
    if (request.window_size)
        whole.window_size = *request.window_size;
    if (request.wait_minutes)
        whole.wait_seconds = static_cast<uint32_t>(*request.wait_minutes * 60);
    if (request.heartbeat_seconds)
        whole.wait_seconds = static_cast<uint32_t>(*request.heartbeat_seconds);
    return whole;
}

/// A later request without Collections, or with some of them, starts from what this one says.
void remember(Device &device, std::vector<SyncCollectionRequest> const &collections,
              WholeRequest const &whole)
{
    std::vector<CachedCollection> cached;
    for (auto &collection : collections) {
        auto const id = collection.collection_id.value_or("");
        cached.push_back({id, collection.window_size.value_or(0), collection.get_changes.value_or(true),
                          settled_key(device, id)});
    }
    device.cached_collections = std::move(cached);
    device.cached_had_operations = has_operations(collections);
    device.cached_window_size = whole.window_size;
    device.cached_wait_seconds = whole.wait_seconds;
}

/// The collections that the request means: its own, then for a partial one those of the last request.
std::vector<SyncCollectionRequest> collections_of(Session &session, SyncRequest const &request, bool repeats)
{
    std::vector<SyncCollectionRequest> collections;
    if (request.collections)
        collections = *request.collections;
    if (!repeats)
        return collections;
    bool const got_last_answer = has_key_of_last_answer(session, collections);
    for (auto &cached : session.device.cached_collections)
        if (std::ranges::none_of(collections, [&](auto &given) { return given.collection_id == cached.id; }))
            collections.push_back(from_cache(session, cached, got_last_answer));
    return collections;
}

size_t count_operations(std::vector<SyncCollectionRequest> const &collections)
{
    size_t count = 0;
    for (auto &collection : collections)
        if (auto &given = collection.commands)
            count +=
                given->adds.size() + given->changes.size() + given->deletes.size() + given->fetches.size();
    return count;
}

/// MS-ASCMD 2.2.3.7.2: the whole request is refused.
bool changes_recipients(std::vector<SyncCollectionRequest> const &collections)
{
    return std::ranges::any_of(collections, [](SyncCollectionRequest const &collection) {
        auto const &given = collection.commands;
        return given && collection.collection_id == recipient_information_cache &&
               !(given->adds.empty() && given->changes.empty() && given->deletes.empty());
    });
}

/// Parks the request: the answer that is given if nothing happens is the empty one.
SyncResponse wait_for_changes(Session &session, std::vector<SyncCollectionRequest> const &collections,
                              uint32_t seconds)
{
    Wait wait;
    wait.seconds = session.wait_left_seconds.value_or(seconds);
    for (auto &collection : collections)
        watch_collection(session, *collection.collection_id, wait);
    session.wait = std::move(wait);
    return {};
}

Result<SyncResponse> sync(Session &session, SyncRequest const &request)
{
    bool const says_more = request.wait_minutes || request.heartbeat_seconds || request.window_size;
    bool const empty = !request.collections && !request.partial && !says_more;
    if (!empty && !request.collections && !request.partial)
        return failed(sync_status::protocol_error);
    if (request.wait_minutes && request.heartbeat_seconds)
        return failed(sync_status::protocol_error);
    if (auto limit = out_of_range(request.wait_minutes, shortest_wait_minutes, longest_wait_minutes))
        return failed(sync_status::wait_out_of_range, limit);
    if (auto limit =
            out_of_range(request.heartbeat_seconds, shortest_heartbeat_seconds, longest_heartbeat_seconds))
        return failed(sync_status::wait_out_of_range, limit);
    if (request.collections && request.collections->size() > most_collections)
        return failed(sync_status::too_many_collections, static_cast<int>(most_collections));

    auto &device = session.device;
    bool const repeats = empty || request.partial;
    if (repeats && (device.cached_collections.empty() || (empty && device.cached_had_operations)))
        return failed(sync_status::request_incomplete);
    if (request.partial && !request.collections && !says_more) // MS-ASCMD 2.2.3.131
        return failed(sync_status::protocol_error);
    auto collections = collections_of(session, request, repeats);
    if (collections.size() > most_collections)
        return failed(sync_status::too_many_collections, static_cast<int>(most_collections));
    if (count_operations(collections) > most_operations || changes_recipients(collections))
        return failed(sync_status::protocol_error);
    auto const whole = whole_request(device, request, repeats);
    AnswerRoom room;
    room.changes =
        whole.window_size == 0 || whole.window_size > largest_window ? largest_window : whole.window_size;
    if (!empty)
        remember(device, collections, whole);

    SyncResponse response;
    bool failures = false;
    for (auto &collection : collections) {
        auto result = sync_collection(session, collection, room);
        failures |= result.response.status != sync_status::success;
        if (result.silent) {
            note_settled(device, collection);
            continue;
        }
        if (!response.collections)
            response.collections.emplace();
        response.collections->push_back(std::move(result.response));
    }
    if (!response.collections && whole.wait_seconds != 0 && !failures && !has_operations(collections))
        return wait_for_changes(session, collections, whole.wait_seconds);
    return response;
}

/// The order of elements in a Collection. Class has no place in it. MS-ASCMD 2.2.3.179.
constexpr std::array collection_order{
    Tag::AirSync_SyncKey,          Tag::AirSync_CollectionId, Tag::AirSync_Supported,
    Tag::AirSync_DeletesAsMoves,   Tag::AirSync_GetChanges,   Tag::AirSync_WindowSize,
    Tag::AirSync_ConversationMode, Tag::AirSync_Options,      Tag::AirSync_Commands,
};

Error wrong(Element const &element, std::string_view what)
{
    return {ErrorKind::bad_request, std::string(local_name(element.tag)) + ' ' + std::string(what)};
}

Result<void> check_collection(Element const &collection)
{
    auto last = collection_order.begin();
    bool is_first = true;
    for (Element const &element : collection.children) {
        auto const place = std::ranges::find(collection_order, element.tag);
        if (place == collection_order.end())
            continue;
        if (place < last)
            return wrong(element, "comes too late");
        if (!is_first && place == last && element.tag != Tag::AirSync_Options)
            return wrong(element, "comes twice");
        last = place;
        is_first = false;
        if (element.tag == Tag::AirSync_Commands && element.children.empty()) // MS-ASCMD 2.2.3.32
            return wrong(element, "has no operation");
        if (element.tag == Tag::AirSync_Options)
            if (auto checked = check_preferences(element); !checked)
                return checked;
    }
    return {};
}

/// What the schema does not say. bad_request: Status 4.
Result<void> check_document(Element const &document)
{
    if (document.children.empty()) // only a request without body is an empty one: MS-ASCMD 2.2.1.21.1
        return wrong(document, "has neither Collections nor Partial");
    auto const *const collections = document.child(Tag::AirSync_Collections);
    if (collections && collections->children.empty()) // MS-ASCMD 2.2.3.29.2
        return wrong(*collections, "has no Collection");
    if (collections)
        for (Element const &collection : collections->children)
            if (auto checked = check_collection(collection); !checked)
                return checked;
    return {};
}

} // namespace

Result<void> run_sync(Session &session, Element const *document, CommandOutput &output)
{
    if (document)
        if (auto checked = check_document(*document); !checked)
            return checked;
    return run_typed<Tag::AirSync_Sync, SyncRequest, SyncResponse, sync>(session, document, output);
}

} // namespace eas
