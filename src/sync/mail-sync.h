// The sync engine for mail: takes what a device was told (a snapshot) and an open mailbox, and says what
// to tell it next. It never asks what is stored but what changed: the mailbox gives the UIDs that were
// touched since the snapshot's point, they join `pending`, and each pending UID is compared with what
// the device shows. Nothing is written here; the caller keeps the new snapshot or drops it.
#pragma once
#include "base/result.h"
#include "ports/mail-store.h"
#include "sync/mail-snapshot.h"
#include <optional>
#include <vector>

namespace eas {

struct MailChange {
    enum class Kind { remove, soft_delete, change, add } kind;
    Uid uid;
    MailFlags flags;              ///< of a change or an add
    ShownProperties changed = {}; ///< of a change
    bool whole = false;           ///< a change of more than those
};

class MailSync {
public:
    /// `folder` must outlive it. `now` bounds the window of `filter`. `shown` are the properties that the
    /// device's version has: a change of others is none.
    MailSync(MailFolderHandle &folder, MailSnapshot base, MailFilter filter, Instant now,
             ShownProperties const &shown = all_properties);

    /// Finds out what may have changed. conflict: the mailbox has another UIDVALIDITY (start at key 0);
    /// not_found: it is hidden from phones.
    Result<void> refresh();
    /// All that differs, most urgent first: removals, changes of flags, additions newest first.
    /// At most `limit` of them; they are not told yet. Call after refresh().
    Result<std::vector<MailChange>> changes(size_t limit);
    /// Records that the device was told.
    void told(MailChange const &change);
    /// An addition turned out to be gone, or cannot be read: it is not told, and not tried again.
    void drop(Uid uid);
    /// An addition cannot be read now: it is left alone for an hour, so that the others go on.
    void postpone(Uid uid);
    /// The earliest message on the device decides when the window has to be looked at again.
    void note_received(Instant received);
    /// False for a message that is on the device for the sake of its conversation only.
    bool is_inside_dates(Instant received) const { return !m_since || received >= *m_since; }

    /// What the client did to its own copy, and the mailbox accepted.
    void client_removed(Uid uid);
    void client_set(Uid uid, MailFlags const &shows, ShownProperties const &which);
    /// The client's change of those properties, Read to `read`, was refused: the next answer puts its view
    /// back.
    void client_refused(Uid uid, bool read, ShownProperties const &which);
    void client_refused_removal(Uid uid);
    /// The client shows something else than what is stored: the next answer tells the whole message.
    void client_is_stale(Uid uid);
    /// Something happened to a message since refresh().
    void look_again(Uid uid);

    MailSnapshot const &snapshot() const { return m_snapshot; }
    /// Number of changes that are not told yet.
    Result<size_t> count();

private:
    void retry_unreadable();
    Result<void> apply_limits();
    Result<void> add_to_pending(MailChanges const &changes);
    Result<UidSet> all_inside_dates();
    Result<UidSet> all_inside_window();
    Result<UidSet> widened(Result<UidSet> inside);
    Result<void> find_oldest(UidSet const &inside);
    Result<void> collect_window();
    Result<void> drop_outside_window();
    Result<UidSet> inside_dates(UidSet const &uids);
    Result<UidSet> inside_window(UidSet const &uids);
    Result<UidSet> older_of_their_conversations(UidSet const &arrived);
    bool widens_to_conversations() const { return m_since && m_filter.whole_conversations; }
    Result<void> find_differences(UidSet const &uids, size_t limit, std::vector<MailChange> &found);
    Result<void> find_additions(UidSet const &uids, size_t limit, std::vector<MailChange> &found);

    MailFolderHandle &m_folder;
    MailSnapshot m_snapshot;
    Instant m_now;
    MailFilter m_filter;            ///< that the client wants
    std::optional<Instant> m_since; ///< start of the window; known after refresh()
    ShownProperties m_shown;
    std::optional<UidSet> m_inside_dates,
        m_inside_window; ///< of the whole mailbox, once they were looked for
};

/// Whether a mailbox with that status cannot have anything to tell: what spares opening it.
bool surely_unchanged(MailSnapshot const &snapshot, MailFolderStatus const &status, MailFilter filter,
                      Instant now);

/// The narrower of two FilterTypes. MS-ASCMD 2.2.3.68.2.
int narrower_filter(int one, int other);

/// The start of a FilterType's window; nothing for "all". MS-ASCMD 2.2.3.68.2.
std::optional<Instant> filter_start(int filter_type, Instant now);

} // namespace eas
