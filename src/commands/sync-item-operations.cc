// What the client adds, changes, deletes and fetches in a collection of items. See sync-items.h.
//
// A change is made to the version that the device has. If the item has another one, the Conflict option says
// whose stays; a deletion takes precedence over any change. MS-ASCMD 2.2.3.34.
#include "commands/sync-items.h"
#include "sync/operation-name.h"

namespace eas {

namespace {

constexpr int client_wins = 0; ///< Conflict: MS-ASCMD 2.2.3.34
constexpr int most_tries = 3;  ///< where another program writes at the same moment

/// The whole item, for a Fetch.
BodyOptions untruncated(BodyOptions options)
{
    for (auto &preference : options.body_preferences)
        preference.truncation_size.reset();
    return options;
}

/// What the published schema of the response has in Fetch, where nothing of MS-ASNOTE is: a note's body,
/// which is all of it that can have been truncated.
ApplicationData fetched(ApplicationData data)
{
    if (auto *note = std::get_if<Note>(&data)) {
        Note shown;
        shown.body = std::move(note->body);
        return shown;
    }
    return without_instance_id(std::move(data));
}

/// Whether a client that tries again would be refused again: then its view is put back.
bool is_final(ErrorKind kind)
{
    return kind != ErrorKind::temporary && kind != ErrorKind::quota && kind != ErrorKind::not_found;
}

} // namespace

void ItemCollectionSync::apply_operations(SyncOutcomes &outcomes)
{
    auto const &operations = *m_request.commands;
    for (auto const &operation : operations.changes)
        if (auto outcome = change(operation);
            outcome.status != sync_status::success || outcome.application_data || outcome.instance_id)
            outcomes.changes.push_back(std::move(outcome));
    for (auto const &operation : operations.deletes)
        if (auto outcome = remove(operation); outcome.status != sync_status::success || outcome.instance_id)
            outcomes.deletes.push_back(std::move(outcome));
    for (auto const &operation : operations.fetches)
        outcomes.fetches.push_back(fetch(operation));
    for (auto const &operation : operations.adds)
        outcomes.adds.push_back(add(operation));
}

/// The store's name of the item, if the ServerId is one of this collection.
std::optional<std::string> ItemCollectionSync::id_of(SyncOperation const &operation) const
{
    auto id = parse_item_id(operation.server_id.value_or(""));
    if (!id || id->item_class != m_collection.item_class || id->collection != m_collection.collection)
        return {};
    return std::move(id->item);
}

SyncOutcome ItemCollectionSync::failed(SyncOutcome outcome, Error const &error)
{
    outcome.status = item_status_of(error.kind);
    m_session.log_note += " item " + outcome.server_id.value_or(outcome.client_id.value_or("")) +
                          " status=" + std::to_string(outcome.status) + ": " + error.message + ';';
    return outcome;
}

/// The device has what it wrote.
void ItemCollectionSync::note_written(ItemFolder::Written const &written, std::string const &client_id)
{
    m_snapshot.writes.push_back({client_id, written.id, written.version});
    m_snapshot.put({written.id, written.differs ? std::string_view() : written.version,
                    KnownItem::Where::device, seconds_of(written.passes), seconds_of(written.again)});
}

SyncOutcome ItemCollectionSync::add(SyncOperation const &operation)
{
    SyncOutcome outcome{{}, operation.client_id.value_or(""), {}, {}, sync_status::success, {}};
    if (!operation.application_data || outcome.client_id->empty()) {
        outcome.status = sync_status::protocol_error;
        return outcome;
    }
    auto written = try_add(operation);
    if (!written)
        return failed(std::move(outcome), written.error());
    note_written(*written, *outcome.client_id);
    outcome.server_id = wire_id(written->id);
    outcome.application_data = std::move(written->answer);
    return outcome;
}

Result<ItemFolder::Written> ItemCollectionSync::try_add(SyncOperation const &operation)
{
    // This very request, whose answer was lost, may have made the item. If it is gone again, or another
    // program changed it, that stays, and what the store lists is told after this.
    auto const *before = m_is_repeated ? m_state.current.snapshot.find_add(*operation.client_id) : nullptr;
    auto const as_before = [&] {
        return ItemFolder::Written{before->item_id, before->version, false, {}, {}, {}};
    };
    if (before && m_listed.version_of(before->item_id) != std::string_view(before->version))
        return as_before();
    OperationName name;
    for (std::string const &piece :
         {m_session.device.id, *m_request.collection_id, *m_request.sync_key, *operation.client_id})
        name.add(piece);
    auto written = m_folder.add(*operation.application_data, name.text());
    if (!written && written.error().kind == ErrorKind::not_found && before) // it went in this moment
        return as_before();
    return written;
}

SyncOutcome ItemCollectionSync::change(SyncOperation const &operation)
{
    SyncOutcome outcome{{}, {}, operation.server_id.value_or(""), operation.instance_id, sync_status::success,
                        {}};
    auto const id = id_of(operation);
    if (!id || !m_snapshot.on_device(*id)) {
        outcome.status = sync_status::not_found;
        return outcome;
    }
    auto written = try_change(operation, *id);
    if (!written) {
        // After a conflict the device has what it had: it is told the other version, and what it writes
        // before is in conflict again.
        if (is_final(written.error().kind) && written.error().kind != ErrorKind::conflict)
            m_snapshot.make_stale(*id);
        return failed(std::move(outcome), written.error());
    }
    m_listed.put(*id, written->version);
    note_written(*written, "");
    outcome.application_data = std::move(written->answer);
    return outcome;
}

/// Whether the item is not what the device changed; what this very request wrote, when its answer was lost,
/// is.
bool ItemCollectionSync::is_in_conflict(std::string const &id, std::string const &version) const
{
    auto const device_has = m_snapshot.on_device(id)->version;
    bool const is_own_work = m_is_repeated && m_state.current.snapshot.wrote(id, version);
    return version != device_has && !device_has.empty() && !is_own_work;
}

Result<ItemFolder::Written> ItemCollectionSync::try_change(SyncOperation const &operation,
                                                           std::string const &id)
{
    for (int tries = 1;; tries++) {
        auto const listed = m_listed.version_of(id);
        if (!listed)
            return Error{ErrorKind::not_found, "the item is gone"};
        std::string const version(*listed);
        bool const is_removal = !operation.application_data, conflicts = is_in_conflict(id, version);
        if (!is_removal && m_state.options.conflict != client_wins && conflicts)
            return Error{ErrorKind::conflict, "the item was changed on the server, which wins"};
        auto const again = m_snapshot.on_device(id)->again_seconds;
        if (!is_removal && again && *again <= m_session.ports.clock.now().seconds())
            return Error{ErrorKind::conflict, "the device has a series as it was told last year"};
        auto written = write(operation, id, version);
        // What the change leaves of the other version is still to be told.
        if (written && (conflicts || m_snapshot.on_device(id)->version.empty()))
            written->differs = true;
        if (written || written.error().kind != ErrorKind::conflict || tries == most_tries)
            return written;
        if (auto again = list(); !again)
            return again.error();
    }
}

/// A Change, or a Delete of one instance.
Result<ItemFolder::Written> ItemCollectionSync::write(SyncOperation const &operation, std::string const &id,
                                                      std::string const &seen_version)
{
    std::optional<Instant> instance;
    if (operation.instance_id)
        instance = operation.instance_id->value;
    if (operation.application_data)
        return m_folder.change(id, seen_version, *operation.application_data, m_state.supported, instance);
    if (instance)
        return m_folder.remove_instance(id, seen_version, *instance);
    return Error{ErrorKind::bad_request, "a Change without ApplicationData"};
}

SyncOutcome ItemCollectionSync::remove(SyncOperation const &operation)
{
    if (operation.instance_id)
        return change(operation);
    SyncOutcome outcome{{}, {}, operation.server_id.value_or(""), {}, sync_status::success, {}};
    auto const id = id_of(operation);
    if (!id) {
        outcome.status = sync_status::not_found;
        return outcome;
    }
    auto const removed = try_remove(*id);
    m_snapshot.forget(*id);
    if (removed || removed.error().kind == ErrorKind::not_found) // gone already: what the client wanted
        return outcome;
    return failed(std::move(outcome), removed.error()); // it is told as an addition
}

Result<void> ItemCollectionSync::try_remove(std::string const &id)
{
    for (int tries = 1;; tries++) {
        auto const listed = m_listed.version_of(id);
        if (!listed)
            return {};
        auto removed = m_folder.remove(id, std::string(*listed));
        if (removed || removed.error().kind != ErrorKind::conflict || tries == most_tries)
            return removed;
        if (auto again = list(); !again)
            return again;
    }
}

SyncOutcome ItemCollectionSync::fetch(SyncOperation const &operation)
{
    SyncOutcome outcome{{}, {}, operation.server_id.value_or(""), {}, sync_status::not_found, {}};
    auto const id = id_of(operation);
    if (!id)
        return outcome;
    if (m_room.fetched_bytes == 0) { // the client asks again for what is left
        outcome.status = sync_status::server_error;
        return outcome;
    }
    auto item = m_folder.read(*id, untruncated(m_state.options.body));
    if (!item)
        return failed(std::move(outcome), item.error());
    take(m_room.fetched_bytes, large_bytes(item->data));
    outcome.status = sync_status::success;
    outcome.application_data = fetched(std::move(item->data));
    return outcome;
}

} // namespace eas
