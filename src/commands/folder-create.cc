// FolderCreate: a new mailbox, subscribed; or a new calendar, task list and so on.
// MS-ASCMD 2.2.1.3, 2.2.3.177.3.
#include "commands/folder-create.h"
#include "commands/folder-change.h"
#include "services/item-stores.h"
#include <algorithm>
#include <variant>

namespace eas {

namespace {

struct FolderCreateRequest {
    std::optional<std::string> sync_key, parent_id, name;
    std::optional<int> type;
};

struct FolderCreateResponse {
    int status = folder_status::success;
    std::optional<std::string> sync_key, id; ///< only with success
};

/// The class of a folder of that type that a user may make, if this user has a store for it.
std::optional<ItemClass> class_to_make(Session &session, int type)
{
    auto const item_class = item_class_of_type(type);
    bool const can_be_made =
        item_class && row_of(*item_class).user_type == type && open_item_store(session, *item_class);
    return can_be_made ? item_class : std::nullopt;
}

/// Whether a folder of that type can be made. MS-ASCMD 2.2.3.186.2.
int check_type(Session &session, int type)
{
    if (class_to_make(session, type))
        return folder_status::success;
    constexpr int generic = 1, mail = 12, last_of_users = 17;
    if (type == generic || type == mail)
        return folder_status::success;
    bool is_known = type > mail && type <= last_of_users;
    return refuse(session,
                  is_known && session.version >= v14_0 ? folder_status::unknown_type
                                                       : folder_status::malformed,
                  "no folder of type " + std::to_string(type) + " can be created");
}

int check_request(Session &session, FolderCreateRequest const &request)
{
    if (!request.parent_id || !request.name || !request.type)
        return refuse(session, folder_status::malformed, "ParentId, DisplayName or Type is missing");
    if (!is_display_name(*request.name))
        return refuse(session, folder_status::malformed, "DisplayName has not 1 to 256 characters");
    return check_type(session, *request.type);
}

int status_of(Error const &error, ProtocolVersion version)
{
    switch (error.kind) {
    case ErrorKind::exists:
        return folder_status::exists;
    case ErrorKind::not_found:
        return folder_status::no_parent;
    case ErrorKind::denied:
        return folder_status::special; // "create the folder under a different parent"
    case ErrorKind::bad_request:
        return folder_status::malformed; // no mailbox can have that name
    case ErrorKind::quota:
        return version >= v14_0 ? folder_status::quota_exceeded : folder_status::server_error;
    default:
        return folder_status::server_error;
    }
}

/// The folder that this request made already, if it is one whose answer was lost.
std::optional<FolderId> made_before(FolderChange const &change, FolderCreateRequest const &request)
{
    auto *told = change.told_after();
    if (!told || told->created.empty())
        return {};
    auto made = std::ranges::find(told->folders, told->created, &WireFolder::id);
    bool is_same = made != told->folders.end() && made->parent_id == *request.parent_id &&
                   made->name == *request.name && (change.find(made->id) || change.find_items(made->id));
    return is_same ? std::optional(made->id) : std::nullopt;
}

/// The new collection of items. They do not nest: the next FolderSync tells where it is.
std::variant<FolderId, int> make_items(Session &session, FolderChange const &change, ItemClass item_class,
                                       FolderCreateRequest const &request)
{
    if (!change.find_parent(*request.parent_id) && !change.find_items(*request.parent_id))
        return refuse(session, folder_status::no_parent, "there is no folder with the ParentId");
    auto store = open_item_store(session, item_class);
    auto made = store ? (*store)->create(item_class, *request.name) : store.error();
    if (!made)
        return refuse(session, status_of(made.error(), session.version), made.error().message);
    return std::move(*made);
}

/// The new folder, or the status that refuses it.
std::variant<FolderId, int> make(Session &session, FolderChange const &change,
                                 FolderCreateRequest const &request)
{
    if (*request.parent_id == recipient_information_cache)
        return refuse(session, folder_status::special, "the recipient information cache has no folders");
    if (auto made = made_before(change, request))
        return *made;
    if (auto item_class = class_to_make(session, *request.type))
        return make_items(session, change, *item_class, request);
    auto parent = change.find_parent(*request.parent_id);
    if (!parent)
        return refuse(session, folder_status::no_parent, "there is no folder with the ParentId");
    if (change.find_child(*parent, *request.name))
        return refuse(session, folder_status::exists, "the name is taken");
    auto made = session.ports.mail.create_folder(*parent, *request.name);
    if (!made)
        return refuse(session, status_of(made.error(), session.version), made.error().message);
    return *made;
}

Result<FolderCreateResponse> folder_create(Session &session, FolderCreateRequest const &request)
{
    if (int status = check_request(session, request); status != folder_status::success)
        return FolderCreateResponse{status, {}, {}};
    FolderChange change(session);
    if (int status = change.begin(request.sync_key); status != folder_status::success)
        return FolderCreateResponse{status, {}, {}};
    auto made = make(session, change, request);
    if (auto *status = std::get_if<int>(&made))
        return FolderCreateResponse{*status, {}, {}};
    auto id = std::get<FolderId>(made);
    auto folders = change.on_device();
    folders.push_back({id, *request.parent_id, *request.name, *request.type});
    auto key = change.save(std::move(folders), id);
    if (!key)
        return FolderCreateResponse{
            refuse(session, folder_status::server_error, key.error().message), {}, {}};
    return FolderCreateResponse{folder_status::success, *key, id};
}

} // namespace

template <> struct Schema<FolderCreateRequest> {
    static constexpr auto properties =
        Rows{property(Tag::FolderHierarchy_SyncKey, &FolderCreateRequest::sync_key),
             property(Tag::FolderHierarchy_ParentId, &FolderCreateRequest::parent_id),
             property(Tag::FolderHierarchy_DisplayName, &FolderCreateRequest::name),
             property(Tag::FolderHierarchy_Type, &FolderCreateRequest::type)};
};

template <> struct Schema<FolderCreateResponse> {
    static constexpr auto properties =
        Rows{property(Tag::FolderHierarchy_Status, &FolderCreateResponse::status),
             property(Tag::FolderHierarchy_SyncKey, &FolderCreateResponse::sync_key),
             property(Tag::FolderHierarchy_ServerId, &FolderCreateResponse::id)};
};

Result<void> run_folder_create(Session &session, Element const *document, CommandOutput &output)
{
    return run_typed<Tag::FolderHierarchy_FolderCreate, FolderCreateRequest, FolderCreateResponse,
                     folder_create>(session, document, output);
}

} // namespace eas
