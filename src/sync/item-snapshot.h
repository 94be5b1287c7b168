// What a device was last told of a collection whose items are no messages: which items it has, in which
// version. Changes are differences between this and what the store lists, so that nothing is told twice and a
// phone's own change does not come back to it.
#pragma once
#include "base/line-table.h"
#include "base/time.h"
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// An item as a store lists it. Neither is empty or has blanks.
struct ItemVersion {
    std::string_view id, version;
    bool operator==(ItemVersion const &) const = default;
};

/// What a store lists, of which it keeps the texts: thousands of items in a few pieces of memory.
class ItemVersions {
public:
    ItemVersions() = default;
    ItemVersions(std::initializer_list<ItemVersion> items);
    void reserve(size_t count) { m_items.reserve(count); }
    void add(std::string_view id, std::string_view version);
    void keep_first(size_t count);

    size_t size() const { return m_items.size(); }
    auto begin() const { return m_items.begin(); }
    auto end() const { return m_items.end(); }

    // Of what was sorted:

    /// By id, of several with one id the first only.
    void sort();
    std::optional<std::string_view> version_of(std::string_view id) const;
    /// The item has that version now, or is a new one.
    void put(std::string_view id, std::string_view version);

private:
    std::string_view keep(std::string_view text);

    std::unique_ptr<std::pmr::monotonic_buffer_resource> m_texts =
        std::make_unique<std::pmr::monotonic_buffer_resource>();
    std::vector<ItemVersion> m_items;
};

/// An item that was looked at. A row of a table "<id> <version> <where> <passes> [<again>]"; "-" for an empty
/// version or none.
struct KnownItem {
    enum class Where : char {
        device = 'd',     ///< the device has it
        outside = 'o',    ///< older than the FilterType wants: the device has it not
        unreadable = 'u', ///< this version cannot be told: the device has it not
    };
    std::string_view id;
    std::string_view version; ///< "": another one than the device has; it is told again
    Where where = Where::device;
    std::optional<int64_t> passes_seconds{}; ///< since when a FilterType may leave it out; absent: never
    std::optional<int64_t> again_seconds{};  ///< since when the device must be told of it anew; absent: never
    bool operator==(KnownItem const &) const = default;

    static std::optional<KnownItem> parse(std::string_view line);
    std::string line() const;
};

using KnownItems = LineTable<KnownItem>;

/// What an operation of the client wrote: a request that is repeated meets its own work.
struct ClientWrite {
    std::string client_id; ///< of an Add; "" of a Change
    std::string item_id, version;
    bool operator==(ClientWrite const &) const = default;
};

struct ItemSnapshot {
    /// Of the store's folder: while it is the same, nothing is to be told. "" if something is left.
    std::string folder_version;
    int filter_type = 0;
    std::optional<int64_t> next_passes_seconds; ///< the earliest of the items on the device
    std::optional<int64_t> next_again_seconds;  ///< likewise
    std::optional<int64_t> retry_seconds;       ///< when to look again at what could not be read
    std::vector<ClientWrite> writes;            ///< of the request that led to this snapshot
    KnownItems items;
    bool operator==(ItemSnapshot const &) const = default;

    /// Nothing if the device has it not.
    std::optional<KnownItem> on_device(std::string_view id) const;
    /// The device was told of the item, or wrote it.
    void put(KnownItem const &item) { items.put(item.line()); }
    /// The device shows something else than what is stored: the item is told again.
    void make_stale(std::string_view id);
    void forget(std::string_view id) { items.erase(id); }
    /// What was written by that Add; null if nothing was.
    ClientWrite const *find_add(std::string_view client_id) const;
    bool wrote(std::string_view id, std::string_view version) const;
    /// Counts next_passes_seconds and next_again_seconds anew; to be called when changes are told.
    void count_passes();
};

/// Something that may have to be told. An addition or a change is only known to be one when the item was
/// read: it may be older than the FilterType wants.
struct ItemChange {
    enum class Kind { remove, soft_delete, change, add };
    Kind kind;
    std::string id;
    std::string version; ///< as listed; of `change` and `add`
    bool operator==(ItemChange const &) const = default;
};

inline std::optional<int64_t> seconds_of(std::optional<Instant> time)
{
    return time ? std::optional(time->seconds()) : std::nullopt;
}

/// From what the device has to what the store lists (sorted); most urgent first. `since`: the start of the
/// FilterType's window. Items whose time has come are changes.
std::vector<ItemChange> compare_items(ItemSnapshot const &snapshot, ItemVersions const &listed,
                                      std::optional<Instant> since, bool retry_unreadable, Instant now);

/// Whether nothing can be told, so that no item has to be listed.
bool surely_unchanged(ItemSnapshot const &snapshot, std::string_view folder_version, int filter_type,
                      Instant now);

/// The start of a FilterType's window for these items: also that of incomplete tasks (8), before which
/// completed ones pass. MS-ASCMD 2.2.3.68.2.
std::optional<Instant> item_filter_start(int filter_type, Instant now);

} // namespace eas
