// See item-snapshot.h.
#include "sync/item-snapshot.h"
#include "base/text.h"
#include "sync/mail-sync.h"
#include <algorithm>
#include <cstring>

namespace eas {

namespace {

constexpr int incomplete_tasks = 8;

bool has_passed(KnownItem const &item, std::optional<Instant> since)
{
    return since && item.passes_seconds && *item.passes_seconds < since->seconds();
}

/// What is to be told of an item that the store lists; nothing if it is as the device has it.
std::optional<ItemChange::Kind> difference(KnownItem const *known, std::string_view version,
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

ItemVersions::ItemVersions(std::initializer_list<ItemVersion> items)
{
    for (auto const &item : items)
        add(item.id, item.version);
}

std::string_view ItemVersions::keep(std::string_view text)
{
    auto *const kept = static_cast<char *>(m_texts->allocate(text.size(), 1));
    std::memcpy(kept, text.data(), text.size());
    return {kept, text.size()};
}

void ItemVersions::add(std::string_view id, std::string_view version)
{
    m_items.push_back({keep(id), keep(version)});
}

void ItemVersions::keep_first(size_t count)
{
    m_items.resize(std::min(count, m_items.size()));
}

void ItemVersions::sort()
{
    if (!std::ranges::is_sorted(m_items, {}, &ItemVersion::id))
        std::ranges::stable_sort(m_items, {}, &ItemVersion::id);
    auto const same = std::ranges::unique(m_items, {}, &ItemVersion::id);
    m_items.erase(same.begin(), same.end());
}

std::optional<std::string_view> ItemVersions::version_of(std::string_view id) const
{
    auto const item = std::ranges::lower_bound(m_items, id, {}, &ItemVersion::id);
    return item != m_items.end() && item->id == id ? std::optional(item->version) : std::nullopt;
}

void ItemVersions::put(std::string_view id, std::string_view version)
{
    auto const item = std::ranges::lower_bound(m_items, id, {}, &ItemVersion::id);
    if (item != m_items.end() && item->id == id)
        item->version = keep(version);
    else
        m_items.insert(item, {keep(id), keep(version)});
}

std::optional<KnownItem> KnownItem::parse(std::string_view line)
{
    KnownItem item{.id = take_piece(line), .version = take_piece(line)};
    auto const where = take_piece(line), passes = take_piece(line);
    if (item.id.empty() || item.version.empty() || where.size() != 1 || passes.empty())
        return {};
    if (item.version == "-")
        item.version = {};
    item.where = static_cast<Where>(where[0]);
    item.passes_seconds = parse_signed(passes);
    item.again_seconds = parse_signed(line);
    return item;
}

std::string KnownItem::line() const
{
    std::string line;
    line.append(id).append(1, ' ').append(version.empty() ? "-" : version);
    line.append(1, ' ').append(1, static_cast<char>(where)).append(1, ' ');
    line.append(passes_seconds ? std::to_string(*passes_seconds) : "-");
    if (again_seconds)
        line.append(1, ' ').append(std::to_string(*again_seconds));
    return line;
}

std::optional<KnownItem> ItemSnapshot::on_device(std::string_view id) const
{
    auto const found = items.find(id);
    return found && found->where == KnownItem::Where::device ? found : std::nullopt;
}

void ItemSnapshot::make_stale(std::string_view id)
{
    if (auto known = items.find(id)) {
        known->version = {};
        put(*known);
    }
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
    items.for_each([&](KnownItem const &item) {
        if (item.where == KnownItem::Where::device) {
            count(item.passes_seconds, next_passes_seconds);
            count(item.again_seconds, next_again_seconds);
        }
    });
}

std::vector<ItemChange> compare_items(ItemSnapshot const &snapshot, ItemVersions const &listed,
                                      std::optional<Instant> since, bool retry_unreadable, Instant now)
{
    std::vector<ItemChange> changes;
    auto const compare = [&](KnownItem const *known, ItemVersion const &item) {
        if (auto const kind = difference(known, item.version, since, retry_unreadable, now))
            changes.push_back({*kind, std::string(item.id), std::string(item.version)});
    };
    auto next = listed.begin(); // both are by id
    snapshot.items.for_each([&](KnownItem const &known) {
        for (; next != listed.end() && next->id < known.id; ++next)
            compare(nullptr, *next);
        if (next != listed.end() && next->id == known.id)
            compare(&known, *next++);
        else
            changes.push_back({ItemChange::Kind::remove, std::string(known.id), {}});
    });
    for (; next != listed.end(); ++next)
        compare(nullptr, *next);
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
