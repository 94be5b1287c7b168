// See mail-sync.h.
#include "sync/mail-sync.h"
#include "sync/conversations.h"
#include <algorithm>
#include <array>
#include <limits>

namespace eas {

namespace {

UidSet existing(std::vector<MailFolderHandle::UidFlags> const &flags)
{
    UidSet uids;
    for (auto &message : flags)
        uids.add(message.uid);
    return uids;
}

/// Without an index that lasts, nobody can tell.
bool stands_still(MailSnapshot const &snapshot, MailFolderStatus const &status)
{
    return snapshot.point == status.point && status.point.index_id != 0;
}

constexpr size_t few_messages = 32;
constexpr Uid highest_uid = std::numeric_limits<Uid>::max();

} // namespace

int narrower_filter(int one, int other)
{
    if (one == 0 || other == 0)
        return std::max(one, other);
    return std::min(one, other);
}

std::optional<Instant> filter_start(int filter_type, Instant now)
{
    static constexpr std::array<int64_t, 8> days{0, 1, 3, 7, 14, 31, 92, 183};
    if (filter_type <= 0 || filter_type >= static_cast<int>(days.size()))
        return {};
    return Instant{now.milliseconds - days[filter_type] * 86'400'000};
}

/// Whether what could not be read is to be tried again.
static bool retry_is_due(MailSnapshot const &snapshot, Instant now)
{
    return !snapshot.unreadable.empty() && now.seconds() >= snapshot.retry_seconds;
}

bool surely_unchanged(MailSnapshot const &snapshot, MailFolderStatus const &status, MailFilter filter,
                      Instant now)
{
    int const filter_type = narrower_filter(filter.type, snapshot.filter_limit);
    auto since = filter_start(filter_type, now);
    bool window_moved = since && snapshot.oldest_seconds != 0 && snapshot.oldest_seconds < since->seconds();
    return snapshot.uid_validity == status.uid_validity && stands_still(snapshot, status) &&
           snapshot.uid_next == status.uid_next && snapshot.pending.empty() &&
           snapshot.filter_type == filter_type &&
           snapshot.whole_conversations == filter.whole_conversations && !window_moved &&
           !retry_is_due(snapshot, now);
}

MailSync::MailSync(MailFolderHandle &folder, MailSnapshot base, MailFilter filter, Instant now,
                   ShownProperties const &shown)
    : m_folder(folder), m_snapshot(std::move(base)), m_now(now), m_filter(filter), m_shown(shown)
{}

Result<void> MailSync::refresh()
{
    auto status = m_folder.status();
    if (m_snapshot.uid_validity != 0 && m_snapshot.uid_validity != status.uid_validity)
        return Error{ErrorKind::conflict, "UIDVALIDITY changed"};
    bool first = m_snapshot.uid_validity == 0;
    bool moved = !first && !stands_still(m_snapshot, status);
    MailChanges changes{.point = status.point, .changed = {}, .expunged = {}};
    if (moved) {
        auto found = m_folder.changes_since(m_snapshot.point, m_snapshot.device);
        if (!found)
            return found.error();
        changes = std::move(*found);
    }
    if (first || changes.limits_changed)
        if (auto applied = apply_limits(); !applied)
            return applied;
    auto filter_type = narrower_filter(m_filter.type, m_snapshot.filter_limit);
    bool window_moved = m_snapshot.filter_type != filter_type ||
                        m_snapshot.whole_conversations != m_filter.whole_conversations;
    m_since = filter_start(filter_type, m_now);
    m_snapshot.uid_validity = status.uid_validity;
    m_snapshot.filter_type = filter_type;
    m_snapshot.whole_conversations = m_filter.whole_conversations;
    if (first || window_moved || !changes.expunges_known)
        if (auto collected = collect_window(); !collected)
            return collected;
    if (m_since && m_snapshot.oldest_seconds != 0 && m_snapshot.oldest_seconds < m_since->seconds())
        if (auto dropped = drop_outside_window(); !dropped)
            return dropped;
    if (moved)
        if (auto added = add_to_pending(changes); !added)
            return added;
    retry_unreadable();
    m_snapshot.point = changes.point;
    m_snapshot.uid_next = std::max(m_snapshot.uid_next, status.uid_next);
    return {};
}

Result<void> MailSync::apply_limits()
{
    auto limits = m_folder.limits();
    if (!limits)
        return limits.error();
    if (limits->hidden)
        return Error{ErrorKind::not_found, "the mailbox is hidden from phones"};
    m_snapshot.filter_limit = limits->filter_type;
    return {};
}

/// Those of the touched messages that the device has, or that are new to it.
Result<void> MailSync::add_to_pending(MailChanges const &changes)
{
    auto candidates = m_snapshot.device;
    candidates.add(m_snapshot.uid_next, highest_uid);
    auto touched = changes.changed.united(changes.expunged).intersected(candidates);
    auto older = older_of_their_conversations(touched.without(m_snapshot.device));
    if (!older)
        return older.error();
    m_snapshot.pending = m_snapshot.pending.united(touched).united(*older);
    return {};
}

/// Those of the mailbox that are not too old. It costs a look at each message, so it is done once.
Result<UidSet> MailSync::all_inside_dates()
{
    if (!m_inside_dates) {
        auto found = m_folder.uids(m_since);
        if (!found)
            return found;
        m_inside_dates = std::move(*found);
    }
    return *m_inside_dates;
}

/// Those of the mailbox that the filter lets in; likewise.
Result<UidSet> MailSync::all_inside_window()
{
    if (!m_inside_window) {
        auto found = widened(all_inside_dates());
        if (!found)
            return found;
        m_inside_window = std::move(*found);
    }
    return *m_inside_window;
}

/// What the filter lets in, if `inside` is what its dates let in. A limit of the folder holds for all of a
/// conversation.
Result<UidSet> MailSync::widened(Result<UidSet> inside)
{
    if (!inside || !widens_to_conversations())
        return inside;
    auto all = with_their_conversations(m_folder, *inside);
    auto const limit = filter_start(m_snapshot.filter_limit, m_now);
    if (!all || !limit)
        return all;
    auto admitted = m_folder.uids(limit);
    return admitted ? admitted->intersected(*all) : admitted;
}

/// When the filter's dates next let out a message of the device.
Result<void> MailSync::find_oldest(UidSet const &inside)
{
    auto oldest = m_folder.oldest_received(m_snapshot.device.intersected(inside));
    if (!oldest)
        return oldest.error();
    m_snapshot.oldest_seconds = *oldest ? (*oldest)->seconds() : 0;
    return {};
}

/// What a message that has arrived brings with it: the messages of its conversation that are too old
/// themselves.
Result<UidSet> MailSync::older_of_their_conversations(UidSet const &arrived)
{
    if (!widens_to_conversations() || arrived.empty())
        return UidSet();
    auto inside = inside_dates(arrived);
    auto all = widened(inside);
    return all ? all->without(m_snapshot.device) : all;
}

/// What the filter lets in and the device has not, and what the device has and the filter lets out. Also
/// where the index cannot tell: it may have been built anew from what a crash left, with other UIDs (mdbox).
Result<void> MailSync::collect_window()
{
    auto inside = all_inside_dates();
    auto wanted = inside ? all_inside_window() : inside;
    if (!wanted)
        return wanted.error();
    m_snapshot.pending = wanted->without(m_snapshot.device)
                             .united(m_snapshot.device.without(*wanted))
                             .united(m_snapshot.pending);
    return m_since ? find_oldest(*inside) : Result<void>();
}

Result<void> MailSync::drop_outside_window()
{
    auto inside = all_inside_dates();
    auto wanted = inside ? all_inside_window() : inside;
    if (!wanted)
        return wanted.error();
    m_snapshot.pending = m_snapshot.pending.united(m_snapshot.device.without(*wanted));
    return find_oldest(*inside);
}

/// Those of `uids` that the filter lets in.
Result<UidSet> MailSync::inside_window(UidSet const &uids)
{
    auto inside = inside_dates(uids);
    if (!inside || !widens_to_conversations() || uids.without(*inside).empty())
        return inside;
    auto all = all_inside_window();
    return all ? all->intersected(uids) : all;
}

/// Those of `uids` that are not too old: a few are looked at one by one, many in one search.
Result<UidSet> MailSync::inside_dates(UidSet const &uids)
{
    if (!m_since)
        return uids;
    if (uids.size() > few_messages) {
        auto all = all_inside_dates();
        return all ? Result<UidSet>(all->intersected(uids)) : all.error();
    }
    UidSet inside;
    for (auto uid : uids.newest(few_messages)) {
        auto received = m_folder.oldest_received({uid});
        if (!received)
            return received.error();
        if (received->value_or(*m_since) >= *m_since)
            inside.add(uid);
    }
    return inside;
}

Result<std::vector<MailChange>> MailSync::changes(size_t limit)
{
    std::vector<MailChange> found;
    auto on_device = m_snapshot.pending.intersected(m_snapshot.device);
    if (auto looked = find_differences(on_device, limit, found); !looked)
        return looked.error();
    auto elsewhere = m_snapshot.pending.without(on_device);
    while (found.size() < limit && !elsewhere.empty()) {
        UidSet slice;
        for (auto uid : elsewhere.newest(std::max(limit - found.size(), few_messages)))
            slice.add(uid);
        elsewhere = elsewhere.without(slice);
        if (auto looked = find_additions(slice, limit, found); !looked)
            return looked.error();
    }
    if (found.size() < limit) {
        // All that differs is in the list: what is not in it needs no second look.
        m_snapshot.pending = {};
        for (auto &change : found)
            m_snapshot.pending.add(change.uid);
    }
    return found;
}

/// Removals first, then changes of flags, of messages that the device has.
Result<void> MailSync::find_differences(UidSet const &uids, size_t limit, std::vector<MailChange> &found)
{
    if (uids.empty())
        return {};
    auto flags = m_folder.flags(uids);
    if (!flags)
        return flags.error();
    auto existing_uids = existing(*flags);
    auto wanted = inside_window(existing_uids);
    if (!wanted)
        return wanted.error();
    for (auto uid : uids.without(*wanted).newest(limit)) {
        bool exists = existing_uids.contains(uid);
        found.push_back({exists ? MailChange::Kind::soft_delete : MailChange::Kind::remove, uid, {}, {}});
    }
    for (auto message = flags->rbegin(); message != flags->rend() && found.size() < limit; ++message) {
        auto changed = m_snapshot.difference(message->uid, message->flags) & m_shown;
        bool whole = m_snapshot.stale.contains(message->uid);
        if ((changed.any() || whole) && wanted->contains(message->uid))
            found.push_back({MailChange::Kind::change, message->uid, message->flags, changed, whole});
    }
    return {};
}

/// Those of `uids`, which the device has not, that exist and are inside the window; newest first.
Result<void> MailSync::find_additions(UidSet const &uids, size_t limit, std::vector<MailChange> &found)
{
    auto flags = m_folder.flags(uids);
    if (!flags)
        return flags.error();
    auto wanted = inside_window(existing(*flags));
    if (!wanted)
        return wanted.error();
    for (auto message = flags->rbegin(); message != flags->rend() && found.size() < limit; ++message)
        if (wanted->contains(message->uid))
            found.push_back({MailChange::Kind::add, message->uid, message->flags, {}});
    return {};
}

Result<size_t> MailSync::count()
{
    auto all = changes(std::numeric_limits<size_t>::max());
    if (!all)
        return all.error();
    return all->size();
}

void MailSync::told(MailChange const &change)
{
    m_snapshot.pending.remove(change.uid);
    if (change.kind == MailChange::Kind::remove || change.kind == MailChange::Kind::soft_delete) {
        client_removed(change.uid);
        return;
    }
    m_snapshot.device.add(change.uid);
    m_snapshot.stale.remove(change.uid);
    m_snapshot.show(change.uid, change.flags, m_shown);
}

void MailSync::drop(Uid uid)
{
    m_snapshot.pending.remove(uid);
}

void MailSync::postpone(Uid uid)
{
    constexpr int64_t one_hour = 3600;
    if (m_snapshot.unreadable.empty())
        m_snapshot.retry_seconds = m_now.seconds() + one_hour;
    m_snapshot.pending.remove(uid);
    m_snapshot.unreadable.add(uid);
}

void MailSync::retry_unreadable()
{
    if (!retry_is_due(m_snapshot, m_now))
        return;
    m_snapshot.pending = m_snapshot.pending.united(m_snapshot.unreadable);
    m_snapshot.unreadable = {};
}

void MailSync::look_again(Uid uid)
{
    m_snapshot.pending.add(uid);
    m_inside_dates.reset();
    m_inside_window.reset();
}

void MailSync::note_received(Instant received)
{
    auto seconds = received.seconds();
    if (m_since && is_inside_dates(received) &&
        (m_snapshot.oldest_seconds == 0 || seconds < m_snapshot.oldest_seconds))
        m_snapshot.oldest_seconds = std::max<int64_t>(seconds, 1);
}

void MailSync::client_removed(Uid uid)
{
    m_snapshot.pending.remove(uid);
    m_snapshot.forget(uid);
}

void MailSync::client_set(Uid uid, MailFlags const &shows, ShownProperties const &which)
{
    m_snapshot.show(uid, shows, which);
}

void MailSync::client_refused(Uid uid, bool read, ShownProperties const &which)
{
    if (which.read)
        m_snapshot.show(uid, {.seen = read}, {.read = true});
    m_snapshot.show_otherwise(uid, which);
    m_snapshot.pending.add(uid);
}

void MailSync::client_refused_removal(Uid uid)
{
    client_removed(uid);
    m_snapshot.pending.add(uid);
}

void MailSync::client_is_stale(Uid uid)
{
    m_snapshot.stale.add(uid);
    m_snapshot.pending.add(uid);
}

} // namespace eas
