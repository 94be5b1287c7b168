// MailFolderHandle on Dovecot's storage library.
#pragma once
#include "eas/dovecot-conversations.h"
#include "eas/dovecot-folder-mailbox.h"
#include "ports/mail-store.h"
#include <optional>

namespace eas {

class DovecotMailStore;
class Saving;

class DovecotFolder final : public MailFolderHandle {
public:
    /// `store` finds the destination of a move and must outlive the handle.
    DovecotFolder(DovecotMailStore &store, std::shared_ptr<OpenMailbox> mailbox)
        : m_store(store), m_mailbox(std::move(mailbox))
    {}
    ~DovecotFolder() override { m_mailbox->stop_reading(); }

    MailFolderStatus status() const override;
    Result<UidSet> uids(std::optional<Instant> since) override;
    Result<MailChanges> changes_since(ChangePoint const &point, UidSet const &known) override;
    Result<FolderLimits> limits() override;
    Result<std::vector<UidFlags>> flags(UidSet const &uids) override;
    Result<std::optional<Instant>> oldest_received(UidSet const &uids) override;
    Result<std::vector<UidConversation>> conversations(UidSet const &uids) override;
    Result<std::vector<UidText>> header_field(UidSet const &uids, std::string const &name) override;
    Result<std::unique_ptr<MailMessage>> message(Uid uid) override;
    Result<void> set_flags(Uid uid, FlagChange const &change) override;
    Result<void> expunge(UidSet const &uids) override;
    Result<std::vector<MovedUid>> move_all(UidSet const &uids, FolderId const &destination) override;

private:
    /// Where messages were last moved to; it stays open, for they come in numbers.
    struct Target {
        FolderId id;
        MailboxHandle box;
    };

    struct mailbox *box() const { return m_mailbox->box(); }
    Result<struct mailbox *> open_target(FolderId const &id);
    Result<void> add_to_move(struct mail *mail, Uid uid, struct mailbox *target, Saving &saving);
    template <class Entry, class Read>
    Result<std::vector<Entry>> read_each(UidSet const &uids, Read const &read);

    DovecotMailStore &m_store;
    std::shared_ptr<OpenMailbox> m_mailbox;
    NewConversations m_conversations;
    std::optional<Target> m_target;
};

} // namespace eas
