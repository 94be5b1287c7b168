// dovecot.index.log is read from the record that raised the modseq to the one given to where the mailbox view
// ends, so that the point that is returned covers exactly what was seen.
//
// A flag change counts whether it is internal (a client of Dovecot made it) or external (found in the
// mailbox); an expunge only when external: an internal one is a request that the next sync fulfils.
#include "eas/dovecot-folder-changes.h"
#include "compat/index.h"
#include "eas/dovecot-folder-limits.h"
#include <fcntl.h>
#include <memory>
#include <unistd.h>

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

/// Whether the log goes on from `since` in the file `log_file` without a gap: in the same file, or in the
/// next one, begun when the one before ended, not after that was lost or the index was built anew.
bool continues(struct mailbox *box, ChangePoint const &since, uint32_t log_file)
{
    if (log_file == since.log_file)
        return true;
    struct mail_transaction_log_file *file;
    char const *reason;
    if (mail_transaction_log_find_file(box->index->log, log_file, FALSE, &file, &reason) <= 0)
        return false;
    return file->hdr.prev_file_seq == since.log_file && file->hdr.initial_modseq == since.modseq;
}

/// False if the log does not reach back that far (or cannot be read): then `changes` is unusable.
bool read_log(struct mailbox *box, ChangePoint const &since, MailChanges &changes)
{
    uint32_t log_file;
    uoff_t log_offset;
    if (!mail_index_modseq_get_next_log_offset(box->view, since.modseq, &log_file, &log_offset) ||
        !continues(box, since, log_file))
        return false;
    LogView view(mail_transaction_log_view_open(box->index->log));
    bool reset;
    char const *reason;
    if (mail_transaction_log_view_set(view.get(), log_file, log_offset, box->view->log_file_head_seq,
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

ChangePoint point_of_open(struct mailbox *box)
{
    struct mailbox_status status;
    mailbox_get_open_status(box, STATUS_HIGHESTMODSEQ, &status);
    return {status.nonpermanent_modseqs ? 0 : box->index->indexid, box->view->log_file_head_seq,
            status.highest_modseq};
}

ChangePoint point_on_disk(struct mailbox *box)
{
    DataStackFrame frame;
    char const *directory;
    if (mailbox_get_path_to(box, MAILBOX_LIST_PATH_TYPE_INDEX, &directory) <= 0)
        return {};
    struct mail_transaction_log_header header;
    int fd = open(t_strconcat(directory, "/" MAIL_INDEX_PREFIX MAIL_TRANSACTION_LOG_SUFFIX, nullptr),
                  O_RDONLY | O_CLOEXEC);
    ChangePoint point;
    if (fd != -1 && read(fd, &header, sizeof header) == sizeof header)
        point = {header.indexid, header.file_seq, 0};
    i_close_fd(&fd);
    return point;
}

MailChanges mailbox_changes_since(struct mailbox *box, ChangePoint const &since, UidSet const &known)
{
    DataStackFrame frame;
    MailChanges changes;
    changes.point = point_of_open(box);
    if (since == changes.point && since.index_id != 0)
        return changes;
    bool same_index = since.index_id != 0 && since.index_id == changes.point.index_id;
    if (!same_index || since.modseq > changes.point.modseq || !read_log(box, since, changes)) {
        changes = {.point = changes.point, .changed = existing_uids(box), .expunged = {}};
        changes.expunges_known = false;
        changes.limits_changed = true;
        return changes;
    }
    changes.changed = existing_among(box, changes.changed);
    auto gone = changes.expunged.intersected(known);
    changes.expunged = gone.without(existing_among(box, gone));
    return changes;
}

} // namespace eas
