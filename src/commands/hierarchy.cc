// See hierarchy.h.
#include "commands/hierarchy.h"
#include "commands/arrived-meetings.h"
#include "commands/folder-change.h"
#include "device/profile.h"
#include "services/item-stores.h"
#include <algorithm>

namespace eas {

namespace {

/// Takes over what the device knows of the folders of items for which `is_wanted` holds.
template <class IsWanted>
void keep_known(std::vector<WireFolder> const &known, IsWanted is_wanted, std::vector<WireFolder> &folders)
{
    for (auto const &folder : known)
        if (auto const id = parse_item_collection_id(folder.id); id && is_wanted(*id, folder.id))
            folders.push_back(folder);
}

/// Takes over what the device knows of folders of mail that are not listed.
void keep_missing(Session &session, Error const &reason, std::vector<WireFolder> const &known,
                  std::vector<WireFolder> &folders)
{
    session.log_note += " folders are left as they were: " + reason.message + ';';
    session.log_as_warning = true;
    for (auto const &folder : known)
        if (!parse_item_collection_id(folder.id) &&
            std::ranges::find(folders, folder.id, &WireFolder::id) == folders.end())
            folders.push_back(folder);
}

void list_items(Session &session, ItemStore &store, std::vector<WireFolder> const &known,
                std::vector<WireFolder> &folders)
{
    auto listed = store.folders();
    if (!listed) {
        session.log_note += " folders are left as they were: " + listed.error().message + ';';
        session.log_as_warning = true;
        keep_known(
            known, [&](ItemId const &id, auto const &) { return store.serves(id.item_class); }, folders);
        return;
    }
    bool const only_defaults = profile_of(session.device).only_default_item_folders;
    for (auto &folder : listed->folders)
        if (!only_defaults || is_default_folder(folder))
            folders.push_back(std::move(folder));
    keep_known(
        known,
        [&](ItemId const &, std::string const &id) {
            return std::ranges::find(listed->unreadable, id) != listed->unreadable.end();
        },
        folders);
}

} // namespace

Result<std::vector<WireFolder>> list_hierarchy(Session &session, std::vector<WireFolder> const &known)
{
    auto folders = list_folders(session.ports.mail);
    if (!folders)
        return folders;
    if (auto const incomplete = session.ports.mail.incomplete())
        keep_missing(session, *incomplete, known, *folders);
    auto items = list_item_folders(session, known);
    folders->insert(folders->end(), items.begin(), items.end());
    return folders;
}

std::vector<WireFolder> list_item_folders(Session &session, std::vector<WireFolder> const &known)
{
    std::vector<WireFolder> folders;
    for (auto const &store : open_item_stores(session))
        list_items(session, *store, known, folders);
    return folders;
}

void make_default_folders(Session &session)
{
    for (auto const &store : open_item_stores(session)) {
        auto const made = store->make_defaults();
        if (made)
            continue;
        session.log_note += " no default folder: " + made.error().message + ';';
        session.log_as_warning = true;
    }
}

void watch_collection(Session &session, std::string const &collection_id, Wait &wait)
{
    auto const items = parse_item_collection_id(collection_id);
    if (!items) {
        wait.folders.push_back(collection_id);
        return;
    }
    auto const store = open_item_store(session, items->item_class);
    auto const directories = store ? (*store)->watched_directories(items) : std::vector<std::string>();
    auto const mailboxes = store ? (*store)->watched_mailboxes(*items) : std::vector<FolderId>();
    wait.directories.insert(wait.directories.end(), directories.begin(), directories.end());
    wait.folders.insert(wait.folders.end(), mailboxes.begin(), mailboxes.end());
    auto const contacts = store ? (*store)->watched_contacts() : ContactPlace();
    if (!contacts.dn.empty())
        wait.contacts = contacts;
    wait.poll |= directories.empty() && mailboxes.empty() && contacts.dn.empty();
    if (items->item_class == ItemClass::calendar)
        watch_arriving_meetings(session, wait);
}

void watch_hierarchy(Session &session, Wait &wait)
{
    wait.hierarchy = true;
    for (auto const &store : open_item_stores(session)) {
        auto const directories = store->watched_directories({});
        wait.directories.insert(wait.directories.end(), directories.begin(), directories.end());
        if (auto const contacts = store->watched_contacts(); !contacts.dn.empty())
            wait.contacts = contacts;
    }
}

} // namespace eas
