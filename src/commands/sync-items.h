// A collection of items that are no messages in a Sync: the client's operations (sync-item-operations.cc),
// then the server's changes (sync-item-changes.cc). Loading and saving the state is sync-items.cc's.
#pragma once
#include "commands/sync-collection.h"
#include "services/item-folder.h"
#include "sync/item-state.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eas {

/// One Sync of one collection: everything between its loaded and its saved state.
class ItemCollectionSync {
public:
    /// All must outlive it. `base` is the snapshot of `state` that the request starts from.
    ItemCollectionSync(Session &session, SyncCollectionRequest const &request, ItemId collection,
                       ItemFolder &folder, ItemState &state, KeyedItems const &base, AnswerRoom &room);

    Result<void> run(CollectionResult &result);
    /// What the device has after the answer.
    ItemSnapshot take_snapshot() && { return std::move(m_snapshot); }

    /// How many changes are to be told, `limit` at most. Nothing is changed.
    Result<size_t> count(size_t limit);

private:
    struct Answer {
        SyncChanges commands;
        size_t unreadable = 0;
        bool is_full = false;
    };

    Result<void> list();

    // sync-item-operations.cc
    void apply_operations(SyncOutcomes &outcomes);
    SyncOutcome add(SyncOperation const &operation);
    SyncOutcome change(SyncOperation const &operation);
    SyncOutcome remove(SyncOperation const &operation);
    SyncOutcome fetch(SyncOperation const &operation);
    Result<ItemFolder::Written> try_add(SyncOperation const &operation);
    Result<ItemFolder::Written> try_change(SyncOperation const &operation, std::string const &id);
    Result<ItemFolder::Written> write(SyncOperation const &operation, std::string const &id,
                                      std::string const &seen_version);
    bool is_in_conflict(std::string const &id, std::string const &version) const;
    Result<void> try_remove(std::string const &id);
    void note_written(ItemFolder::Written const &written, std::string const &client_id);
    std::optional<std::string> id_of(SyncOperation const &operation) const;
    SyncOutcome failed(SyncOutcome outcome, Error const &error);

    // sync-item-changes.cc
    Result<void> send_changes(CollectionResult &result);
    Result<void> send_change(ItemChange const &change, Answer &answer);
    Result<void> send_item(ItemChange const &change, Answer &answer);
    void leave_out(ItemChange const &change, KnownItem::Where where, std::optional<Instant> passes,
                   Answer &answer);
    void pass_over(ItemChange const &change, bool ever, std::string const &reason, Answer &answer);
    bool is_told(ItemChange const &change);
    bool has_passed(std::optional<Instant> passes) const;
    std::string wire_id(std::string const &id) const;

    Session &m_session;
    SyncCollectionRequest const &m_request;
    ItemId m_collection;
    ItemFolder &m_folder;
    ItemState &m_state;
    AnswerRoom &m_room;
    bool m_is_repeated; ///< the answer that gave out the current key did not arrive
    ItemSnapshot m_snapshot;
    std::optional<Instant> m_since; ///< start of the FilterType's window
    std::string m_folder_version;
    ItemVersions m_listed; ///< what the store has
};

/// As sync_collection(), for a collection of items.
CollectionResult sync_items(Session &session, SyncCollectionRequest const &request, ItemId const &collection,
                            AnswerRoom &room);
/// Whether a Sync with the current key would tell something. Of a collection that the device never
/// synchronised it tells nothing.
Result<bool> items_changed(Session &session, ItemId const &collection);

/// How many changes a Sync would tell; conflict: the key is unknown; nothing: the collection was never
/// synchronised. `options` as in the request.
Result<std::optional<size_t>> count_item_changes(Session &session, ItemId const &collection,
                                                 std::string const &sync_key,
                                                 std::vector<SyncOptions> const &options);

/// The StateStore key of a collection's state.
std::string item_state_key(Device const &device, ItemId const &collection);

} // namespace eas
