// See item-snapshot.h.
#include "sync/item-snapshot.h"
#include "sync/mail-sync.h"
#include <algorithm>

namespace eas {

namespace {

constexpr int incomplete_tasks = 8;

bool has_passed(KnownItem const &item, std::optional<Instant> since)
{
    return since && item.passes_seconds && *item.passes_seconds < since->seconds();
}

/// What is to be told of an item that the store lists; nothing if it is as the device has it.
std::optional<ItemChange::Kind> difference(KnownItem const *known, std::string const &version,
                                           std::optional<Instant> since, bool retry_unreadable, Instant now)
{
    using Kind = ItemChange::Kind;
    if (!known)
        return Kind::add;
    bool const same = known->version == version;
    switch (known->where) {
    case KnownItem::Where::device:
        if (!same || (known->again_seconds && *known->again_seconds <= now.seconds()))
            return Kind::change;
        return has_passed(*known, since) ? std::optional(Kind::soft_delete) : std::nullopt;
    case KnownItem::Where::outside:
        return same && has_passed(*known, since) ? std::nullopt : std::optional(Kind::add);
    case KnownItem::Where::unreadable:
        break;
    }
    return same && !retry_unreadable ? std::nullopt : std::optional(Kind::add);
}

} // namespace

KnownItem const *ItemSnapshot::on_device(std::string_view id) const
{
    auto const found = items.find(id);
    bool const has = found != items.end() && found->second.where == KnownItem::Where::device;
    return has ? &found->second : nullptr;
}

void ItemSnapshot::put(std::string const &id, KnownItem item)
{
    items.insert_or_assign(id, std::move(item));
}

void ItemSnapshot::make_stale(std::string_view id)
{
    auto const found = items.find(id);
    if (found != items.end())
        found->second.version.clear();
}

void ItemSnapshot::forget(std::string_view id)
{
    auto const found = items.find(id);
    if (found != items.end())
        items.erase(found);
}

ClientWrite const *ItemSnapshot::find_add(std::string_view client_id) const
{
    auto const found = std::ranges::find(writes, client_id, &ClientWrite::client_id);
    return client_id.empty() || found == writes.end() ? nullptr : &*found;
}

bool ItemSnapshot::wrote(std::string_view id, std::string_view version) const
{
    return std::ranges::any_of(
        writes, [&](auto const &write) { return write.item_id == id && write.version == version; });
}

void ItemSnapshot::count_passes()
{
    next_passes_seconds.reset();
    next_again_seconds.reset();
    auto const count = [](std::optional<int64_t> of_item, std::optional<int64_t> &earliest) {
        if (of_item && (!earliest || *of_item < *earliest))
            earliest = of_item;
    };
    for (auto const &[id, item] : items)
        if (item.where == KnownItem::Where::device) {
            count(item.passes_seconds, next_passes_seconds);
            count(item.again_seconds, next_again_seconds);
        }
}

std::vector<ItemChange> compare_items(ItemSnapshot const &snapshot, ItemVersions const &listed,
                                      std::optional<Instant> since, bool retry_unreadable, Instant now)
{
    std::vector<ItemChange> changes;
    walk_both(snapshot.items, listed,
              [&](std::string const &id, KnownItem const *known, std::string const *version) {
                  if (!version) {
                      changes.push_back({ItemChange::Kind::remove, id, {}});
                      return;
                  }
                  if (auto const kind = difference(known, *version, since, retry_unreadable, now))
                      changes.push_back({*kind, id, *version});
              });
    std::ranges::stable_sort(changes, {}, &ItemChange::kind);
    return changes;
}

bool surely_unchanged(ItemSnapshot const &snapshot, std::string_view folder_version, int filter_type,
                      Instant now)
{
    auto const since = item_filter_start(filter_type, now);
    bool const one_passes =
        since && snapshot.next_passes_seconds && *snapshot.next_passes_seconds < since->seconds();
    auto const is_due = [&](std::optional<int64_t> seconds) { return seconds && *seconds <= now.seconds(); };
    return !snapshot.folder_version.empty() && snapshot.folder_version == folder_version &&
           snapshot.filter_type == filter_type && !one_passes && !is_due(snapshot.retry_seconds) &&
           !is_due(snapshot.next_again_seconds);
}

std::optional<Instant> item_filter_start(int filter_type, Instant now)
{
    if (filter_type == incomplete_tasks)
        return Instant::from_seconds(1);
    return filter_start(filter_type, now);
}

} // namespace eas
