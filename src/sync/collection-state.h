// The state of one collection on one device: the snapshots that belong to the current and to the
// previous SyncKey, and the options that the client set. A client that did not get an answer repeats
// its request with the previous key and is told the same again.
//
// With it goes what drafts that the client wrote are known by (known-drafts.h), while it has them.
//
// Stored as text under "device/<id>/mail-<collection id>": lines "name value"; a snapshot's lines follow
// its "key" line. Of the previous snapshot only the UIDs are stored in which it differs from the current one:
// most often a few, and the value is written at each change. A value of another format or version reads as
// "no state": the client starts at 0.
#pragma once
#include "base/result.h"
#include "ports/state-store.h"
#include "sync/collection-options.h"
#include "sync/delivery.h"
#include "sync/known-drafts.h"
#include "sync/mail-snapshot.h"
#include "sync/sync-key.h"
#include <optional>
#include <string>
#include <string_view>

namespace eas {

struct KeyedSnapshot {
    std::string sync_key;
    MailSnapshot snapshot;
    bool operator==(KeyedSnapshot const &) const = default;
};

struct CollectionState {
    CollectionOptions options;
    KeyedSnapshot current;
    std::optional<KeyedSnapshot> previous;
    Delivery delivery;
    KnownDrafts drafts;

    /// The snapshot that a key stands for; null for an unknown key.
    KeyedSnapshot const *find(std::string_view sync_key) const;
    /// `snapshot` takes the place of the one that `base_key` stands for, if it differs; whether it does.
    bool replace(std::string_view base_key, MailSnapshot const &snapshot);
    /// `snapshot`, reached from the one that `base_key` stands for, becomes current under a new key. A
    /// request that is repeated and leads to the same again gets the same key again.
    void advance(std::string const &base_key, MailSnapshot snapshot);
    /// The client goes on with `base_key`, and nothing was to be told: if that is the previous key, the
    /// answer with the current one did not arrive. They change places, so that a Ping compares with what the
    /// client has. Whether they did.
    bool settle(std::string_view base_key);
    bool operator==(CollectionState const &) const = default;
};

enum class StateParts {
    all,
    /// All but the sets of UIDs, of which `pending` and `unreadable` alone are read: what surely_unchanged()
    /// looks at, at a cost that does not grow with the mailbox.
    without_sets,
};

std::string serialize(CollectionState const &state);
/// `previous` is read only if `sync_key` is its key, for a client that knows the current key has no use for
/// it; or if it is the later one (settle()), whose key must not be given out again.
std::optional<CollectionState> parse_collection_state(std::string_view text, std::string_view sync_key = {},
                                                      StateParts parts = StateParts::all);

/// The keys that a stored value knows, the current one first.
std::vector<std::string> stored_sync_keys(std::string_view text);

/// Nothing if the device never synchronised that collection (or its state was damaged).
Result<std::optional<CollectionState>> load_collection(StateStore &store, std::string const &key,
                                                       std::string_view sync_key = {},
                                                       StateParts parts = StateParts::all);

} // namespace eas
