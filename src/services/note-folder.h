// A folder of notes: the messages of a mailbox, of which mapping/note-message.h has the form.
//
// A note's id is its X-Universally-Unique-Identifier; that of a message without one is made of its
// UIDVALIDITY and UID, and becomes its identifier when a phone changes it. Of several messages with the same
// identifier the newest is the note: a program that changes a note adds the new message before it removes the
// former one. Messages with \Deleted are such former ones. A version is made of the UID and the categories,
// which are keywords (items/categories.h), since all else of a message stays as it is.
#pragma once
#include "mapping/note-message.h"
#include "services/item-folder.h"
#include "session/session.h"
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace eas {

struct FoundNote {
    Uid uid = 0;
    MailFlags flags;
    UidSet former; ///< older messages with the same identifier
};

class NoteItemFolder final : public ItemFolder {
public:
    /// `session` must outlive it. The mailbox is opened when its notes are asked for.
    NoteItemFolder(Session &session, FolderId id) : m_session(session), m_id(std::move(id)) {}

    Result<std::string> version() override;
    Result<Listing> items() override;
    Result<Item> read(std::string const &id, BodyOptions const &options) override;
    Result<Written> add(Element const &data, std::string const &name) override;
    Result<Written> change(std::string const &id, std::string const &seen_version, Element const &data,
                           SupportedProperties const &supported, std::optional<Instant> instance) override;
    Result<void> remove(std::string const &id, std::string const &seen_version) override;
    /// The note's id there.
    Result<std::string> move(std::string const &id, FolderId const &destination);

private:
    Result<void> open();
    Result<void> list();
    Result<FoundNote> find(std::string const &id);
    std::string version_of(FoundNote const &note) const;
    Result<Written> change(std::string const &id, std::string const &seen_version, Note wanted);
    Result<FoundNote> find_version(std::string const &id, std::string const &seen_version);
    Result<Note> read_request(Element data) const;
    Result<Written> set_categories(std::string const &id, FoundNote const &found,
                                   std::vector<std::string> const &wanted);
    Result<StoredNote> read_stored(Uid uid);
    Result<Uid> save_changed(std::string const &id, FoundNote const &found, StoredNote const &stored,
                             Note const &wanted);
    Result<Written> settle(std::string const &id, Uid saved, Uid former);
    NewNote new_note(std::string const &id, std::string subject, std::string message_class,
                     MimeEntity body) const;
    bool is_shown_as_sent(FoundNote const &written, Note const &sent);

    Session &m_session;
    FolderId m_id;
    std::unique_ptr<MailFolderHandle> m_folder;            ///< null before list()
    std::map<std::string, FoundNote, std::less<>> m_notes; ///< by id, as they were when last listed
};

} // namespace eas
