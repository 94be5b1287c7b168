// The state of one collection of items on one device: the snapshots that belong to the current and to the
// previous SyncKey, the client's options, and which properties it manages. A client that did not get an
// answer repeats its request with the previous key and is told the same again.
//
// Stored as text under "device/<id>/items-<collection id>". The head says all that a Sync without changes
// must know; only where something changed are the items read, of which there may be ten thousand:
//
//   eas-item-state 1
//   <options, "supported" tags, "delivery">
//   key <SyncKey>           then what follows is of its snapshot; a second one: of the previous
//   version <token> | filter <type> | passes <seconds> | again <seconds> | retry <seconds>
//   write <ClientId> <item> <version>
//   items <bytes>
//   <a KnownItem's line>    one for each item, by id
//   previous <bytes>
//   <a KnownItem's line>    only where it differs from the current one; "<id>": it had it not
//   end 1
//
// A value of another format or version, or a damaged one, reads as "no state": the client starts at 0.
#pragma once
#include "base/result.h"
#include "items/supported-properties.h"
#include "ports/state-store.h"
#include "sync/collection-options.h"
#include "sync/item-snapshot.h"
#include <optional>
#include <string>
#include <string_view>

namespace eas {

struct KeyedItems {
    std::string sync_key;
    ItemSnapshot snapshot;
    bool operator==(KeyedItems const &) const = default;
};

struct ItemState {
    CollectionOptions options;
    SupportedProperties supported;
    Delivery delivery;
    KeyedItems current;
    std::optional<KeyedItems> previous;

    /// The snapshot that a key stands for; null for an unknown key.
    KeyedItems const *find(std::string_view sync_key) const;
    /// `snapshot` takes the place of the one that `base_key` stands for.
    void replace(std::string_view base_key, ItemSnapshot snapshot);
    /// `snapshot`, reached from the one that `base_key` stands for, becomes current under a new key. A
    /// request that is repeated and leads to the same again gets the same key again.
    void advance(std::string const &base_key, ItemSnapshot snapshot);
    /// The client goes on with `base_key`, and nothing was to be told: if that is the previous key, the
    /// answer with the current one did not arrive. They change places, so that a Ping compares with what the
    /// client has. Whether they did.
    bool settle(std::string_view base_key);
    bool operator==(ItemState const &) const = default;
};

std::string serialize(ItemState const &state);

/// A stored state of which the items are read when they are needed.
class StoredItemState {
public:
    /// Nothing if there is none; conflict: it cannot be read. The caller holds the device's lock as long as
    /// the result lives.
    static Result<std::optional<StoredItemState>> load(StateStore &store, std::string const &key);
    /// Its snapshots have no items yet.
    ItemState &head() { return m_state; }
    /// All of it. conflict: it is damaged. The previous snapshot only if `sync_key` is its key, for a client
    /// that knows the current key has no use for it; or if it is the later one (settle()), whose key must not
    /// be given out again.
    Result<ItemState> read_items(std::string_view sync_key) &&;

private:
    StoredItemState(StateStore &store, std::string key) : m_store(&store), m_key(std::move(key)) {}
    bool parse_head(std::string_view text);
    bool parse_items(std::shared_ptr<std::string const> const &text, std::string_view sync_key);

    StateStore *m_store;
    std::string m_key;
    ItemState m_state;
};

} // namespace eas
