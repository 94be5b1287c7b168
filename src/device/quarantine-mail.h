// What a device in quarantine sees in place of the user's mailboxes: an Inbox with one message that says what
// to wait for. A MailStore like any other, so that commands need not know of it; nothing is saved anywhere.
// Everything that would change something is denied.
#pragma once
#include "base/settings.h"
#include "device/device.h"
#include "ports/mail-store.h"

namespace eas {

/// The id of its one folder; no mailbox has it, since those have a GUID.
constexpr char quarantine_folder[] = "quarantine";

class QuarantineMail final : public MailStore {
public:
    /// `user` gets the mail. Texts are eas_quarantine_subject and eas_quarantine_text, in which {user},
    /// {device_id}, {device_type}, {model} and {time} stand for the device's, and \n for a new line.
    QuarantineMail(Settings const &settings, Device const &device, std::string const &user);

    Result<std::vector<MailFolder>> folders() override;
    Result<MailFolderStatus> status(FolderId const &id) override;
    Result<std::unique_ptr<MailFolderHandle>> open(FolderId const &id) override;
    Result<FolderId> special_folder(SpecialUse use) override;
    Result<FolderId> create_folder(FolderId const &parent, std::string const &name) override;
    Result<void> move_folder(FolderId const &id, FolderId const &parent, std::string const &name) override;
    Result<void> delete_folder(FolderId const &id) override;
    Result<Uid> save(FolderId const &id, Content const &message, MailFlags const &flags) override;
    Result<FoundMessages> search(std::vector<FolderId> const &folders, MailCondition const &condition,
                                 size_t limit) override;

    struct Message {
        MailHeaders headers;
        std::string text; ///< lines end with CRLF
        std::string raw;  ///< the whole message
    };

private:
    Message m_message;
};

} // namespace eas
