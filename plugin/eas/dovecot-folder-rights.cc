// See the header.
#include "eas/dovecot-folder-rights.h"
#include "compat/acl.h"
#include "eas/dovecot-mail-store-error.h"

namespace eas {

namespace {

bool acl_is_loaded()
{
    return acl_mailbox_right_lookup != nullptr && &acl_storage_module != nullptr;
}

struct acl_mailbox_list *context_of(struct mailbox_list *list)
{
    return static_cast<struct acl_mailbox_list *>(ACL_LIST_CONTEXT(list));
}

/// Null if the plugin does not ask who may open it.
struct acl_mailbox_list *rights_of(struct mailbox *box)
{
    if (!acl_is_loaded() || ACL_CONTEXT(box) == nullptr || mail_namespace_is_shared_user_root(box->list->ns))
        return nullptr;
    auto *list = context_of(box->list);
    return list == nullptr || list->ignore_acls ? nullptr : list;
}

Result<bool> has_right(struct mailbox *box, enum acl_storage_rights right)
{
    int result = acl_mailbox_right_lookup(box, right);
    if (result < 0)
        return mailbox_error(box, "has no readable rights");
    return result > 0;
}

} // namespace

Result<void> check_may_read(struct mailbox *box)
{
    auto *rights = rights_of(box);
    if (rights == nullptr)
        return {};
    DataStackFrame frame;
    acl_cache_flush(rights->rights.backend->cache, mailbox_get_name(box));
    auto name = std::string("mailbox ") + mailbox_get_vname(box);
    auto may_look_up = has_right(box, ACL_STORAGE_RIGHT_LOOKUP);
    if (!may_look_up)
        return may_look_up.error();
    if (!*may_look_up)
        return Error{ErrorKind::not_found, name + " may not be looked up"};
    auto may_read = has_right(box, ACL_STORAGE_RIGHT_READ);
    if (!may_read)
        return may_read.error();
    if (!*may_read)
        return Error{ErrorKind::denied, name + " may not be read"};
    return {};
}

void refresh_rights(struct mail_user *user)
{
    if (!acl_is_loaded())
        return;
    for (auto *ns = user->namespaces; ns != nullptr; ns = ns->next) {
        auto *rights = context_of(ns->list);
        if (rights == nullptr)
            continue;
        rights->last_shared_add_check = 0;
        if (rights->rights.backend != nullptr)
            acl_cache_flush_all(rights->rights.backend->cache);
    }
}

} // namespace eas
