// See folder-change.h.
#include "commands/folder-change.h"
#include "base/text.h"
#include "commands/hierarchy.h"
#include "commands/sync-collection.h"
#include "sync/item-class.h"
#include <algorithm>

namespace eas {

int FolderChange::begin(std::optional<std::string> const &sync_key)
{
    if (!sync_key || sync_key->empty())
        return refuse(m_session, folder_status::malformed, "SyncKey is missing");
    auto state = load_folders(m_session.ports.state, device_key(m_session.device, "folders"));
    if (!state)
        return refuse(m_session, folder_status::server_error, state.error().message);
    auto *base = *state ? (*state)->find(*sync_key) : nullptr;
    if (!base)
        return refuse(m_session, folder_status::invalid_sync_key, "the SyncKey is unknown");
    auto server = m_session.ports.mail.folders();
    if (!server)
        return refuse(m_session, folder_status::server_error, server.error().message);
    m_base = *base;
    m_may_be_repeated = base != &(*state)->current;
    m_state = std::move(**state);
    m_server = std::move(*server);
    m_items = list_item_folders(m_session, m_base.folders);
    return folder_status::success;
}

Result<std::string> FolderChange::save(std::vector<WireFolder> folders, std::string created)
{
    m_state.advance(std::move(m_base), std::move(folders), std::move(created));
    auto saved = m_session.ports.state.set(device_key(m_session.device, "folders"), serialize(m_state));
    if (!saved)
        return saved.error();
    return m_state.current.sync_key;
}

MailFolder const *FolderChange::find(std::string_view id) const
{
    auto found = std::ranges::find(m_server, id, &MailFolder::id);
    return found == m_server.end() ? nullptr : &*found;
}

WireFolder const *FolderChange::find_items(std::string_view id) const
{
    auto found = std::ranges::find(m_items, id, &WireFolder::id);
    return found == m_items.end() ? nullptr : &*found;
}

MailFolder const *FolderChange::find_child(FolderId const &parent, std::string_view name) const
{
    auto found = std::ranges::find_if(
        m_server, [&](auto &folder) { return folder.parent_id == parent && folder.name == name; });
    return found == m_server.end() ? nullptr : &*found;
}

std::optional<FolderId> FolderChange::find_parent(std::string_view parent_id) const
{
    if (parent_id == root_id)
        return FolderId();
    auto *parent = find(parent_id);
    return parent ? std::optional(parent->id) : std::nullopt;
}

KeyedHierarchy const *FolderChange::told_after() const
{
    return m_may_be_repeated ? &m_state.current : nullptr;
}

Result<void> delete_folder_tree(MailStore &store, std::vector<MailFolder> const &folders, FolderId const &id)
{
    auto const ids = subtree(folders, id);
    bool const has_special_folder = std::ranges::any_of(folders, [&](auto &folder) {
        return folder.special_use != SpecialUse::none && std::ranges::find(ids, folder.id) != ids.end();
    });
    if (has_special_folder)
        return Error{ErrorKind::bad_request, "special folders are not deleted"};
    return store.delete_folder(id);
}

bool is_default_folder(WireFolder const &folder)
{
    return std::ranges::any_of(item_classes(),
                               [&](auto const &row) { return row.default_type == folder.type; });
}

bool is_display_name(std::string_view name)
{
    constexpr size_t most_characters = 256;
    return !name.empty() && utf8_prefix_characters(name, most_characters).size() == name.size() &&
           sanitize_utf8(name) == name;
}

int refuse(Session &session, int status, std::string_view why)
{
    session.log_note = "status=" + std::to_string(status) + ' ' + std::string(why);
    return status;
}

Result<void> forget_collections(Session &session, std::span<std::string const> ids)
{
    for (auto &id : ids)
        if (auto removed = session.ports.state.remove(collection_state_key(session.device, id)); !removed)
            return removed;
    return {};
}

} // namespace eas
