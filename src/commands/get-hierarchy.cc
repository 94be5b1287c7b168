// See get-hierarchy.h. It leaves no state: what the device was told by FolderSync stays as it is. The root of
// the answer has not the command's name (MS-ASCMD 2.2.1.8), and types end at 6 (2.2.3.186.4): a folder that
// the user made is of type 1 here, of 12 in FolderSync.
#include "commands/get-hierarchy.h"
#include "sync/folder-state.h"

namespace eas {

namespace {

constexpr int users_own = 1, last_default = 6, users_mail = 12;

struct HierarchyFolder {
    std::string name, id;
    int type;
    std::string parent_id;
};

struct HierarchyResponse {
    std::vector<HierarchyFolder> folders;
};

} // namespace

template <> struct Schema<HierarchyFolder> {
    static constexpr auto properties =
        Rows{property(Tag::FolderHierarchy_DisplayName, &HierarchyFolder::name),
             property(Tag::FolderHierarchy_ServerId, &HierarchyFolder::id),
             property(Tag::FolderHierarchy_Type, &HierarchyFolder::type),
             property(Tag::FolderHierarchy_ParentId, &HierarchyFolder::parent_id)};
};

template <> struct Schema<HierarchyResponse> {
    static constexpr auto properties = Rows{list(Tag::FolderHierarchy_Folder, &HierarchyResponse::folders)};
};

Result<void> run_get_hierarchy(Session &session, Element const *, CommandOutput &output)
{
    auto folders = list_folders(session.ports.mail);
    if (!folders)
        return folders.error();
    HierarchyResponse response;
    for (auto &folder : *folders) {
        int const type = folder.type == users_mail ? users_own : folder.type;
        if (type <= last_default) // no notes
            response.folders.push_back(
                {std::move(folder.name), std::move(folder.id), type, std::move(folder.parent_id)});
    }
    return write_document(output.sink, Tag::FolderHierarchy_Folders, response, session.version);
}

} // namespace eas
