// Listing happens in three steps: collect what LIST shows, ask for GUIDs, arrange as a tree.
//
// A mailbox that the user may look up but not read is a folder without messages.
//
// With Maildir++ Dovecot's list index goes on to show a mailbox that was deleted while others were below it,
// with its GUID; IMAP's LIST shows it too, and SELECT fails. So each one is looked for in the file system.
//
// A name that holds no messages (\Noselect, \NonExistent, or a parent that LIST does not show at all) has
// no GUID: its id is the SHA-1 of its name, cut to a GUID's length, so it is as stable as the name.
#include "eas/dovecot-folder-list.h"
#include "base/text.h"
#include "compat/message.h"
#include "compat/storage.h"
#include "eas/dovecot-folder-limits.h"
#include "eas/dovecot-folder-mailbox.h"
#include "eas/dovecot-folder-rights.h"
#include "eas/dovecot-folder-special-use.h"
#include "eas/dovecot-mail-store-error.h"
#include <cerrno>
#include <map>
#include <set>
#include <sys/stat.h>

namespace eas {

namespace {

struct ListedName {
    struct mail_namespace *ns = nullptr;
    bool selectable = true; ///< has messages that the user may read
    bool exists = true;     ///< is a mailbox
    bool hidden = false;    ///< from phones
    std::string special_use = {};
};

/// By name, so that a parent ("A") stands before its children ("A/B").
using ListedNames = std::map<std::string, ListedName>;

FolderId encode_guid(uint8_t const *guid)
{
    return base64url_encode({reinterpret_cast<char const *>(guid), GUID_128_SIZE});
}

FolderId container_id(std::string const &vname)
{
    unsigned char digest[SHA1_RESULTLEN];
    sha1_get_digest(vname.data(), vname.size(), digest);
    return encode_guid(digest);
}

/// As it is configured: Dovecot makes one for each user who shares something, "Shared/jane/".
struct mail_namespace *configured(struct mail_namespace *ns)
{
    for (auto *other = ns->user->namespaces; other != nullptr; other = other->next)
        if (mail_namespace_is_shared_user_root(other) && str_begins(ns->prefix, other->prefix))
            return other;
    return ns;
}

bool goes_to_phones(struct mail_namespace *ns, std::string_view chosen)
{
    if (chosen.empty() || (ns->flags & NAMESPACE_FLAG_INBOX_USER) != 0)
        return true;
    ns = configured(ns);
    std::string_view name(ns->set->name == nullptr ? "" : ns->set->name), prefix(ns->prefix);
    auto without_separator = prefix.substr(0, prefix.empty() ? 0 : prefix.size() - 1);
    return std::ranges::any_of(split(chosen, ' '), [&](std::string_view word) {
        return !word.empty() && (word == name || word == prefix || word == without_separator);
    });
}

Result<ListedNames> collect_names(struct mail_user *user, std::string_view namespaces)
{
    static char const *const everything[] = {"*", nullptr};
    auto const types = static_cast<enum mail_namespace_type>(
        MAIL_NAMESPACE_TYPE_PRIVATE | MAIL_NAMESPACE_TYPE_SHARED | MAIL_NAMESPACE_TYPE_PUBLIC);
    auto const flags = static_cast<enum mailbox_list_iter_flags>(MAILBOX_LIST_ITER_SKIP_ALIASES |
                                                                 MAILBOX_LIST_ITER_RETURN_SPECIALUSE);
    ListedNames names;
    refresh_rights(user);
    auto *iteration = mailbox_list_iter_init_namespaces(user->namespaces, everything, types, flags);
    while (struct mailbox_info const *info = mailbox_list_iter_next(iteration)) {
        if (!goes_to_phones(info->ns, namespaces))
            continue;
        bool selectable = (info->flags & (MAILBOX_NOSELECT | MAILBOX_NONEXISTENT)) == 0;
        names.emplace(info->vname, ListedName{.ns = info->ns,
                                              .selectable = selectable,
                                              .exists = selectable,
                                              .special_use = info->special_use ? info->special_use : ""});
    }
    if (mailbox_list_iter_deinit(&iteration) < 0) {
        enum mail_error error;
        char const *reason = mailbox_list_get_last_internal_error(user->namespaces->list, &error);
        return Error{ErrorKind::temporary, std::string("the mailboxes cannot be listed: ") + reason};
    }
    auto *inbox_ns = mail_namespace_find_inbox(user->namespaces);
    auto &inbox = names.emplace("INBOX", ListedName{.ns = inbox_ns}).first->second;
    inbox.selectable = inbox.exists = true;
    return names;
}

/// The name of the parent, "" at the top.
std::string parent_name(std::string const &vname, char separator)
{
    auto end = vname.rfind(separator);
    return end == std::string::npos || end == 0 ? "" : vname.substr(0, end);
}

/// LIST does not have to show a parent that holds no messages; a tree needs it.
void add_missing_parents(ListedNames &names)
{
    ListedNames missing;
    for (auto const &[vname, listed] : names) {
        auto parent = parent_name(vname, mail_namespace_get_sep(listed.ns));
        while (!parent.empty() && !names.contains(parent)) {
            missing.emplace(parent, ListedName{.ns = listed.ns, .selectable = false, .exists = false});
            parent = parent_name(parent, mail_namespace_get_sep(listed.ns));
        }
    }
    names.merge(missing);
}

/// False if the storage keeps mailboxes in files, and there are none of this one.
bool has_place(struct mailbox *box)
{
    char const *path;
    struct stat status;
    auto *list = mailbox_get_namespace(box)->list;
    return mailbox_list_get_path(list, mailbox_get_name(box), MAILBOX_LIST_PATH_TYPE_MAILBOX, &path) <= 0 ||
           stat(path, &status) == 0 || errno != ENOENT;
}

/// Opens a mailbox that is not where the list index has it: made now if it is one that is made when it is
/// used. One process after the other: two that make a new user's mailboxes at once lock the list's index and
/// the mailboxes' in different orders, and Dovecot ends one of them.
Result<FolderId> confirmed_id_of(struct mailbox *box)
{
    if (!has_place(box)) {
        auto *list = mailbox_get_namespace(box)->list;
        if (mailbox_list_lock(list) < 0)
            return Error{ErrorKind::temporary, "the list of mailboxes cannot be locked"};
        auto opened = open_mailbox(box);
        mailbox_list_unlock(list);
        if (!opened)
            return opened.error();
    }
    return folder_id_of(box);
}

/// The id of a listed name; `selectable` is cleared where there is nothing to open. Nothing if the mailbox
/// was deleted after it was listed.
Result<std::optional<FolderId>> identify(std::string const &vname, ListedName &listed, bool look_for_limits)
{
    if (!listed.selectable)
        return std::optional(container_id(vname));
    DataStackFrame frame;
    // Not even the id can be had of a mailbox that may not be read, unless rights do not count.
    MailboxHandle box(mailbox_alloc(listed.ns->list, vname.c_str(), MAILBOX_FLAG_IGNORE_ACLS));
    auto allowed = check_may_read(box.get());
    bool is_listed = allowed || allowed.error().kind == ErrorKind::denied;
    auto id = is_listed ? confirmed_id_of(box.get()) : allowed.error();
    if (id) {
        listed.selectable = static_cast<bool>(allowed);
        auto limits = look_for_limits ? folder_limits(box.get()) : FolderLimits();
        if (!limits)
            return limits.error();
        listed.hidden = limits->hidden;
        return std::optional(*id);
    }
    switch (id.error().kind) {
    case ErrorKind::not_found:
        return std::optional<FolderId>();
    case ErrorKind::denied:      // by the file system
    case ErrorKind::bad_request: // its name is broken
        listed.selectable = listed.exists = false;
        return std::optional(container_id(vname));
    default:
        return id.error();
    }
}

std::string display_name(std::string const &vname, std::string const &parent)
{
    std::string name = parent.empty() ? vname : vname.substr(parent.size() + 1);
    if (name.size() > 1 && name.front() == '/' && parent.empty())
        name.erase(0, 1);
    return sanitize_utf8(name);
}

/// The user's own mailboxes come before other names of the same ones; parents stay before children.
std::vector<ListedNames::value_type *> in_order_of_claim(ListedNames &names)
{
    std::vector<ListedNames::value_type *> order;
    for (auto &entry : names)
        order.push_back(&entry);
    auto rank = [](ListedNames::value_type const *entry) {
        bool own = entry->second.ns->type == MAIL_NAMESPACE_TYPE_PRIVATE;
        return entry->first == "INBOX" ? 0 : own ? 1 : 2;
    };
    std::stable_sort(order.begin(), order.end(), [&](auto *a, auto *b) { return rank(a) < rank(b); });
    return order;
}

bool has_children(ListedNames const &names, std::string const &vname, char separator)
{
    auto prefix = vname + separator;
    auto next = names.lower_bound(prefix);
    return next != names.end() && next->first.starts_with(prefix);
}

/// A container without a mailbox, such as an empty public namespace, is of no use.
void drop_empty_containers(std::vector<ListedFolder> &folders)
{
    std::set<FolderId> parents;
    for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder)
        if (folder->exists || parents.contains(folder->folder.id))
            parents.insert(folder->folder.parent_id);
    std::erase_if(folders,
                  [&](auto const &entry) { return !entry.exists && !parents.contains(entry.folder.id); });
}

/// Whether a mailbox is that of notes or below it.
bool has_notes(std::string_view vname, struct mail_user *user, std::string_view notes_mailbox)
{
    auto *ns = mail_namespace_find_inbox(user->namespaces);
    auto const is_in = [&](std::string const &top) {
        return vname == top || vname.starts_with(top + mail_namespace_get_sep(ns));
    };
    return !notes_mailbox.empty() &&
           (is_in(std::string(notes_mailbox)) || is_in(ns->prefix + std::string(notes_mailbox)));
}

bool name_may_decide(ListedName const &listed, std::string const &parent)
{
    if (listed.ns->type != MAIL_NAMESPACE_TYPE_PRIVATE)
        return false;
    std::string_view prefix(listed.ns->prefix, listed.ns->prefix_len);
    bool below_prefix = !prefix.empty() && parent == prefix.substr(0, prefix.size() - 1);
    return parent.empty() || parent == "INBOX" || below_prefix;
}

} // namespace

