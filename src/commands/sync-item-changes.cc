// What the server tells of a collection of items: which changes, in which form, how many. See sync-items.h.
#include "commands/sync-items.h"
#include <algorithm>

namespace eas {

namespace {

constexpr size_t default_window = 100, largest_window = 512; // MS-ASCMD 2.2.3.199
constexpr size_t most_unreadable = 5; ///< in one answer for want of the storage; with more it is down
constexpr int64_t retry_seconds = 3600;

/// Bodies of no byte: the client shows that there is more, and may fetch it.
BodyOptions without_body(BodyOptions options)
{
    if (options.body_preferences.empty())
        options.body_preferences.emplace_back();
    for (auto &preference : options.body_preferences) {
        preference.truncation_size = 0;
        preference.all_or_none.reset();
        preference.preview.reset();
    }
    return options;
}

} // namespace

std::string ItemCollectionSync::wire_id(std::string const &id) const
{
    return item_id(m_collection.item_class, m_collection.collection, id);
}

bool ItemCollectionSync::has_passed(std::optional<Instant> passes) const
{
    return m_since && passes && *passes < *m_since;
}

Result<void> ItemCollectionSync::send_changes(CollectionResult &result)
{
    auto const requested = m_request.window_size.value_or(default_window);
    auto limit = std::min<size_t>(m_room.changes,
                                  requested == 0 || requested > largest_window ? largest_window : requested);
    auto const now = m_session.ports.clock.now();
    m_state.delivery.note_request(m_is_repeated, limit, now);
    limit = m_state.delivery.limit(limit);
    m_snapshot.filter_type = m_state.options.filter_type;
    bool const retry_is_due = m_snapshot.retry_seconds && *m_snapshot.retry_seconds <= now.seconds();
    if (retry_is_due)
        m_snapshot.retry_seconds.reset();

    Answer answer;
    for (auto const &change : compare_items(m_snapshot, m_listed, m_since, retry_is_due, now)) {
        answer.is_full |= answer.commands.size() == limit || m_room.bytes == 0;
        if (answer.is_full)
            break;
        if (auto sent = send_change(change, answer); !sent) {
            if (answer.commands.size() == 0 && !m_request.commands)
                return sent;
            answer.is_full = true; // the client has what came before; the next request meets the error first
            break;
        }
    }
    m_snapshot.folder_version = answer.is_full ? "" : m_folder_version;
    m_snapshot.count_passes();
    if (answer.commands.size() != 0 && !m_request.commands)
        m_snapshot.writes.clear();
    if (answer.commands.size() == 0)
        m_state.delivery.forget_repeats();
    result.changes = answer.commands.size();
    take(m_room.changes, result.changes);
    result.response.more_available = answer.is_full;
    if (answer.commands.size() != 0)
        result.response.commands = std::move(answer.commands);
    return {};
}

Result<void> ItemCollectionSync::send_change(ItemChange const &change, Answer &answer)
{
    bool const has = m_snapshot.on_device(change.id).has_value();
    switch (change.kind) {
    case ItemChange::Kind::remove:
        if (has)
            answer.commands.deletes.push_back({wire_id(change.id)});
        m_snapshot.forget(change.id);
        return {};
    case ItemChange::Kind::soft_delete:
        answer.commands.soft_deletes.push_back({wire_id(change.id)});
        if (auto known = m_snapshot.items.find(change.id)) {
            known->where = KnownItem::Where::outside;
            m_snapshot.put(*known);
        }
        return {};
    case ItemChange::Kind::change:
    case ItemChange::Kind::add:
        break;
    }
    return send_item(change, answer);
}

/// The device is not to have this version: nothing is told, or that it passed.
void ItemCollectionSync::leave_out(ItemChange const &change, KnownItem::Where where,
                                   std::optional<Instant> passes, Answer &answer)
{
    if (change.kind == ItemChange::Kind::change)
        answer.commands.soft_deletes.push_back({wire_id(change.id)});
    m_snapshot.put({change.id, change.version, where, seconds_of(passes)});
}

/// This version cannot be told: for an hour, or ever.
void ItemCollectionSync::pass_over(ItemChange const &change, bool ever, std::string const &reason,
                                   Answer &answer)
{
    m_session.log_note +=
        " item " + wire_id(change.id) + " is left out" + (ever ? ": " : " for an hour: ") + reason + ';';
    m_session.log_as_warning = true;
    leave_out(change, KnownItem::Where::unreadable, {}, answer);
    if (!ever && !m_snapshot.retry_seconds)
        m_snapshot.retry_seconds = m_session.ports.clock.now().seconds() + retry_seconds;
}

Result<void> ItemCollectionSync::send_item(ItemChange const &change, Answer &answer)
{
    auto options = m_state.options.body;
    bool const is_first = answer.commands.size() == 0;
    auto const form = is_first ? m_state.delivery.form_of(change.id) : Delivery::Form::whole;
    if (form == Delivery::Form::left_out) {
        pass_over(change, false, "again and again the device does not take the answer with it", answer);
        return {};
    }
    auto item = m_folder.read(change.id, form == Delivery::Form::whole ? options : without_body(options));
    if (!item) {
        auto const kind = item.error().kind;
        if (kind == ErrorKind::not_found) // it went in this moment: the next Sync tells that
            return {};
        bool const is_broken = kind == ErrorKind::bad_request || kind == ErrorKind::too_large;
        if (!is_broken && ++answer.unreadable > most_unreadable)
            return item.error();
        pass_over(change, is_broken, item.error().message, answer);
        return {};
    }
    if (has_passed(item->passes)) {
        leave_out(change, KnownItem::Where::outside, item->passes, answer);
        return {};
    }
    take(m_room.bytes, large_bytes(item->data));
    m_snapshot.put({change.id, item->version, KnownItem::Where::device, seconds_of(item->passes),
                    seconds_of(item->again)});
    auto &told = change.kind == ItemChange::Kind::change ? answer.commands.changes : answer.commands.adds;
    told.push_back({wire_id(change.id), std::move(item->data)});
    return {};
}

Result<size_t> ItemCollectionSync::count(size_t limit)
{
    if (auto listed = list(); !listed)
        return listed.error();
    size_t found = 0;
    for (auto const &change :
         compare_items(m_snapshot, m_listed, m_since, false, m_session.ports.clock.now())) {
        if (found == limit)
            break;
        found += is_told(change);
    }
    return found;
}

/// Additions are read: some are too old for the client, or cannot be told.
bool ItemCollectionSync::is_told(ItemChange const &change)
{
    if (change.kind != ItemChange::Kind::add)
        return m_snapshot.on_device(change.id).has_value();
    auto const item = m_folder.read(change.id, {});
    return item && !has_passed(item->passes);
}

} // namespace eas
