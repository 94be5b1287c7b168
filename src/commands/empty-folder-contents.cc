// See the header. A folder below that has a special use, or that has such a folder below it, stays: in some
// hierarchies Sent and Trash are below the Inbox.
#include "commands/empty-folder-contents.h"
#include "commands/folder-change.h"
#include "services/item-stores.h"

namespace eas {

namespace {

struct Outcome {
    bool any_done = false;
    int failure = item_status::success; ///< the status of what failed first

    void fail(Session &session, int status, std::string const &why)
    {
        if (failure == item_status::success)
            failure = status;
        session.log_note += (session.log_note.empty() ? "" : "; ") + why;
    }
    int status() const
    {
        bool const is_partial = any_done && failure != item_status::success;
        return is_partial ? item_status::partial_success : failure;
    }
};

int status_of(Error const &error)
{
    switch (error.kind) {
    case ErrorKind::not_found:
        return item_status::not_found;
    case ErrorKind::denied:
        return item_status::access_denied;
    default:
        return item_status::server_error;
    }
}

/// Dovecot's ACL plugin passes over messages that the user may not delete, without an error.
Result<void> check_gone(MailFolderHandle &folder, UidSet const &expunged)
{
    auto const left = folder.uids({});
    if (!left)
        return left.error();
    if (left->intersected(expunged).empty())
        return {};
    return Error{ErrorKind::denied, "the user's rights do not suffice to delete messages"};
}

/// Each item as it is now; what cannot be deleted stays.
Result<uint64_t> delete_items(Session &session, ItemId const &collection)
{
    auto const opened = open_items(session, collection);
    if (!opened)
        return opened.error();
    auto const listing = opened->folder->items();
    if (!listing)
        return listing.error();
    uint64_t deleted = 0;
    for (auto const &item : listing->items) {
        auto const removed = opened->folder->remove(std::string(item.id), std::string(item.version));
        if (!removed && removed.error().kind != ErrorKind::not_found)
            return removed.error();
        deleted += static_cast<bool>(removed);
    }
    return deleted;
}

Result<uint64_t> delete_messages(Session &session, FolderId const &id)
{
    if (auto const collection = parse_item_collection_id(id))
        return delete_items(session, *collection);
    auto const folder = session.ports.mail.open(id);
    if (!folder)
        return folder.error();
    auto const all = (*folder)->uids({});
    if (!all)
        return all.error();
    if (auto const expunged = (*folder)->expunge(*all); !expunged)
        return expunged.error();
    if (auto const gone = check_gone(**folder, *all); !gone)
        return gone.error();
    return all->size();
}

void delete_subfolders(Session &session, FolderId const &id, Outcome &outcome)
{
    auto const folders = session.ports.mail.folders();
    if (!folders) {
        outcome.fail(session, status_of(folders.error()), folders.error().message);
        return;
    }
    for (auto const &folder : *folders) {
        if (folder.parent_id != id)
            continue;
        if (auto const deleted = delete_folder_tree(session.ports.mail, *folders, folder.id); deleted)
            outcome.any_done = true;
        else
            outcome.fail(session, status_of(deleted.error()), deleted.error().message);
    }
}

} // namespace

EmptyFolderResponse empty_folder_contents(Session &session, EmptyFolderRequest const &request)
{
    Outcome outcome;
    auto const &id = *request.collection_id;
    if (auto const deleted = delete_messages(session, id)) {
        outcome.any_done = *deleted != 0;
        session.log_note += (session.log_note.empty() ? "deleted=" : "; deleted=") + std::to_string(*deleted);
    } else {
        outcome.fail(session, status_of(deleted.error()), deleted.error().message);
    }
    bool const exists = outcome.failure != item_status::not_found;
    bool const can_have_subfolders = exists && !parse_item_collection_id(id);
    if (can_have_subfolders && request.options && request.options->delete_sub_folders)
        delete_subfolders(session, id, outcome);
    return {outcome.status(), id};
}

} // namespace eas
