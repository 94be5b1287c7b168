// A client that changes a draft goes on calling it by its ServerId, but in IMAP a changed message is a new
// one with a new UID. What a client knows by the old UID is noted with the collection's state, and
// KnownFolder shows the mailbox as the client knows it. So nothing else has to tell the two kinds of UID
// apart.
//
// These are facts about the mailbox, not about what a client was told: they hold for every SyncKey.
#pragma once
#include "ports/mail-store.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// An attachment keeps its FileReference although its part number changes.
struct KnownAttachment {
    std::string name;      ///< stands in the FileReference in place of the part number
    std::string part;      ///< IMAP part number
    std::string client_id; ///< of one that the client added; "" if it did not
    bool operator==(KnownAttachment const &) const = default;
};

/// A draft that the client wrote.
struct KnownDraft {
    Uid known_as = 0;                         ///< in ServerIds and FileReferences; may be `uid`
    Uid uid = 0;                              ///< in the mailbox
    std::vector<KnownAttachment> attachments; ///< all that it has
    bool operator==(KnownDraft const &) const = default;

    /// By its name; null if there is none.
    KnownAttachment const *attachment(std::string_view name) const;
    /// The name of a part; the part's number if it has none.
    std::string name_of(std::string const &part) const;
};

using KnownDrafts = std::vector<KnownDraft>;

/// Null if that UID is known by no other.
KnownDraft const *find_known(KnownDrafts const &drafts, Uid known_as);
/// Takes the place of what was known by that UID.
void remember(KnownDrafts &drafts, KnownDraft draft);

/// One value of a collection's state.
std::string serialize(KnownDraft const &draft);
std::optional<KnownDraft> parse_known_draft(std::string_view text);

/// A folder with the UIDs by which the client knows its messages. Both must outlive it.
class KnownFolder final : public MailFolderHandle {
public:
    KnownFolder(MailFolderHandle &folder, KnownDrafts const &drafts) : m_folder(folder), m_drafts(drafts) {}

    MailFolderStatus status() const override { return m_folder.status(); }
    Result<FolderLimits> limits() override { return m_folder.limits(); }
    Result<UidSet> uids(std::optional<Instant> since) override;
    Result<MailChanges> changes_since(ChangePoint const &point, UidSet const &known) override;
    Result<std::vector<UidFlags>> flags(UidSet const &uids) override;
    Result<std::optional<Instant>> oldest_received(UidSet const &uids) override;
    Result<std::vector<UidConversation>> conversations(UidSet const &uids) override;
    Result<std::vector<UidText>> header_field(UidSet const &uids, std::string const &name) override;
    Result<std::unique_ptr<MailMessage>> message(Uid uid) override;
    Result<void> set_flags(Uid uid, FlagChange const &change) override;
    Result<void> expunge(UidSet const &uids) override;
    Result<std::vector<MovedUid>> move_all(UidSet const &uids, FolderId const &destination) override;

    /// The UID in the mailbox.
    Uid in_mailbox(Uid known_as) const;

private:
    UidSet in_mailbox(UidSet known) const;
    UidSet as_known(UidSet uids) const;
    Uid as_known(Uid uid) const;
    template <class T> Result<std::vector<T>> as_known(Result<std::vector<T>> found) const;

    MailFolderHandle &m_folder;
    KnownDrafts const &m_drafts;
};

} // namespace eas
