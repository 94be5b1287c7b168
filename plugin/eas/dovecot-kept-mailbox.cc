// See dovecot-kept-mailbox.h.
#include "eas/dovecot-kept-mailbox.h"
#include "compat/index.h"
#include "eas/dovecot-folder-changes.h"
#include "eas/dovecot-folder-rights.h"
#include <sys/sysmacros.h>
#include <utility>

namespace eas {

/// Whether the index of that mailbox that this process holds, if any, is the one on the disk.
static bool has_its_index(struct mailbox *box)
{
    DataStackFrame frame;
    char const *directory;
    struct stat status;
    if (mailbox_get_path_to(box, MAILBOX_LIST_PATH_TYPE_INDEX, &directory) <= 0 ||
        stat(directory, &status) < 0) // Dovecot would log why
        return true;
    auto *index = mail_index_alloc_cache_find(directory);
    return index == nullptr || index->indexid == 0 || index->indexid == point_on_disk(box).index_id;
}

/// Of the mailbox's directory or file; none if the storage has no such place.
static FileIdentity place_of(struct mailbox *box)
{
    DataStackFrame frame;
    char const *path;
    struct statx status;
    auto *list = mailbox_get_namespace(box)->list;
    if (mailbox_list_get_path(list, mailbox_get_name(box), MAILBOX_LIST_PATH_TYPE_MAILBOX, &path) <= 0 ||
        statx(AT_FDCWD, path, 0, STATX_INO | STATX_BTIME, &status) < 0)
        return {};
    return {makedev(status.stx_dev_major, status.stx_dev_minor), status.stx_ino,
            status.stx_btime.tv_sec * 1'000'000'000 + status.stx_btime.tv_nsec};
}

void KeptMailbox::keep(FolderId const &id, std::shared_ptr<OpenMailbox> mailbox)
{
    if (auto place = place_of(mailbox->box()); place != FileIdentity())
        m_kept = Kept{id, std::move(mailbox), place};
}

/// Synchronises it. With another UIDVALIDITY it has seen none of the new messages.
bool KeptMailbox::can_be_used() const
{
    if (m_kept->mailbox.use_count() != 1)
        return false;
    auto *box = m_kept->mailbox->box();
    auto uid_validity = mail_index_get_header(box->view)->uid_validity;
    return check_may_read(box) && has_its_index(box) && m_kept->mailbox->synchronise() &&
           mail_index_get_header(box->view)->uid_validity == uid_validity;
}

std::shared_ptr<OpenMailbox> KeptMailbox::find(FolderId const &id)
{
    forget_replaced();
    if (!m_kept || m_kept->id != id)
        return nullptr;
    if (!can_be_used()) {
        forget();
        return nullptr;
    }
    return m_kept->mailbox;
}

std::shared_ptr<OpenMailbox> KeptMailbox::take(FolderId const &id)
{
    auto mailbox = find(id);
    forget();
    return mailbox;
}

void KeptMailbox::forget_replaced()
{
    if (!m_kept || m_kept->mailbox.use_count() != 1 || m_kept->place == place_of(m_kept->mailbox->box()))
        return;
    m_kept->mailbox->abandon();
    forget();
    mail_index_alloc_cache_destroy_unrefed();
}

void KeptMailbox::forget_removed_index(struct mailbox *box)
{
    if (has_its_index(box))
        return;
    forget();
    mail_index_alloc_cache_destroy_unrefed();
}

void KeptMailbox::mark_changed(FolderId const &id)
{
    if (m_kept && m_kept->id == id)
        m_kept->mailbox->mark_changed();
}

} // namespace eas
