// MailStore on Dovecot's storage library: the mailboxes of one user, with the rights of that user.
// Messages and rules are Dovecot's; nothing is stored here but which id belongs to which mailbox.
#pragma once
#include "eas/dovecot-folder-mailbox.h"
#include "eas/dovecot-kept-mailbox.h"
#include "ports/mail-store.h"
#include "stores/mail-annotations.h"
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

struct mail_user;

namespace eas {

class DovecotMailStore final : public MailStore {
public:
    /// `user` and `state`, where annotations are, must outlive the store, and the store all that it hands
    /// out. `namespaces` and `notes_mailbox` as in ListOptions.
    DovecotMailStore(struct mail_user *user, StateStore &state, std::string namespaces = {},
                     std::string notes_mailbox = {})
        : m_user(user), m_namespaces(std::move(namespaces)), m_notes_mailbox(std::move(notes_mailbox)),
          m_annotations(state)
    {}

    Result<std::vector<MailFolder>> folders() override;
    Result<std::vector<MailFolder>> note_folders() override;
    Result<std::optional<FolderId>> sent_folder() override;
    std::optional<Error> incomplete() const override { return m_incomplete; }
    Result<MailFolderStatus> status(FolderId const &id) override;
    Result<std::unique_ptr<MailFolderHandle>> open(FolderId const &id) override;
    Result<FolderId> special_folder(SpecialUse use) override;
    Result<FolderId> create_folder(FolderId const &parent, std::string const &name) override;
    Result<void> move_folder(FolderId const &id, FolderId const &parent, std::string const &name) override;
    Result<void> delete_folder(FolderId const &id) override;
    Result<Uid> save(FolderId const &id, Content const &message, MailFlags const &flags) override;
    Result<FoundMessages> search(std::vector<FolderId> const &folders, MailCondition const &condition,
                                 size_t limit) override;

    /// The mailbox, opened but not synchronised: enough to add messages.
    Result<MailboxHandle> open_for_saving(FolderId const &id);

private:
    Result<std::vector<MailFolder>> list(bool without_hidden);
    enum class Access { listed, opened, saving, deleting };
    Result<MailboxHandle> find(FolderId const &id, Access access);
    bool is_empty_folder(FolderId const &id, Error const &error) const;
    Result<std::shared_ptr<OpenMailbox>> open_shared(FolderId const &id);
    void note_not_searched(Error const &error) const;
    Result<void> create(SpecialUse use);
    Result<std::string> vname_of(FolderId const &id, Access access);
    Result<std::string> vname_below(FolderId const &parent, std::string const &name);

    struct mail_user *m_user;
    std::string m_namespaces, m_notes_mailbox;
    /// As they were when the folders for phones were last listed.
    struct Listed {
        std::vector<MailFolder> notes;
        std::optional<FolderId> sent;
    };
    std::optional<Listed> m_listed;
    std::optional<Error> m_incomplete; ///< of the last list
    MailAnnotations m_annotations;
    KeptMailbox m_kept;
    std::unordered_map<FolderId, std::string> m_names; ///< as they were when last listed; checked at use
    std::unordered_map<FolderId, std::string> m_empty; ///< what has no messages for this user; likewise
};

} // namespace eas
