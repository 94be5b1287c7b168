// Reading and changing one mailbox. Each change is a transaction of its own; the mailbox is synchronised
// once after a series of them, when the handle is next read or goes away.
#include "eas/dovecot-folder.h"
#include "compat/index.h"
#include "compat/storage.h"
#include "eas/dovecot-folder-changes.h"
#include "eas/dovecot-folder-limits.h"
#include "eas/dovecot-mail-store-error.h"
#include "eas/dovecot-mail-store.h"
#include "eas/dovecot-message-flags.h"
#include "eas/dovecot-message-headers.h"
#include "eas/dovecot-message.h"
#include "eas/dovecot-saving.h"

namespace eas {

namespace {

/// A transaction with one message; rolled back unless committed.
class Transaction {
public:
    explicit Transaction(struct mailbox *box)
        : m_box(box), m_transaction(mailbox_transaction_begin(
                          box, static_cast<enum mailbox_transaction_flags>(0), "EAS")),
          m_mail(mail_alloc(m_transaction, static_cast<enum mail_fetch_field>(0), nullptr))
    {}
    ~Transaction()
    {
        free_mail();
        if (m_transaction)
            mailbox_transaction_rollback(&m_transaction);
    }
    Transaction(Transaction const &) = delete;
    Transaction &operator=(Transaction const &) = delete;

    struct mail *mail() const { return m_mail; }
    Result<void> commit(std::string const &what)
    {
        free_mail();
        if (mailbox_transaction_commit(&m_transaction) < 0)
            return mailbox_error(m_box, what);
        return {};
    }

private:
    void free_mail()
    {
        if (m_mail)
            mail_free(&m_mail);
    }

