// See the header.
#include "eas/dovecot-folder-tree.h"
#include "compat/index.h"
#include "eas/dovecot-folder-list.h"
#include "eas/dovecot-folder-mailbox.h"
#include "eas/dovecot-mail-store-error.h"
#include <algorithm>
#include <vector>

namespace eas {

namespace {

MailboxHandle allocate(struct mail_user *user, std::string const &vname)
{
    auto *ns = mail_namespace_find(user->namespaces, vname.c_str());
    return MailboxHandle(mailbox_alloc(ns->list, vname.c_str(), static_cast<enum mailbox_flags>(0)));
}

/// `vname` and the names below it, parents first; `flags` choose which (all, or the subscribed ones).
Result<std::vector<std::string>> names_within(struct mail_user *user, std::string const &vname,
                                              enum mailbox_list_iter_flags flags)
{
    auto *ns = mail_namespace_find(user->namespaces, vname.c_str());
    auto below = vname + mail_namespace_get_sep(ns);
    // Characters of the name may be wildcards: what they find too much is left out.
    auto pattern = below + "*";
    char const *const patterns[] = {vname.c_str(), pattern.c_str(), nullptr};
    auto const types = static_cast<enum mail_namespace_type>(
        MAIL_NAMESPACE_TYPE_PRIVATE | MAIL_NAMESPACE_TYPE_SHARED | MAIL_NAMESPACE_TYPE_PUBLIC);
    std::vector<std::string> names;
    auto *iteration = mailbox_list_iter_init_namespaces(user->namespaces, patterns, types, flags);
    while (struct mailbox_info const *info = mailbox_list_iter_next(iteration))
        if (info->vname == vname || std::string_view(info->vname).starts_with(below))
            names.emplace_back(info->vname);
    if (mailbox_list_iter_deinit(&iteration) < 0) {
        enum mail_error error;
        char const *reason = mailbox_list_get_last_internal_error(ns->list, &error);
        return Error{ErrorKind::temporary, "the mailboxes below " + vname + " cannot be listed: " + reason};
    }
    std::ranges::sort(names);
    auto again = std::ranges::unique(names);
    names.erase(again.begin(), again.end());
    return names;
}

/// Where it fails, Dovecot has logged why; the mailbox itself is as it was asked for.
void subscribe(struct mail_user *user, std::string const &vname, bool subscribed)
{
    (void)mailbox_set_subscribed(allocate(user, vname).get(), subscribed);
}

/// A mailbox that a killed process deleted in part can neither be opened nor deleted; Dovecot takes the mark
/// off after half a minute. To delete it is what was wanted.
bool take_mark_off(struct mailbox *box)
{
    return mailbox_is_inconsistent(box) && mailbox_mark_index_deleted(box, false) == 0;
}

bool delete_mailbox(struct mail_user *user, std::string const &vname, MailboxHandle &box)
{
    box = allocate(user, vname);
    if (mailbox_delete(box.get()) == 0)
        return true;
    if (mailbox_get_last_mail_error(box.get()) == MAIL_ERROR_NOTFOUND)
        return false;
    auto marked = allocate(user, vname);
    if (mailbox_open(marked.get()) == 0 || !take_mark_off(marked.get()))
        return false;
    marked.reset();
    box = allocate(user, vname);
    return mailbox_delete(box.get()) == 0;
}

} // namespace

Result<std::string> child_vname(struct mail_user *user, std::string const &parent_vname,
                                std::string const &name)
{
    auto *ns = parent_vname.empty() ? mail_namespace_find_inbox(user->namespaces)
                                    : mail_namespace_find(user->namespaces, parent_vname.c_str());
    char separator = mail_namespace_get_sep(ns);
    if (name.find(separator) != std::string::npos)
        return Error{ErrorKind::bad_request, "a mailbox cannot be named \"" + name + "\": '" + separator +
                                                 "' separates the levels of the hierarchy"};
    return parent_vname.empty() ? ns->prefix + name : parent_vname + separator + name;
}

Result<FolderId> create_mailbox(struct mail_user *user, std::string const &vname)
{
    DataStackFrame frame;
    auto box = allocate(user, vname);
    if (mailbox_create(box.get(), nullptr, false) < 0)
        return mailbox_error(box.get(), "cannot be created");
    subscribe(user, vname, true);
    return folder_id_of(box.get());
}

Result<void> rename_mailbox(struct mail_user *user, std::string const &from, std::string const &to)
{
    if (from == to)
        return {};
    DataStackFrame frame;
    auto subscribed =
        names_within(user, from,
                     static_cast<enum mailbox_list_iter_flags>(MAILBOX_LIST_ITER_SELECT_SUBSCRIBED |
                                                               MAILBOX_LIST_ITER_RETURN_NO_FLAGS));
    if (!subscribed)
        return subscribed.error();
    auto source = allocate(user, from);
    auto target = allocate(user, to);
    if (mailbox_rename(source.get(), target.get()) < 0)
        return mailbox_error(source.get(), "cannot be renamed to " + to);
    for (auto const &name : *subscribed) {
        subscribe(user, name, false);
        subscribe(user, to + name.substr(from.size()), true);
    }
    return {};
}

Result<void> delete_mailboxes(struct mail_user *user, std::string const &vname)
{
    DataStackFrame frame;
    auto names = names_within(user, vname, MAILBOX_LIST_ITER_RETURN_NO_FLAGS);
    if (!names)
        return names.error();
    bool any_deleted = false;
    for (auto name = names->rbegin(); name != names->rend(); ++name) { // children before parents
        MailboxHandle box;
        bool deleted = delete_mailbox(user, *name, box);
        // A name that only holds others may vanish with the last of them.
        if (!deleted && mailbox_get_last_mail_error(box.get()) != MAIL_ERROR_NOTFOUND)
            return mailbox_error(box.get(), "cannot be deleted");
        any_deleted |= deleted;
        subscribe(user, *name, false);
    }
    if (!any_deleted)
        return Error{ErrorKind::not_found, "there is no mailbox " + vname};
    return {};
}

} // namespace eas
