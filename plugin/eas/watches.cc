// See watches.h.
#include "eas/watches.h"
#include "compat/storage.h"
#include "eas/dovecot-folder-list.h"
#include <set>
#include <sys/inotify.h>

namespace eas {
namespace {

constexpr uint32_t log_events = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;
constexpr uint32_t delivery_events = IN_CREATE | IN_MOVED_TO | IN_MOVE_SELF | IN_DELETE_SELF;
constexpr uint32_t hierarchy_events =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ISDIR | IN_MOVE_SELF | IN_DELETE_SELF;
/// Of a directory where other programs write: files that come, go or were written.
constexpr uint32_t file_events = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE |
                                 IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;
/// Until the file appears. Also its name may be another than we think, hence IN_MODIFY.
constexpr uint32_t instead_events = IN_CREATE | IN_MOVED_TO | IN_MODIFY | IN_MOVE_SELF | IN_DELETE_SELF;

/// Beyond that many nested directories the hierarchy is watched by the list index.
constexpr size_t max_hierarchy_directories = 100;

/// Other machines write too, and inotify does not see that.
bool is_shared_between_machines(struct mail_namespace const *ns)
{
    return ns->mail_set->mail_nfs_index || ns->mail_set->mail_nfs_storage;
}

/// The storage's paths of a mailbox; found without opening it.
class MailboxPaths {
public:
    MailboxPaths(struct mail_namespace *ns, std::string const &vname)
        : m_list(ns->list), m_name(mailbox_list_get_storage_name(ns->list, vname.c_str()))
    {}
    /// Nothing if the storage has no such files.
    std::optional<std::string> get(enum mailbox_list_path_type type) const
    {
        char const *path;
        if (mailbox_list_get_path(m_list, m_name, type, &path) <= 0)
            return std::nullopt;
        return path;
    }

private:
    struct mailbox_list *m_list;
    char const *m_name;
};

void plan_mailbox(MailboxPaths const &paths, WatchPlan &plan)
{
    auto index = paths.get(MAILBOX_LIST_PATH_TYPE_INDEX);
    if (index)
        plan.paths.push_back({*index + "/dovecot.index.log", log_events, false, *index});
    else // INDEX=MEMORY
        plan.complete = false;
    if (auto own_flags = paths.get(MAILBOX_LIST_PATH_TYPE_INDEX_PRIVATE))
        plan.paths.push_back({*own_flags + "/dovecot.index.pvt.log", log_events, true, *own_flags});
    auto mail = paths.get(MAILBOX_LIST_PATH_TYPE_MAILBOX);
    struct stat status;
    if (!mail || stat(mail->c_str(), &status) < 0)
        return;
    if (S_ISDIR(status.st_mode))
        plan.paths.push_back({*mail + "/new", delivery_events, true, ""});
    else // mbox
        plan.paths.push_back({*mail, log_events, true, ""});
    if (!index)
        plan.paths.push_back({*mail + "/cur", delivery_events | IN_DELETE | IN_MOVED_FROM, true, ""});
}

/// In an mbox hierarchy a mailbox is a file, and lock files come and go beside it.
bool is_file(std::optional<std::string> const &path)
{
    struct stat status;
    return path && stat(path->c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

void plan_list_index(struct mailbox_list *list, WatchPlan &plan)
{
    char const *directory;
    char const *name = mailbox_list_get_settings(list)->list_index_fname;
    if (name == nullptr || !mailbox_list_get_root_path(list, MAILBOX_LIST_PATH_TYPE_LIST_INDEX, &directory)) {
        plan.complete = false;
        return;
    }
    plan.paths.push_back({std::string(directory) + "/" + name + ".log", log_events, false, directory});
}

/// LAYOUT=fs: a mailbox may come or go below any other.
void plan_nested_directories(struct mail_namespace *ns, std::vector<ListedFolder> const &folders,
                             WatchPlan &plan)
{
    std::vector<WatchPath> directories;
    for (ListedFolder const &listed : folders) {
        if (mail_namespace_find(ns->user->namespaces, listed.vname.c_str()) != ns)
            continue;
        DataStackFrame frame;
        auto directory = MailboxPaths(ns, listed.vname).get(MAILBOX_LIST_PATH_TYPE_DIR);
        if (is_file(directory) || directories.size() == max_hierarchy_directories) {
            plan_list_index(ns->list, plan);
            return;
        }
        if (directory)
            directories.push_back({*directory, hierarchy_events, true, ""});
    }
    plan.paths.insert(plan.paths.end(), directories.begin(), directories.end());
}

/// Dovecot knows a list of rights by the second in which it was written: in that second another change, which
/// comes while this process looks, is not seen, and nothing tells of it later.
bool may_hide_a_change(std::string const &path)
{
    struct stat status;
    return stat(path.c_str(), &status) == 0 && status.st_mtime + 1 >= time(nullptr);
}

/// The files of plugin acl that are written when somebody grants or takes the right to look up a mailbox:
/// each owner's list of what others may see, and the table of who shares with whom.
void plan_rights(struct mail_user *user, WatchPlan &plan)
{
    if (char const *table = mail_user_plugin_getenv(user, "acl_shared_dict");
        table != nullptr && str_begins(table, "file:"))
        plan.paths.push_back({table + strlen("file:"), log_events, true, ""});
    for (auto *ns = user->namespaces; ns; ns = ns->next)
        for (auto type : {MAILBOX_LIST_PATH_TYPE_DIR, MAILBOX_LIST_PATH_TYPE_CONTROL}) {
            char const *root;
            if (ns->type == MAIL_NAMESPACE_TYPE_PRIVATE || mail_namespace_is_shared_user_root(ns) ||
                !mailbox_list_get_root_path(ns->list, type, &root))
                continue;
            auto path = std::string(root) + "/dovecot-acl-list";
            plan.complete &= !may_hide_a_change(path);
            plan.paths.push_back({std::move(path), log_events, true, root});
        }
}

void plan_hierarchy(struct mail_namespace *ns, std::vector<ListedFolder> const &folders, WatchPlan &plan)
{
    std::string_view layout = mailbox_list_get_driver_name(ns->list);
    if (layout == "shared" || layout == "none")
        return;
    if (layout == "index") {
        plan_list_index(ns->list, plan);
        return;
    }
    char const *root;
    if (!mailbox_list_get_root_path(ns->list, MAILBOX_LIST_PATH_TYPE_MAILBOX, &root)) {
        plan.complete = false;
        return;
    }
    plan.paths.push_back({root, hierarchy_events, true, ""});
    if (layout == "fs")
        plan_nested_directories(ns, folders, plan);
    else if (layout != "maildir++")
        plan.complete = false;
}

/// One that does not exist yet is awaited where it will be.
void plan_directory(std::string const &path, WatchPlan &plan)
{
    auto const parent = path.substr(0, std::max<size_t>(path.rfind('/'), 1));
    plan.paths.push_back({path, file_events, true, parent});
}

} // namespace

WatchPlan plan_watches(struct mail_user *user, Wait const &wait)
{
    WatchPlan plan;
    plan.complete = !wait.poll;
    for (std::string const &directory : wait.directories)
        plan_directory(directory, plan);
    for (std::string const &file : wait.files)
        plan.paths.push_back({file, log_events, true, ""});
    auto listed = list_folders(user);
    if (!listed) {
        plan.complete = false;
        return plan;
    }
    std::set<FolderId> const wanted(wait.folders.begin(), wait.folders.end());
    plan.complete &= !listed->incomplete;
    for (ListedFolder const &folder : listed->folders) {
        if (!folder.folder.selectable || !wanted.contains(folder.folder.id))
            continue;
        DataStackFrame frame;
        struct mail_namespace *ns = mail_namespace_find(user->namespaces, folder.vname.c_str());
        plan_mailbox(MailboxPaths(ns, folder.vname), plan);
        plan.mailboxes.push_back(folder.vname);
        plan.complete &= !is_shared_between_machines(ns);
    }
    if (!wait.hierarchy)
        return plan;
    if (mail_user_plugin_getenv(user, "acl") != nullptr) {
        DataStackFrame frame;
        plan_rights(user, plan);
    }
    for (struct mail_namespace *ns = user->namespaces; ns; ns = ns->next) {
        if (ns->alias_for)
            continue;
        DataStackFrame frame;
        plan_hierarchy(ns, listed->folders, plan);
        plan.complete &= !is_shared_between_machines(ns);
    }
    return plan;
}

AddedWatches add_watches(int inotify_fd, WatchPlan const &plan)
{
    AddedWatches added;
    added.complete = plan.complete;
    auto add = [&](std::string const &path, uint32_t mask) {
        if (added.watches.size() == max_watches) {
            errno = ENOSPC;
            return false;
        }
        // Others may watch the same inode for other events: add to their mask, never replace it.
        int wd = inotify_add_watch(inotify_fd, path.c_str(), (mask & IN_ALL_EVENTS) | IN_MASK_ADD);
        ParkedWatch const watch = {wd, mask};
        if (wd != -1 && std::ranges::find(added.watches, watch) == added.watches.end())
            added.watches.push_back(watch);
        else if (wd == -1 && errno == ENOSPC)
            added.limit_reached = true;
        return wd != -1;
    };
    for (WatchPath const &wanted : plan.paths) {
        if (add(wanted.path, wanted.mask))
            continue;
        bool missing = errno == ENOENT;
        bool stands_in = missing && !wanted.instead.empty() && add(wanted.instead, instead_events);
        if (stands_in && add(wanted.path, wanted.mask))
            continue; // it has appeared just now
        if (!missing || !wanted.optional)
            added.complete = false;
    }
    return added;
}

} // namespace eas
