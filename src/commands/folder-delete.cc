// FolderDelete: a mailbox is deleted for good, with its messages and all folders below it. MS-ASCMD 2.2.1.4,
// 2.2.3.177.4.
#include "commands/folder-delete.h"
#include "commands/folder-change.h"
#include "services/item-stores.h"
#include <algorithm>

namespace eas {

namespace {

struct FolderDeleteRequest {
    std::optional<std::string> sync_key, id;
};

int status_of(Error const &error)
{
    switch (error.kind) {
    case ErrorKind::not_found:
        return folder_status::not_found;
    case ErrorKind::denied: // "cannot be deleted by the client"
    case ErrorKind::bad_request:
        return folder_status::special;
    default:
        return folder_status::server_error;
    }
}

bool has(std::vector<WireFolder> const &folders, std::string const &id)
{
    return std::ranges::find(folders, id, &WireFolder::id) != folders.end();
}

/// The device was told already that the folder is gone: this request deleted it, and its answer was lost.
bool was_deleted_before(FolderChange const &change, std::string const &id)
{
    auto *told = change.told_after();
    return told && has(change.on_device(), id) && !has(told->folders, id);
}

int remove_items(Session &session, WireFolder const &folder, ItemId const &id)
{
    if (is_default_folder(folder))
        return refuse(session, folder_status::special, "default folders are not deleted");
    auto store = open_item_store(session, id.item_class);
    auto removed = store ? (*store)->remove(id) : store.error();
    return removed ? folder_status::success
                   : refuse(session, status_of(removed.error()), removed.error().message);
}

int remove(Session &session, FolderChange const &change, std::string const &id)
{
    if (id == recipient_information_cache)
        return refuse(session, folder_status::special, "the recipient information cache is not deleted");
    auto const items = parse_item_collection_id(id);
    if (auto *folder = change.find_items(id); items && folder)
        return remove_items(session, *folder, *items);
    if (!change.find(id))
        return was_deleted_before(change, id)
                   ? folder_status::success
                   : refuse(session, folder_status::not_found, "there is no folder with the ServerId");
    auto deleted = delete_folder_tree(session.ports.mail, change.on_server(), id);
    return deleted ? folder_status::success
                   : refuse(session, status_of(deleted.error()), deleted.error().message);
}

Result<FolderChangeResponse> folder_delete(Session &session, FolderDeleteRequest const &request)
{
    if (!request.id)
        return FolderChangeResponse{refuse(session, folder_status::malformed, "ServerId is missing"), {}};
    FolderChange change(session);
    int status = change.begin(request.sync_key);
    if (status == folder_status::success)
        status = remove(session, change, *request.id);
    if (status != folder_status::success)
        return FolderChangeResponse{status, {}};
    auto gone = subtree(change.on_device(), *request.id);
    auto folders = change.on_device();
    std::erase_if(folders, [&](auto &folder) { return std::ranges::find(gone, folder.id) != gone.end(); });
    auto key = change.save(std::move(folders));
    auto forgotten = key ? forget_collections(session, gone) : key.error();
    if (!forgotten)
        return FolderChangeResponse{refuse(session, folder_status::server_error, forgotten.error().message),
                                    {}};
    return FolderChangeResponse{folder_status::success, *key};
}

} // namespace

template <> struct Schema<FolderDeleteRequest> {
    static constexpr auto properties =
        Rows{property(Tag::FolderHierarchy_SyncKey, &FolderDeleteRequest::sync_key),
             property(Tag::FolderHierarchy_ServerId, &FolderDeleteRequest::id)};
};

Result<void> run_folder_delete(Session &session, Element const *document, CommandOutput &output)
{
    return run_typed<Tag::FolderHierarchy_FolderDelete, FolderDeleteRequest, FolderChangeResponse,
                     folder_delete>(session, document, output);
}

} // namespace eas
