// FolderUpdate: a mailbox gets another name or parent; it keeps its id, and what is below it comes along.
// MS-ASCMD 2.2.1.6, 2.2.3.177.6.
//
// A folder that is where it should be is left alone, so a repeated request does no harm.
#include "commands/folder-update.h"
#include "commands/folder-change.h"
#include "services/item-stores.h"
#include <algorithm>

namespace eas {

namespace {

struct FolderUpdateRequest {
    std::optional<std::string> sync_key, id, parent_id, name;
    std::optional<std::string> status; ///< must not be there: MS-ASCMD 2.2.3.77
};

int check_request(Session &session, FolderUpdateRequest const &request)
{
    if (!request.id || !request.parent_id || !request.name)
        return refuse(session, folder_status::malformed, "ServerId, ParentId or DisplayName is missing");
    if (request.status)
        return refuse(session, folder_status::malformed, "Status is in the request");
    if (!is_display_name(*request.name))
        return refuse(session, folder_status::malformed, "DisplayName has not 1 to 256 characters");
    return folder_status::success;
}

int status_of(Error const &error)
{
    switch (error.kind) {
    case ErrorKind::exists:
    case ErrorKind::denied: // "special folders cannot be updated"
        return folder_status::exists;
    case ErrorKind::not_found:
        return folder_status::not_found;
    case ErrorKind::bad_request: // no mailbox can have that name or be moved there
        return folder_status::malformed;
    default:
        return folder_status::server_error;
    }
}

/// They do not nest: only the name changes.
int rename_items(Session &session, WireFolder const &folder, ItemId const &id,
                 FolderUpdateRequest const &request)
{
    if (is_default_folder(folder))
        return refuse(session, folder_status::exists, "default folders are not renamed");
    if (*request.parent_id != folder.parent_id)
        return refuse(session, folder_status::no_parent, "such a folder has no other parent than the root");
    if (*request.name == folder.name)
        return folder_status::success;
    auto store = open_item_store(session, id.item_class);
    auto renamed = store ? (*store)->rename(id, *request.name) : store.error();
    return renamed ? folder_status::success
                   : refuse(session, status_of(renamed.error()), renamed.error().message);
}

int move(Session &session, FolderChange const &change, FolderUpdateRequest const &request)
{
    if (*request.id == recipient_information_cache || *request.parent_id == recipient_information_cache)
        return refuse(session, folder_status::special, "the recipient information cache is not updated");
    auto const items = parse_item_collection_id(*request.id);
    if (auto *folder = change.find_items(*request.id); items && folder)
        return rename_items(session, *folder, *items, request);
    auto *folder = change.find(*request.id);
    if (!folder)
        return refuse(session, folder_status::not_found, "there is no folder with the ServerId");
    if (folder->special_use != SpecialUse::none)
        return refuse(session, folder_status::exists, "special folders are not renamed");
    auto parent = change.find_parent(*request.parent_id);
    if (!parent)
        return refuse(session, folder_status::no_parent, "there is no folder with the ParentId");
    auto inside = subtree(change.on_server(), folder->id);
    if (std::ranges::find(inside, *parent) != inside.end())
        return refuse(session, folder_status::malformed, "a folder cannot be moved below itself");
    if (folder->parent_id == *parent && folder->name == *request.name)
        return folder_status::success;
    if (change.find_child(*parent, *request.name))
        return refuse(session, folder_status::exists, "the name is taken");
    auto moved = session.ports.mail.move_folder(folder->id, *parent, *request.name);
    return moved ? folder_status::success : refuse(session, status_of(moved.error()), moved.error().message);
}

Result<FolderChangeResponse> folder_update(Session &session, FolderUpdateRequest const &request)
{
    FolderChange change(session);
    int status = check_request(session, request);
    if (status == folder_status::success)
        status = change.begin(request.sync_key);
    if (status == folder_status::success)
        status = move(session, change, request);
    if (status != folder_status::success)
        return FolderChangeResponse{status, {}};
    auto folders = change.on_device();
    for (auto &folder : folders) {
        if (folder.id != *request.id)
            continue;
        folder.parent_id = *request.parent_id;
        folder.name = *request.name;
    }
    auto key = change.save(std::move(folders));
    if (!key)
        return FolderChangeResponse{refuse(session, folder_status::server_error, key.error().message), {}};
    return FolderChangeResponse{folder_status::success, *key};
}

} // namespace

template <> struct Schema<FolderUpdateRequest> {
    static constexpr auto properties =
        Rows{property(Tag::FolderHierarchy_SyncKey, &FolderUpdateRequest::sync_key),
             property(Tag::FolderHierarchy_ServerId, &FolderUpdateRequest::id),
             property(Tag::FolderHierarchy_ParentId, &FolderUpdateRequest::parent_id),
             property(Tag::FolderHierarchy_DisplayName, &FolderUpdateRequest::name),
             property(Tag::FolderHierarchy_Status, &FolderUpdateRequest::status)};
};

Result<void> run_folder_update(Session &session, Element const *document, CommandOutput &output)
{
    return run_typed<Tag::FolderHierarchy_FolderUpdate, FolderUpdateRequest, FolderChangeResponse,
                     folder_update>(session, document, output);
}

} // namespace eas
