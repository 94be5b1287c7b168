// Two sources, in this order: dovecot.index.log from the record that raised the modseq to the one given,
// and a look at each message's modseq. Both end where the mailbox view ends, so that the highest modseq
// that is returned with them covers exactly what they saw.
//
// A flag change counts whether it is internal (a client of Dovecot made it) or external (found in the
// mailbox); an expunge only when external: an internal one is a request that the next sync fulfils.
#include "eas/dovecot-folder-changes.h"
#include "compat/index.h"
#include "eas/dovecot-folder-limits.h"
#include <memory>

namespace eas {

namespace {

struct CloseLogView {
    void operator()(struct mail_transaction_log_view *view) const { mail_transaction_log_view_close(&view); }
};
using LogView = std::unique_ptr<struct mail_transaction_log_view, CloseLogView>;

Uid uid_at(struct mailbox *box, uint32_t seq)
{
    uint32_t uid;
    mail_index_lookup_uid(box->view, seq, &uid);
    return uid;
}

/// Adds the UIDs of `first`..`last`; whoever has no gap between its ends needs no further look.
void add_uids(struct mailbox *box, uint32_t first, uint32_t last, UidSet &uids)
{
    Uid first_uid = uid_at(box, first), last_uid = uid_at(box, last);
    if (last_uid - first_uid == last - first) {
        uids.add(first_uid, last_uid);
        return;
    }
    uint32_t middle = first + (last - first) / 2;
    add_uids(box, first, middle, uids);
    add_uids(box, middle + 1, last, uids);
}

template <class Record, class Visit> void for_each_record(void const *data, size_t size, Visit visit)
{
    auto *records = static_cast<Record const *>(data);
    for (size_t i = 0; i < size / sizeof(Record); ++i)
        visit(records[i]);
}

struct UidPair {
    uint32_t uid1, uid2;
};

void add_keyword_updates(void const *data, size_t size, UidSet &uids)
{
    auto *update = static_cast<struct mail_transaction_keyword_update const *>(data);
    size_t name_end = (sizeof(*update) + update->name_size + 3) / 4 * 4; // UIDs are aligned to 32 bits
    if (name_end < size)
        for_each_record<UidPair>(static_cast<char const *>(data) + name_end, size - name_end,
                                 [&](auto &record) { uids.add(record.uid1, record.uid2); });
}

/// One record of the log into the lists.
void add_log_record(struct mail_transaction_header const &header, void const *data, MailChanges &changes)
{
    bool external = (header.type & MAIL_TRANSACTION_EXTERNAL) != 0;
    size_t size = header.size;
    switch (header.type & MAIL_TRANSACTION_TYPE_MASK) {
    case MAIL_TRANSACTION_APPEND:
        for_each_record<struct mail_index_record>(data, size,
                                                  [&](auto &record) { changes.changed.add(record.uid); });
        break;
    case MAIL_TRANSACTION_FLAG_UPDATE:
        for_each_record<struct mail_transaction_flag_update>(data, size, [&](auto &record) {
            if (!MAIL_TRANSACTION_FLAG_UPDATE_IS_INTERNAL(&record))
                changes.changed.add(record.uid1, record.uid2);
        });
        break;
    case MAIL_TRANSACTION_KEYWORD_UPDATE:
        add_keyword_updates(data, size, changes.changed);
        break;
    case MAIL_TRANSACTION_KEYWORD_RESET:
        for_each_record<struct mail_transaction_keyword_reset>(
            data, size, [&](auto &record) { changes.changed.add(record.uid1, record.uid2); });
        break;
    case MAIL_TRANSACTION_MODSEQ_UPDATE:
        for_each_record<struct mail_transaction_modseq_update>(data, size, [&](auto &record) {
            if (record.uid != 0) // 0 raises the mailbox's highest modseq only
                changes.changed.add(record.uid);
        });
        break;
    case MAIL_TRANSACTION_ATTRIBUTE_UPDATE:
        changes.limits_changed |= memmem(data, size, limits_attribute, strlen(limits_attribute)) != nullptr;
        break;
    case MAIL_TRANSACTION_EXPUNGE:
        if (external)
            for_each_record<struct mail_transaction_expunge>(
                data, size, [&](auto &record) { changes.expunged.add(record.uid1, record.uid2); });
        break;
    case MAIL_TRANSACTION_EXPUNGE_GUID:
        if (external)
            for_each_record<struct mail_transaction_expunge_guid>(
                data, size, [&](auto &record) { changes.expunged.add(record.uid); });
        break;
    }
}

/// False if the log does not reach back that far (or cannot be read): then `changes` is unusable.
bool read_log(struct mailbox *box, uint64_t modseq, MailChanges &changes)
{
    uint32_t log_seq;
    uoff_t log_offset;
    if (!mail_index_modseq_get_next_log_offset(box->view, modseq, &log_seq, &log_offset))
        return false;
    LogView view(mail_transaction_log_view_open(box->index->log));
    bool reset;
    char const *reason;
    if (mail_transaction_log_view_set(view.get(), log_seq, log_offset, box->view->log_file_head_seq,
                                      box->view->log_file_head_offset, &reset, &reason) <= 0 ||
        reset)
        return false;
    struct mail_transaction_header const *header;
    void const *data;
    int result;
    while ((result = mail_transaction_log_view_next(view.get(), &header, &data)) > 0)
        add_log_record(*header, data, changes);
    return result == 0;
}

/// Messages by their modseqs; expunges as far as the log still has them.
void search_by_modseq(struct mailbox *box, uint64_t modseq, UidSet const &known, MailChanges &changes)
{
    changes.limits_changed = true; // maybe
    uint32_t messages = mail_index_view_get_messages_count(box->view);
    for (uint32_t seq = 1; seq <= messages; ++seq)
        if (mail_index_modseq_lookup(box->view, seq) > modseq)
            changes.changed.add(uid_at(box, seq));
    if (known.empty())
        return;
    ARRAY_TYPE(seq_range) filter, expunged;
    t_array_init(&filter, known.ranges().size());
    t_array_init(&expunged, 16);
    for (auto range : known.ranges())
        seq_range_array_add_range(&filter, range.first, range.last);
    changes.expunges_known = mailbox_get_expunged_uids(box, modseq, &filter, &expunged);
    struct seq_range_iter iteration;
    seq_range_array_iter_init(&iteration, &expunged);
    Uid uid;
    for (unsigned n = 0; seq_range_array_iter_nth(&iteration, n, &uid); ++n)
        changes.expunged.add(uid);
}

} // namespace

UidSet existing_uids(struct mailbox *box)
{
    UidSet uids;
    if (uint32_t messages = mail_index_view_get_messages_count(box->view))
        add_uids(box, 1, messages, uids);
    return uids;
}

UidSet existing_among(struct mailbox *box, UidSet const &uids)
{
    UidSet existing;
    for (auto range : uids.ranges()) {
        uint32_t first, last;
        if (mail_index_lookup_seq_range(box->view, range.first, range.last, &first, &last))
            add_uids(box, first, last, existing);
    }
    return existing;
}

MailChanges mailbox_changes_since(struct mailbox *box, uint64_t modseq, UidSet const &known)
{
    DataStackFrame frame;
    struct mailbox_status status;
    mailbox_get_open_status(box, STATUS_HIGHESTMODSEQ, &status);
    MailChanges changes;
    changes.highest_modseq = status.highest_modseq;
    if (modseq == 0 || modseq > status.highest_modseq || status.nonpermanent_modseqs) {
        // A state of an older index, or of one in memory: its modseqs say nothing about this one.
        changes.changed = existing_uids(box);
        changes.expunges_known = known.empty();
        changes.limits_changed = true;
        return changes;
    }
    if (modseq == status.highest_modseq)
        return changes;
    if (!read_log(box, modseq, changes)) {
        changes = {.highest_modseq = status.highest_modseq, .changed = {}, .expunged = {}};
        search_by_modseq(box, modseq, known, changes);
    }
    changes.changed = existing_among(box, changes.changed);
    auto gone = changes.expunged.intersected(known);
    changes.expunged = gone.without(existing_among(box, gone));
    return changes;
}

} // namespace eas
