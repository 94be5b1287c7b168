// See the header.
#include "eas/dovecot-folder-mailbox.h"
#include "compat/index.h"
#include "eas/dovecot-folder-changes.h"
#include "eas/dovecot-mail-store-error.h"
#include "eas/dovecot-message-headers.h"

namespace eas {

void FreeMailbox::operator()(struct mailbox *box) const
{
    mailbox_free(&box);
}

Result<void> open_mailbox(struct mailbox *box)
{
    DataStackFrame frame;
    if (mailbox_enable(box, MAILBOX_FEATURE_CONDSTORE) < 0 || mailbox_open(box) < 0)
        return mailbox_error(box, "cannot be opened");
    return {};
}

/// Whether what happened can be added to the mailbox's view: its index is the one that it was, and so is the
/// file of the index's log.
static bool view_can_follow(struct mailbox *box)
{
    if (mail_index_refresh(box->index) < 0 || mail_index_view_is_inconsistent(box->view))
        return false;
    auto const &head = box->index->map->hdr;
    return head.log_file_seq == box->view->log_file_head_seq &&
           head.log_file_head_offset >= box->view->log_file_head_offset;
}

/// Unlike mailbox_sync(), which makes a new view and then looks for each of its messages whether it is
/// \Recent: that costs in proportion to the mailbox.
static bool make_view_follow(struct mailbox *box)
{
    auto *context = mailbox_sync_init(box, static_cast<enum mailbox_sync_flags>(0));
    struct mailbox_sync_status status;
    return mailbox_sync_deinit(&context, &status) == 0;
}

Result<void> sync_mailbox(struct mailbox *box)
{
    DataStackFrame frame;
    if (view_can_follow(box) && make_view_follow(box))
        return {};
    if (mailbox_sync(box, static_cast<enum mailbox_sync_flags>(0)) < 0)
        return mailbox_error(box, "cannot be synchronised");
    return {};
}

MailFolderStatus status_of_open(struct mailbox *box)
{
    auto const items =
        static_cast<enum mailbox_status_items>(STATUS_MESSAGES | STATUS_UIDNEXT | STATUS_UIDVALIDITY);
    struct mailbox_status status;
    mailbox_get_open_status(box, items, &status);
    return {status.uidvalidity, status.uidnext, point_of_open(box), status.messages};
}

OpenMailbox::~OpenMailbox()
{
    (void)refresh(); // Dovecot has logged why, if it fails; the changes are in its log already
    end_reading();
    if (m_headers)
        mailbox_header_lookup_unref(&m_headers);
}

PartMarks &OpenMailbox::marks_of(Uid uid, uint64_t position)
{
    if (m_marks.uid != uid || m_marks.position != position)
        m_marks = {uid, position, {}, {}};
    return m_marks;
}

Result<void> OpenMailbox::refresh()
{
    if (!m_changed || m_mails > 0)
        return {};
    return synchronise();
}

Result<void> OpenMailbox::synchronise()
{
    end_reading();
    auto synced = sync_mailbox(box());
    if (synced)
        m_changed = false;
    return synced;
}

void OpenMailbox::stop_reading()
{
    if (m_mails == 0)
        end_reading();
}

void OpenMailbox::abandon()
{
    m_changed = false;
    if (m_reading)
        mailbox_transaction_rollback(&m_reading);
}

void OpenMailbox::end_reading()
{
    if (m_reading)
        (void)mailbox_transaction_commit(&m_reading); // all that it holds are additions to the cache
}

struct mail *OpenMailbox::allocate_mail()
{
    if (!m_headers)
        m_headers = mailbox_header_lookup_init(box(), wanted_headers());
    if (!m_reading)
        m_reading = mailbox_transaction_begin(box(), static_cast<enum mailbox_transaction_flags>(0), "EAS");
    ++m_mails;
    return mail_alloc(m_reading, static_cast<enum mail_fetch_field>(0), m_headers);
}

void OpenMailbox::free_mail(struct mail *mail)
{
    mail_free(&mail);
    --m_mails;
}

bool ReadMail::select(Uid uid)
{
    return mail_set_uid(m_mail, uid);
}

} // namespace eas
