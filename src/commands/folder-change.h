// What FolderCreate, FolderDelete and FolderUpdate share. Each starts from the hierarchy that the request's
// SyncKey stands for, changes the mailboxes, and gives out a new key for that hierarchy with the change in
// it: the next FolderSync tells what else happened, but not what the device did itself. A request with the
// previous key may be one whose answer was lost. MS-ASCMD 2.2.3.181.1.
#pragma once
#include "schema/schema.h"
#include "session/session.h"
#include "sync/folder-state.h"
#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// MS-ASCMD 2.2.3.177.3 to 2.2.3.177.6. `exists` is a special folder too in FolderUpdate.
namespace folder_status {
constexpr int success = 1, exists = 2, special = 3, not_found = 4, no_parent = 5, server_error = 6,
              invalid_sync_key = 9, malformed = 10;
constexpr int quota_exceeded = 113, unknown_type = 147; ///< common to all commands from 14.0, 2.2.2
} // namespace folder_status

/// The answer of FolderDelete and FolderUpdate.
struct FolderChangeResponse {
    int status = folder_status::success;
    std::optional<std::string> sync_key; ///< only with success
};

template <> struct Schema<FolderChangeResponse> {
    static constexpr auto properties =
        Rows{property(Tag::FolderHierarchy_Status, &FolderChangeResponse::status),
             property(Tag::FolderHierarchy_SyncKey, &FolderChangeResponse::sync_key)};
};

class FolderChange {
public:
    explicit FolderChange(Session &session) : m_session(session) {}

    /// Reads what the device has and what there is; success or the status that refuses the request.
    int begin(std::optional<std::string> const &sync_key);
    /// Keeps `folders` as what the device has; the new key. `created` as in KeyedHierarchy.
    Result<std::string> save(std::vector<WireFolder> folders, std::string created = {});

    /// What the device shows.
    std::vector<WireFolder> const &on_device() const { return m_base.folders; }
    /// All folders of the user.
    std::vector<MailFolder> const &on_server() const { return m_server; }
    /// Null if the user has no such folder.
    MailFolder const *find(std::string_view id) const;
    MailFolder const *find_child(FolderId const &parent, std::string_view name) const;
    /// The MailStore's name of a ParentId: "" for the root; nothing if there is no such folder.
    std::optional<FolderId> find_parent(std::string_view parent_id) const;
    /// Likewise of calendars, tasks and other items.
    WireFolder const *find_items(std::string_view id) const;
    /// Where the key of the request is the previous one: what the device was told with the answer after it.
    KeyedHierarchy const *told_after() const;

private:
    Session &m_session;
    FolderState m_state;
    KeyedHierarchy m_base;
    std::vector<MailFolder> m_server;
    std::vector<WireFolder> m_items;
    bool m_may_be_repeated = false;
};

/// `id` and all below it. The list is in any order: what a device has is not in that of its parents any more
/// when it has moved folders.
template <class Folder> std::vector<FolderId> subtree(std::vector<Folder> const &folders, FolderId const &id)
{
    std::vector<FolderId> ids{id};
    for (size_t i = 0; i < ids.size(); i++)
        for (auto &folder : folders)
            if (folder.parent_id == ids[i] && std::ranges::find(ids, folder.id) == ids.end())
                ids.push_back(folder.id);
    return ids;
}

/// Deletes a folder for good, with its messages and all below it. Special folders are not deleted, nor is
/// what one of them is in: bad_request.
Result<void> delete_folder_tree(MailStore &store, std::vector<MailFolder> const &folders, FolderId const &id);

/// Whether the folder is one of those that every client needs.
bool is_default_folder(WireFolder const &folder);

/// A DisplayName as MS-ASCMD 2.2.3.47.2 limits it: 1 to 256 characters, UTF-8.
bool is_display_name(std::string_view name);

/// Notes for the log what was refused and why; `status`.
int refuse(Session &session, int status, std::string_view why);

/// The states of folders that are gone are of no use to anyone.
Result<void> forget_collections(Session &session, std::span<std::string const> ids);

} // namespace eas
