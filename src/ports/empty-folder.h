// A folder that only holds other folders: it can be synchronised, and never has a message. A client
// that was told "not found" of a folder that FolderSync lists would ask again and again.
#pragma once
#include "ports/mail-store.h"

namespace eas {

class EmptyFolder final : public MailFolderHandle {
public:
    static constexpr MailFolderStatus constant_status{1, 1, {1, 1, 1}, 0};

    MailFolderStatus status() const override { return constant_status; }
    Result<UidSet> uids(std::optional<Instant>) override { return UidSet(); }
    Result<MailChanges> changes_since(ChangePoint const &, UidSet const &known) override
    {
        return MailChanges{constant_status.point, {}, known, true};
    }
    Result<std::vector<UidFlags>> flags(UidSet const &) override { return std::vector<UidFlags>(); }
    Result<std::optional<Instant>> oldest_received(UidSet const &) override
    {
        return std::optional<Instant>();
    }
    Result<std::vector<UidConversation>> conversations(UidSet const &) override
    {
        return std::vector<UidConversation>();
    }
    Result<std::vector<UidText>> header_field(UidSet const &, std::string const &) override
    {
        return std::vector<UidText>();
    }
    Result<std::unique_ptr<MailMessage>> message(Uid) override { return nothing_here(); }
    Result<void> set_flags(Uid, FlagChange const &) override { return nothing_here(); }
    Result<void> expunge(UidSet const &) override { return {}; }
    Result<std::vector<MovedUid>> move_all(UidSet const &, FolderId const &) override
    {
        return nothing_here();
    }

private:
    static Error nothing_here() { return {ErrorKind::not_found, "the folder only holds other folders"}; }
};

} // namespace eas
