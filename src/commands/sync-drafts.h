// Sync's Add and Change of drafts, from 16.0 on: the message is written, or sent (email2:Send), in the way of
// SendMail. MS-ASEMAIL 2.2.2.69, 3.1.5.4; MS-ASCMD 2.2.3.7.2, 2.2.3.24.
//
// A request may come twice, because its answer was lost or its process killed at any point. Each operation
// has a name made of its SyncKey and content, which is in the message that it writes, or among the device's
// sent ClientIds: so it is found, and not done again.
#pragma once
#include "mapping/draft-message.h"
#include "session/session.h"
#include "sync/collection-state.h"
#include "sync/mail-sync.h"
#include "sync/sync-messages.h"

namespace eas {

/// Whether a Change is of more than flags.
bool changes_content(Draft const &draft, SyncOperation const &operation);

class DraftOperations {
public:
    /// All must outlive it. `state.drafts`, `folder` and `engine` know what the operations did.
    DraftOperations(Session &session, SyncCollectionRequest const &request, CollectionState &state,
                    KnownFolder &folder, MailSync &engine);

    SyncOutcome add(SyncOperation const &operation);
    /// `draft` is read from `operation`. The message is a draft that the client has, or it is gone.
    SyncOutcome change(SyncOperation const &operation, Draft const &draft, Uid known_as);

private:
    struct Failure {
        int status; ///< of the item
        Error error;
    };
    /// What an operation left: nothing, or why it failed.
    using Done = std::optional<Failure>;

    struct Change {
        SyncOperation const &operation;
        Draft const &draft;
        Uid known_as;
        std::string name;
    };

    /// Flags of a written draft: what the client says, and of a changed one what it had.
    static Result<MailFlags> flags_of(Draft const &draft, MailFlags const &before);
    static Result<MailFlags> flags_of_new(Draft const &draft);

    Done try_add(SyncOperation const &operation, SyncOutcome &outcome);
    Done try_change(Change const &change, SyncOutcome &outcome);
    Done change_gone(Change const &change, SyncOutcome &outcome);
    Done send_changed(Change const &change, std::unique_ptr<MailMessage> message);
    Done replace(Change const &change, std::unique_ptr<MailMessage> message, SyncOutcome &outcome);
    Done send(ComposedDraft const &draft, std::string const &sent_name);
    void remove(Uid known_as);
    void take_place(Change const &change, Uid saved, std::vector<PlacedAttachment> const &attachments);

    Result<bool> has_cut_body(Draft const &draft, MailMessage &stored) const;
    Result<ComposedDraft> compose(Change const &change, MailMessage *stored);
    Result<std::vector<std::string>> deleted_parts(Draft const &draft, Uid known_as) const;
    Result<Uid> find_or_save(std::string const &name, ComposedDraft const &draft, MailFlags const &flags);
    template <class IsMeant> std::optional<Uid> find_fresh(IsMeant const &is_meant);
    std::optional<Uid> find_saved(std::string const &name);
    std::optional<Uid> find_former(std::string const &name);
    Result<void> check_add(SyncOperation const &operation);
    Result<bool> is_drafts_folder();
    DraftDefaults defaults(std::string const &name);
    std::string name_of(SyncOperation const &operation) const;
    std::string name_with_content(SyncOperation const &operation) const;
    std::vector<AddedAttachment> added_attachments(Draft const &draft, Uid known_as) const;
    void answer_add(Draft const &draft, Uid uid, SyncOutcome &outcome);
    void answer_change(Change const &change, SyncOutcome &outcome) const;
    SyncOutcome finish(SyncOutcome outcome, Done const &failure);

    Session &m_session;
    FolderId m_folder_id;
    std::string m_base_key;
    CollectionState &m_state;
    KnownFolder &m_folder;
    MailSync &m_engine;
};

} // namespace eas
