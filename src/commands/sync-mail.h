// A mail collection in a Sync: the client's operations (sync-mail-operations.cc), then the server's changes
// (sync-mail-changes.cc). Loading and saving the state is sync-collection.cc's.
#pragma once
#include "commands/arriving-conversations.h"
#include "commands/sync-collection.h"
#include "commands/sync-drafts.h"
#include "sync/mail-sync.h"
#include <map>
#include <optional>
#include <vector>

namespace eas {

/// One Sync of one mail collection: everything between its loaded and its saved state.
class MailCollectionSync {
public:
    MailCollectionSync(Session &session, SyncCollectionRequest const &request, FolderId folder_id,
                       MailFolderHandle &folder, CollectionState &state, KeyedSnapshot const &base,
                       AnswerRoom &room)
        : m_session(session), m_request(request), m_room(room), m_folder_id(std::move(folder_id)),
          m_options(state.options), m_delivery(state.delivery), m_is_repeated(&base != &state.current),
          m_drafts(state.drafts), m_known(folder, state.drafts),
          m_engine(m_known, base.snapshot, state.options.filter(), session.ports.clock.now(),
                   shown_properties(session.version)),
          m_conversations(session, m_folder_id),
          m_draft_operations(session, request, state, m_known, m_engine)
    {}

    Result<void> run(CollectionResult &result);
    MailSnapshot const &snapshot() const { return m_engine.snapshot(); }

private:
    void apply_operations(SyncOutcomes &outcomes);
    SyncOutcome change(SyncOperation const &operation);
    Result<void> change(Uid uid, Email const &email);
    Result<std::optional<Draft>> changed_draft(SyncOperation const &operation, Uid uid);
    bool is_gone(Uid uid);
    UidSet remove_at_once(std::vector<SyncOperation> const &operations, Result<FolderId> const &trash);
    SyncOutcome remove(SyncOperation const &operation, Result<FolderId> const &trash, UidSet const &gone);
    SyncOutcome fetch(SyncOperation const &operation);
    Result<void> send_changes(CollectionResult &result);
    Result<std::vector<MailChange>> next_changes(size_t limit, BodyOptions &options);
    Result<bool> send_change(MailChange const &change, BodyOptions const &options, SyncChanges &commands);
    Result<Email> email(Uid uid, BodyOptions const &options);
    void take_meetings(std::map<Uid, Email *> const &emails);
    Result<Email> new_email(Uid uid, BodyOptions const &options);
    Result<Email> changed_properties(MailChange const &change);
    void forget_flag(MailChange const &change);
    std::optional<Uid> uid_of(SyncOperation const &operation) const;
    bool moved_with_its_conversation(Uid uid, Email const &email);

    Session &m_session;
    SyncCollectionRequest const &m_request;
    AnswerRoom &m_room;
    FolderId m_folder_id;
    CollectionOptions const &m_options;
    Delivery &m_delivery;
    bool m_is_repeated; ///< the answer that gave out the current key did not arrive
    KnownDrafts const &m_drafts;
    KnownFolder m_known; ///< the folder with the client's UIDs
    MailSync m_engine;
    ArrivingConversations m_conversations;
    DraftOperations m_draft_operations;
};

} // namespace eas
