// FolderSync: the hierarchy of folders, whole or what changed. MS-ASCMD 2.2.1.5, 2.2.3.177.5.
#include "commands/folder-sync.h"
#include "commands/folder-change.h"
#include "commands/hierarchy.h"
#include "sync/collection-state.h"
#include "sync/folder-state.h"
#include <algorithm>
#include <iterator>

namespace eas {

namespace {

struct FolderSyncRequest {
    std::optional<std::string> sync_key;
};

struct FolderRemoval {
    std::string id;
};

struct FolderSyncChanges {
    uint32_t count = 0;
    std::vector<WireFolder> updates;
    std::vector<FolderRemoval> deletes;
    std::vector<WireFolder> adds;
};

struct FolderSyncResponse {
    int status = folder_status::success;
    std::optional<std::string> sync_key;
    std::optional<FolderSyncChanges> changes;
};

FolderSyncResponse failed(int status)
{
    FolderSyncResponse response;
    response.status = status;
    return response;
}

FolderSyncChanges on_wire(FolderChanges changes)
{
    FolderSyncChanges wire;
    wire.count = static_cast<uint32_t>(changes.size());
    wire.updates = std::move(changes.updates);
    wire.adds = std::move(changes.adds);
    for (auto &id : changes.deletes)
        wire.deletes.push_back({std::move(id)});
    return wire;
}

/// The folders that the device was told of and that are no more, though it begins anew.
std::vector<std::string> gone_folders(FolderState const &told, std::vector<WireFolder> const &server)
{
    auto gone = compare_folders(told.current.folders, server).deletes;
    if (told.previous)
        std::ranges::move(compare_folders(told.previous->folders, server).deletes, std::back_inserter(gone));
    return gone;
}

Result<FolderSyncResponse> folder_sync(Session &session, FolderSyncRequest const &request)
{
    if (!request.sync_key || request.sync_key->empty())
        return failed(folder_status::malformed);
    auto key = device_key(session.device, "folders");
    auto loaded = load_folders(session.ports.state, key);
    if (!loaded)
        return failed(folder_status::server_error);

    FolderState state = loaded->value_or(FolderState{});
    KeyedHierarchy base;
    if (*request.sync_key != "0") {
        auto *known = state.find(*request.sync_key);
        if (!known || !*loaded) {
            session.begins_anew = true;
            return failed(folder_status::invalid_sync_key);
        }
        base = *known;
    }
    make_default_folders(session);
    auto server = list_hierarchy(session, base.folders);
    if (!server)
        return failed(folder_status::server_error);
    auto changes = compare_folders(base.folders, *server);
    FolderSyncResponse response;
    response.sync_key = *request.sync_key;
    if (*request.sync_key == "0" || changes.size() != 0) {
        session.begins_anew = *request.sync_key == "0";
        auto const gone = gone_folders(state, *server);
        if (session.begins_anew)
            state = {{first_sync_key(), std::move(*server), {}}, {}};
        else
            state.advance(std::move(base), std::move(*server));
        if (auto saved = session.ports.state.set(key, serialize(state)); !saved)
            return failed(folder_status::server_error);
        if (auto forgotten = forget_collections(session, gone); !forgotten)
            return failed(folder_status::server_error);
        response.sync_key = state.current.sync_key;
    } else if (state.settle(*request.sync_key)) {
        if (auto saved = session.ports.state.set(key, serialize(state)); !saved)
            return failed(folder_status::server_error);
    }
    response.changes = on_wire(std::move(changes));
    return response;
}

} // namespace

template <> struct Schema<FolderSyncRequest> {
    static constexpr auto properties =
        Rows{property(Tag::FolderHierarchy_SyncKey, &FolderSyncRequest::sync_key)};
};

template <> struct Schema<WireFolder> {
    static constexpr auto properties = Rows{property(Tag::FolderHierarchy_ServerId, &WireFolder::id),
                                            property(Tag::FolderHierarchy_ParentId, &WireFolder::parent_id),
                                            property(Tag::FolderHierarchy_DisplayName, &WireFolder::name),
                                            property(Tag::FolderHierarchy_Type, &WireFolder::type)};
};

template <> struct Schema<FolderRemoval> {
    static constexpr auto properties = Rows{property(Tag::FolderHierarchy_ServerId, &FolderRemoval::id)};
};

template <> struct Schema<FolderSyncChanges> {
    static constexpr auto properties = Rows{property(Tag::FolderHierarchy_Count, &FolderSyncChanges::count),
                                            list(Tag::FolderHierarchy_Update, &FolderSyncChanges::updates),
                                            list(Tag::FolderHierarchy_Delete, &FolderSyncChanges::deletes),
                                            list(Tag::FolderHierarchy_Add, &FolderSyncChanges::adds)};
};

template <> struct Schema<FolderSyncResponse> {
    static constexpr auto properties =
        Rows{property(Tag::FolderHierarchy_Status, &FolderSyncResponse::status),
             property(Tag::FolderHierarchy_SyncKey, &FolderSyncResponse::sync_key),
             property(Tag::FolderHierarchy_Changes, &FolderSyncResponse::changes)};
};

Result<bool> hierarchy_changed(Session &session)
{
    auto state = load_folders(session.ports.state, device_key(session.device, "folders"));
    if (!state)
        return state.error();
    if (!*state) // what the device was told was forgotten: it shall ask anew
        return true;
    auto server = list_hierarchy(session, (*state)->current.folders);
    if (!server)
        return server.error();
    return compare_folders((*state)->current.folders, *server).size() != 0;
}

Result<void> run_folder_sync(Session &session, Element const *document, CommandOutput &output)
{
    return run_typed<Tag::FolderHierarchy_FolderSync, FolderSyncRequest, FolderSyncResponse, folder_sync>(
        session, document, output);
}

} // namespace eas
