// See the header.
#include "eas/dovecot-folder-rights.h"
#include "compat/acl.h"
#include "eas/dovecot-mail-store-error.h"

namespace eas {

namespace {

/// What the plugin exports, once it is loaded.
struct AclPlugin {
    decltype(&acl_mailbox_right_lookup) right_lookup = nullptr;
    decltype(&acl_cache_flush) flush = nullptr;
    decltype(&acl_cache_flush_all) flush_all = nullptr;
    decltype(&acl_storage_module) storage_module = nullptr;
    decltype(&acl_mailbox_list_module) list_module = nullptr;

    bool is_loaded() const { return right_lookup && flush && flush_all && storage_module && list_module; }
};

template <class Pointer> void find_symbol(char const *name, Pointer &pointer)
{
    pointer = reinterpret_cast<Pointer>(dlsym(RTLD_DEFAULT, name));
}

/// Null if it is not loaded, or does nothing for that user.
AclPlugin const *acl_plugin(struct mail_user *user)
{
    if (mail_user_plugin_getenv(user, "acl") == nullptr)
        return nullptr;
    static AclPlugin plugin;
    if (!plugin.right_lookup) {
        find_symbol("acl_mailbox_right_lookup", plugin.right_lookup);
        find_symbol("acl_cache_flush", plugin.flush);
        find_symbol("acl_cache_flush_all", plugin.flush_all);
        find_symbol("acl_storage_module", plugin.storage_module);
        find_symbol("acl_mailbox_list_module", plugin.list_module);
    }
    return plugin.is_loaded() ? &plugin : nullptr;
}

struct acl_mailbox_list *context_of(AclPlugin const &acl, struct mailbox_list *list)
{
    return static_cast<struct acl_mailbox_list *>(MODULE_CONTEXT(list, *acl.list_module));
}

/// Null if nobody asks who may open it.
struct acl_mailbox_list *rights_of(AclPlugin const &acl, struct mailbox *box)
{
    if (MODULE_CONTEXT(box, *acl.storage_module) == nullptr ||
        mail_namespace_is_shared_user_root(box->list->ns))
        return nullptr;
    auto *list = context_of(acl, box->list);
    return list == nullptr || list->ignore_acls ? nullptr : list;
}

Result<bool> has_right(AclPlugin const &acl, struct mailbox *box, enum acl_storage_rights right)
{
    int result = acl.right_lookup(box, right);
    if (result < 0)
        return mailbox_error(box, "has no readable rights");
    return result > 0;
}

} // namespace

Result<void> check_may_read(struct mailbox *box)
{
    auto *acl = acl_plugin(box->list->ns->user);
    auto *rights = acl == nullptr ? nullptr : rights_of(*acl, box);
    if (rights == nullptr)
        return {};
    DataStackFrame frame;
    acl->flush(rights->rights.backend->cache, mailbox_get_name(box));
    auto name = std::string("mailbox ") + mailbox_get_vname(box);
    auto may_look_up = has_right(*acl, box, ACL_STORAGE_RIGHT_LOOKUP);
    if (!may_look_up)
        return may_look_up.error();
    if (!*may_look_up)
        return Error{ErrorKind::not_found, name + " may not be looked up"};
    auto may_read = has_right(*acl, box, ACL_STORAGE_RIGHT_READ);
    if (!may_read)
        return may_read.error();
    if (!*may_read)
        return Error{ErrorKind::denied, name + " may not be read"};
    return {};
}

void refresh_rights(struct mail_user *user)
{
    auto *acl = acl_plugin(user);
    if (acl == nullptr)
        return;
    for (auto *ns = user->namespaces; ns != nullptr; ns = ns->next) {
        auto *rights = context_of(*acl, ns->list);
        if (rights == nullptr)
            continue;
        rights->last_shared_add_check = 0;
        if (rights->rights.backend != nullptr)
            acl->flush_all(rights->rights.backend->cache);
    }
}

} // namespace eas
