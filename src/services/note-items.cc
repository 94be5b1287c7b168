// See note-items.h.
#include "services/note-items.h"
#include "services/note-folder.h"
#include <algorithm>

namespace eas {

namespace {

class NoteItemStore final : public ItemStore {
public:
    explicit NoteItemStore(Session &session) : m_session(session), m_mail(session.ports.mail) {}

    bool serves(ItemClass item_class) const override { return item_class == ItemClass::notes; }
    Result<Folders> folders() override;
    Result<std::unique_ptr<ItemFolder>> open(ItemId const &collection) override;
    Result<std::string> create(ItemClass, std::string const &name) override;
    Result<void> rename(ItemId const &collection, std::string const &name) override;
    Result<void> remove(ItemId const &collection) override
    {
        return m_mail.delete_folder(collection.collection);
    }
    Result<std::string> move(ItemId const &item, ItemId const &destination) override;
    std::vector<std::string> watched_directories(std::optional<ItemId> const &) override { return {}; }
    std::vector<FolderId> watched_mailboxes(ItemId const &collection) override
    {
        return {collection.collection};
    }

private:
    Session &m_session;
    MailStore &m_mail;
};

Result<ItemStore::Folders> NoteItemStore::folders()
{
    auto const listed = m_mail.note_folders();
    if (!listed)
        return listed.error();
    Folders result;
    auto const &row = row_of(ItemClass::notes);
    for (auto const &folder : *listed) {
        bool const is_default = result.folders.empty();
        result.folders.push_back(
            {item_collection_id(ItemClass::notes, folder.id),
             is_default ? std::string(root_id) : item_collection_id(ItemClass::notes, folder.parent_id),
             folder.name, is_default ? row.default_type : row.user_type});
    }
    return result;
}

Result<std::unique_ptr<ItemFolder>> NoteItemStore::open(ItemId const &collection)
{
    if (auto const status = m_mail.status(collection.collection); !status)
        return status.error();
    return std::unique_ptr<ItemFolder>(std::make_unique<NoteItemFolder>(m_session, collection.collection));
}

Result<std::string> NoteItemStore::create(ItemClass, std::string const &name)
{
    auto const listed = m_mail.note_folders();
    if (!listed || listed->empty())
        return listed ? Error{ErrorKind::denied, "the user has no mailbox of notes"} : listed.error();
    auto const id = m_mail.create_folder(listed->front().id, name);
    return id ? Result(item_collection_id(ItemClass::notes, *id)) : id.error();
}

Result<void> NoteItemStore::rename(ItemId const &collection, std::string const &name)
{
    auto const listed = m_mail.note_folders();
    if (!listed)
        return listed.error();
    auto const folder = std::ranges::find(*listed, collection.collection, &MailFolder::id);
    if (folder == listed->end())
        return Error{ErrorKind::not_found, "there is no folder of notes " + collection.collection};
    return m_mail.move_folder(folder->id, folder->parent_id, name);
}

Result<std::string> NoteItemStore::move(ItemId const &item, ItemId const &destination)
{
    auto const id = NoteItemFolder(m_session, item.collection).move(item.item, destination.collection);
    return id ? Result(item_id(ItemClass::notes, destination.collection, *id)) : id.error();
}

} // namespace

std::unique_ptr<ItemStore> open_note_items(Session &session)
{
    return std::make_unique<NoteItemStore>(session);
}

} // namespace eas