Result<FolderId> folder_id_of(struct mailbox *box)
{
    struct mailbox_metadata metadata;
    if (mailbox_enable(box, MAILBOX_FEATURE_CONDSTORE) < 0 ||
        mailbox_get_metadata(box, MAILBOX_METADATA_GUID, &metadata) < 0)
        return mailbox_error(box, "has no GUID");
    return encode_guid(metadata.guid);
}

Result<FolderList> list_folders(struct mail_user *user, ListOptions const &options)
{
    DataStackFrame frame;
    auto names = collect_names(user, options.namespaces);
    if (!names)
        return names.error();
    add_missing_parents(*names);

    FolderList list;
    auto &folders = list.folders;
    folders.reserve(names->size()); // candidates point into it
    std::vector<SpecialUseCandidate> candidates;
    std::map<std::string, FolderId> ids;
    std::set<FolderId> seen, hidden;
    std::set<std::string> broken; // and what is below
    bool look_for_limits = options.without_hidden && limits_are_possible(user);
    for (auto *entry : in_order_of_claim(*names)) {
        auto &[vname, listed] = *entry;
        char separator = mail_namespace_get_sep(listed.ns);
        auto parent = parent_name(vname, separator);
        bool const is_below_broken = broken.contains(parent);
        auto id = identify(vname, listed, look_for_limits);
        if (!id)
            list.incomplete = id.error();
        if (!id || is_below_broken)
            broken.insert(vname);
        if (!id)
            continue;
        if (!*id) { // deleted just now
            if (!has_children(*names, vname, separator))
                continue;
            listed.selectable = listed.exists = false;
            *id = container_id(vname);
        }
        ids.emplace(vname, **id);
        if (!seen.insert(**id).second)
            continue; // another name of a mailbox that is listed already
        auto parent_id = parent.empty() ? FolderId() : ids[parent];
        if (listed.hidden || hidden.contains(parent_id)) {
            hidden.insert(**id);
            continue;
        }
        MailFolder folder{**id,
                          parent_id,
                          display_name(vname, parent),
                          vname == "INBOX" ? SpecialUse::inbox : SpecialUse::none,
                          listed.selectable,
                          listed.ns->type == MAIL_NAMESPACE_TYPE_PRIVATE};
        bool const is_notes = has_notes(vname, user, options.notes_mailbox);
        folders.push_back({std::move(folder), vname, listed.exists, is_notes, is_below_broken});
        if (listed.selectable)
            candidates.push_back(
                {&folders.back().folder, listed.special_use, name_may_decide(listed, parent)});
    }
    assign_special_uses(candidates);
    drop_empty_containers(folders);
    return list;
}

} // namespace eas