    struct mailbox *m_box;
    struct mailbox_transaction_context *m_transaction;
    struct mail *m_mail;
};

Error gone(struct mailbox *box, Uid uid)
{
    return {ErrorKind::not_found, std::string("mailbox ") + mailbox_get_vname(box) +
                                      " has no message with UID " + std::to_string(uid)};
}

/// Copies that were made, but their originals stay: whoever tries again would get others.
void remove_copies(struct mailbox *target, std::vector<Uid> const &uids)
{
    auto const sync = [&] { return mailbox_sync(target, static_cast<enum mailbox_sync_flags>(0)) == 0; };
    if (!sync())
        return;
    Transaction transaction(target);
    for (Uid const uid : uids)
        if (mail_set_uid(transaction.mail(), uid))
            mail_expunge(transaction.mail());
    if (transaction.commit("does not expunge copies"))
        (void)sync();
}

/// Messages below this UID were added to the mailbox a day and more before `since`. Dovecot remembers the
/// first UID of each of the last eight days. A message is received before it is added, so it need not be
/// looked at; the day allows for clocks that differ.
Uid first_uid_to_look_at(struct mailbox *box, Instant since)
{
    constexpr int64_t day_seconds = 24 * 3600;
    auto *header = mail_index_get_header(box->view);
    for (size_t day = 0; day < N_ELEMENTS(header->day_first_uid); ++day)
        if (header->day_stamp - static_cast<int64_t>(day) * day_seconds <= since.seconds() - day_seconds)
            return std::max<Uid>(header->day_first_uid[day], 1);
    return 1;
}

UidSet uids_from(Uid first)
{
    UidSet uids;
    uids.add(first, UINT32_MAX);
    return uids;
}

/// Calls `visit` with each existing message of `uids` and when it was received; with nothing where the
/// storage cannot say it. One damaged message is no reason to tell of none of the others.
template <class Visit>
void for_each_date(std::shared_ptr<OpenMailbox> const &mailbox, UidSet const &uids, Visit visit)
{
    ReadMail mail(mailbox);
    auto const existing = existing_among(mailbox->box(), uids);
    for (auto range : existing.ranges())
        for (uint64_t uid = range.first; uid <= range.last; ++uid) {
            DataStackFrame frame;
            time_t received;
            if (!mail.select(static_cast<Uid>(uid)))
                continue;
            if (mail_get_received_date(mail.get(), &received) == 0)
                visit(static_cast<Uid>(uid), std::optional(Instant::from_seconds(received)));
            else if (!mail.get()->expunged)
                visit(static_cast<Uid>(uid), std::optional<Instant>());
        }
}

} // namespace

MailFolderStatus DovecotFolder::status() const
{
    (void)m_mailbox->refresh();
    return status_of_open(box());
}

Result<UidSet> DovecotFolder::uids(std::optional<Instant> since)
{
    if (auto refreshed = m_mailbox->refresh(); !refreshed)
        return refreshed.error();
    if (!since)
        return existing_uids(box());
    UidSet uids;
    for_each_date(m_mailbox, uids_from(first_uid_to_look_at(box(), *since)),
                  [&](Uid uid, std::optional<Instant> date) {
                      if (date.value_or(*since) >= *since)
                          uids.add(uid);
                  });
    return uids;
}

Result<std::optional<Instant>> DovecotFolder::oldest_received(UidSet const &uids)
{
    if (auto refreshed = m_mailbox->refresh(); !refreshed)
        return refreshed.error();
    std::optional<Instant> oldest;
    for_each_date(m_mailbox, uids, [&](Uid, std::optional<Instant> date) {
        if (date)
            oldest = std::min(*date, oldest.value_or(*date));
    });
    return oldest;
}

Result<MailChanges> DovecotFolder::changes_since(ChangePoint const &point, UidSet const &known)
{
    if (auto refreshed = m_mailbox->refresh(); !refreshed)
        return refreshed.error();
    return mailbox_changes_since(box(), point, known);
}

Result<FolderLimits> DovecotFolder::limits()
{
    if (!limits_are_possible(mail_storage_get_user(box()->storage)))
        return FolderLimits();
    return folder_limits(box());
}

/// `read` of each of `uids` that is there, as Entry{uid, what it gave}; a message that goes meanwhile is left
/// out.
template <class Entry, class Read>
Result<std::vector<Entry>> DovecotFolder::read_each(UidSet const &uids, Read const &read)
{
    if (auto refreshed = m_mailbox->refresh(); !refreshed)
        return refreshed.error();
    std::vector<Entry> result;
    ReadMail mail(m_mailbox);
    auto const existing = existing_among(box(), uids);
    for (auto range : existing.ranges())
        for (uint64_t uid = range.first; uid <= range.last; ++uid) {
            DataStackFrame frame;
            if (!mail.select(static_cast<Uid>(uid)))
                continue;
            auto found = read(mail.get());
            if (found)
                result.push_back({static_cast<Uid>(uid), std::move(*found)});
            else if (!mail.get()->expunged)
                return found.error();
        }
    return result;
}

Result<std::vector<MailFolderHandle::UidFlags>> DovecotFolder::flags(UidSet const &uids)
{
    return read_each<UidFlags>(
        uids, [this](struct mail *mail) { return flags_of(mail, m_mailbox->annotations()); });
}

Result<std::vector<MailFolderHandle::UidConversation>> DovecotFolder::conversations(UidSet const &uids)
{
    if (auto refreshed = m_mailbox->refresh(); !refreshed)
        return refreshed.error();
    return conversations_of(m_mailbox, uids, m_conversations);
}

Result<std::vector<MailFolderHandle::UidText>> DovecotFolder::header_field(UidSet const &uids,
                                                                           std::string const &name)
{
    return read_each<UidText>(uids, [&](struct mail *mail) { return read_header_field(mail, name.c_str()); });
}

Result<std::unique_ptr<MailMessage>> DovecotFolder::message(Uid uid)
{
    if (auto refreshed = m_mailbox->refresh(); !refreshed)
        return refreshed.error();
    auto message = DovecotMessage::find(m_mailbox, uid);
    if (!message)
        return gone(box(), uid);
    return std::unique_ptr<MailMessage>(std::move(message));
}

Result<void> DovecotFolder::set_flags(Uid uid, FlagChange const &change)
{
    DataStackFrame frame;
    Transaction transaction(box());
    auto *mail = transaction.mail();
    if (!mail_set_uid(mail, uid))
        return gone(box(), uid);
    if (auto updated = update_flags(mail, change, m_mailbox->annotations()); !updated)
        return updated;
    m_mailbox->mark_changed();
    return transaction.commit("does not take flags of UID " + std::to_string(uid));
}

Result<void> DovecotFolder::expunge(UidSet const &uids)
{
    {
        DataStackFrame frame;
        Transaction transaction(box());
        auto const existing = existing_among(box(), uids);
        for (auto range : existing.ranges())
            for (uint64_t uid = range.first; uid <= range.last; ++uid)
                if (mail_set_uid(transaction.mail(), static_cast<Uid>(uid)))
                    mail_expunge(transaction.mail());
        m_mailbox->mark_changed();
        if (auto committed = transaction.commit("does not expunge " + uids.to_string()); !committed)
            return committed;
    }
    return m_mailbox->refresh();
}

Result<struct mailbox *> DovecotFolder::open_target(FolderId const &id)
{
    if (!m_target || m_target->id != id) {
        m_target.reset();
        auto opened = m_store.open_for_saving(id);
        if (!opened)
            return opened.error();
        m_target = Target{id, std::move(*opened)};
    }
    return m_target->box.get();
}

/// One message, in the transactions of its mailbox and of `target`.
Result<void> DovecotFolder::add_to_move(struct mail *mail, Uid uid, struct mailbox *target, Saving &saving)
{
    DataStackFrame frame;
    if (!mail_set_uid(mail, uid))
        return gone(box(), uid);
    auto *context = saving.begin();
    mailbox_save_copy_flags(context, mail);
    mail_storage_clear_error(box()->storage);
    if (mailbox_move(&context, mail) == 0)
        return {};
    // The rights on the source may be what is missing; then the error is the source's.
    bool const at_source = mailbox_get_last_mail_error(box()) != MAIL_ERROR_NONE;
    auto const where = std::string("of a move from mailbox ") + mailbox_get_vname(box());
    return at_source ? message_error(box(), uid, "cannot be moved")
                     : message_error(target, uid, where + " cannot be added");
}

Result<std::vector<MailFolderHandle::MovedUid>> DovecotFolder::move_all(UidSet const &uids,
                                                                        FolderId const &destination)
{
    std::vector<MovedUid> moved;
    if (uids.empty())
        return moved;
    auto const target = open_target(destination);
    if (!target)
        return target.error();
    DataStackFrame frame;
    Transaction source(box());
    Saving saving(*target);
    for (auto const range : uids.ranges())
        for (uint64_t uid = range.first; uid <= range.last; ++uid) {
            if (auto added = add_to_move(source.mail(), static_cast<Uid>(uid), *target, saving); !added)
                return added.error();
            moved.push_back({static_cast<Uid>(uid), 0});
        }
    auto const saved = saving.commit(moved.size());
    if (!saved)
        return saved.error();
    m_mailbox->mark_changed();
    if (auto committed = source.commit("does not expunge the moved UIDs " + uids.to_string()); !committed) {
        remove_copies(*target, *saved);
        return committed.error();
    }
    for (size_t i = 0; i < moved.size(); ++i)
        moved[i].uid_there = (*saved)[i];
    return moved;
}

} // namespace eas
