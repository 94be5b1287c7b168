// A mailbox is found by its GUID through the names of the last listing. A name may have got another
// mailbox since (renamed, deleted and made anew), so the GUID is compared at every use and, if it differs,
// everything is listed once more.
#include "eas/dovecot-mail-store.h"
#include "compat/index.h"
#include "compat/message.h"
#include "eas/dovecot-folder-changes.h"
#include "eas/dovecot-folder-list.h"
#include "eas/dovecot-folder-rights.h"
#include "eas/dovecot-folder-special-use.h"
#include "eas/dovecot-folder-tree.h"
#include "eas/dovecot-folder.h"
#include "eas/dovecot-mail-store-error.h"
#include "eas/dovecot-message-flags.h"
#include "eas/dovecot-search.h"
#include "ports/empty-folder.h"
#include <algorithm>
#include <sys/sysmacros.h>

namespace eas {

namespace {

/// Clients and the proxies before us give up after a minute; what FTS has indexed by then is not lost.
constexpr std::chrono::seconds longest_search{50};

/// What may be filled need not be readable.
Result<MailboxHandle> allocate(struct mail_namespace *ns, char const *vname, bool for_saving)
{
    MailboxHandle box(mailbox_alloc(ns->list, vname, static_cast<enum mailbox_flags>(0)));
    auto readable = check_may_read(box.get());
    if (readable)
        return box;
    if (!for_saving || readable.error().kind != ErrorKind::denied)
        return readable.error();
    return MailboxHandle(mailbox_alloc(ns->list, vname, MAILBOX_FLAG_SAVEONLY));
}

/// Hands what is written to Dovecot's mailbox_save_continue(), which pulls from a stream.
class SaveSink final : public Sink {
public:
    SaveSink() : m_input(i_stream_create_chain(&m_chain, IO_BLOCK_SIZE)) {}
    ~SaveSink() override
    {
        if (m_context)
            mailbox_save_cancel(&m_context);
        i_stream_unref(&m_input);
    }
    SaveSink(SaveSink const &) = delete;
    SaveSink &operator=(SaveSink const &) = delete;

    bool begin(struct mail_save_context *context)
    {
        m_context = context;
        return mailbox_save_begin(&m_context, m_input) == 0;
    }
    /// Each piece is copied, because the chain may look at it after this returns: so pieces are small.
    Result<void> write(std::string_view bytes) override
    {
        for (; !bytes.empty(); bytes.remove_prefix(std::min<size_t>(bytes.size(), IO_BLOCK_SIZE))) {
            auto *piece =
                i_stream_create_copy_from_data(bytes.data(), std::min<size_t>(bytes.size(), IO_BLOCK_SIZE));
            i_stream_chain_append(m_chain, piece);
            i_stream_unref(&piece);
            if (!take_input()) {
                m_refused = true;
                return Error{ErrorKind::temporary, "the mailbox refused the message"};
            }
        }
        return {};
    }
    bool finish()
    {
        i_stream_chain_append_eof(m_chain);
        return take_input() && mailbox_save_finish(&m_context) == 0;
    }

    /// The mailbox, not the source, made writing fail.
    bool refused() const { return m_refused; }

private:
    bool take_input()
    {
        do {
            if (mailbox_save_continue(m_context) < 0)
                return false;
        } while (i_stream_read(m_input) > 0);
        return true;
    }

    struct istream_chain *m_chain;
    struct istream *m_input;
    struct mail_save_context *m_context = nullptr;
    bool m_refused = false;
};

/// Whether the index of that mailbox that this process holds, if any, is the one on the disk.
bool has_its_index(struct mailbox *box)
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
FileIdentity place_of(struct mailbox *box)
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

} // namespace

Result<std::vector<MailFolder>> DovecotMailStore::folders()
{
    forget_replaced();
    return list(true);
}

Result<std::vector<MailFolder>> DovecotMailStore::note_folders()
{
    if (!m_note_folders)
        if (auto listed = folders(); !listed)
            return listed.error();
    return *m_note_folders;
}

/// Also what is hidden from phones has a name, and may be the Trash.
Result<std::vector<MailFolder>> DovecotMailStore::list(bool without_hidden)
{
    auto listed = list_folders(
        m_user,
        {.namespaces = m_namespaces, .without_hidden = without_hidden, .notes_mailbox = m_notes_mailbox});
    if (!listed)
        return listed.error();
    m_names.clear();
    m_empty.clear();
    std::vector<MailFolder> folders, notes;
    folders.reserve(listed->size());
    for (auto &entry : *listed) {
        if (entry.exists)
            m_names.emplace(entry.folder.id, entry.vname);
        if (!entry.folder.selectable)
            m_empty.emplace(entry.folder.id, entry.vname);
        (entry.is_notes ? notes : folders).push_back(std::move(entry.folder));
    }
    if (without_hidden)
        m_note_folders = std::move(notes);
    return folders;
}

/// An opened mailbox tells its GUID itself. The list index may still have the GUID of an older mailbox of
/// that name (seen with Maildir++ after a rename); a sync corrects it.
///
/// A process that is killed while it deletes a mailbox leaves it emptied and marked as deleted: listed, but
/// not to be opened until Dovecot gives it back half a minute later (mailbox_try_undelete()). To say that it
/// is not there would send the phone in a circle: its FolderSync shows the folder.
Result<MailboxHandle> DovecotMailStore::find(FolderId const &id, Access access)
{
    forget_replaced();
    for (bool list_first : {false, true}) {
        if (list_first) {
            mail_index_alloc_cache_destroy_unrefed(); // one of them may be of a mailbox that has gone
            if (auto listed = list(false); !listed)
                return listed.error();
        }
        auto name = m_names.find(id);
        if (name == m_names.end())
            continue;
        DataStackFrame frame;
        char const *vname = name->second.c_str();
        auto *ns = mail_namespace_find(m_user->namespaces, vname);
        auto box = allocate(ns, vname, access == Access::saving);
        if (box)
            forget_removed_index(box->get());
        auto opened = !box                       ? Result<void>(box.error())
                      : access != Access::listed ? open_mailbox(box->get())
                                                 : Result<void>();
        auto found = opened ? folder_id_of(box->get()) : opened.error();
        if (found && *found == id)
            return box;
        if (box && !opened && list_first && mailbox_is_inconsistent(box->get())) {
            if (access == Access::deleting)
                return box;
            return Error{ErrorKind::temporary, std::string("mailbox ") + vname + " is being deleted"};
        }
        if (!found && found.error().kind != ErrorKind::not_found)
            return found.error();
        if (found && access != Access::listed)
            (void)mailbox_sync(box->get(), static_cast<enum mailbox_sync_flags>(0));
    }
    return Error{ErrorKind::not_found, "there is no mailbox with id " + id};
}

/// A folder that find() refused for `error` is listed, but has no messages that the user may read.
bool DovecotMailStore::is_empty_folder(FolderId const &id, Error const &error) const
{
    return error.kind == ErrorKind::denied || m_empty.contains(id);
}

/// A mailbox that is kept open tells by itself. If it changed, the list index would have it opened once more,
/// and of a Maildir then all of its uidlist and its directories be read.
Result<MailFolderStatus> DovecotMailStore::status(FolderId const &id)
{
    if (m_kept && m_kept->id == id) {
        auto place = m_kept->place;
        if (auto mailbox = take_kept(id)) {
            m_kept = Kept{id, mailbox, place};
            return status_of_open(mailbox->box());
        }
    }
    auto box = find(id, Access::listed);
    if (!box && is_empty_folder(id, box.error()))
        return EmptyFolder::constant_status;
    if (!box)
        return box.error();
    DataStackFrame frame;
    auto const items = static_cast<enum mailbox_status_items>(STATUS_MESSAGES | STATUS_UIDNEXT |
                                                              STATUS_UIDVALIDITY | STATUS_HIGHESTMODSEQ);
    struct mailbox_status status;
    if (mailbox_get_status(box->get(), items, &status) < 0)
        return mailbox_error(box->get(), "has no status");
    auto point = point_on_disk(box->get());
    point.modseq = status.highest_modseq;
    return MailFolderStatus{status.uidvalidity, status.uidnext, point, status.messages};
}

Result<std::unique_ptr<MailFolderHandle>> DovecotMailStore::open(FolderId const &id)
{
    auto mailbox = open_shared(id);
    if (!mailbox && is_empty_folder(id, mailbox.error()))
        return std::unique_ptr<MailFolderHandle>(std::make_unique<EmptyFolder>());
    if (!mailbox)
        return mailbox.error();
    return keep(id, std::move(*mailbox));
}

/// Opened and synchronised.
Result<std::shared_ptr<OpenMailbox>> DovecotMailStore::open_shared(FolderId const &id)
{
    m_annotations.refresh();
    if (auto kept = take_kept(id))
        return kept;
    auto box = find(id, Access::opened);
    if (!box)
        return box.error();
    if (auto synced = sync_mailbox(box->get()); !synced)
        return synced.error();
    return std::make_shared<OpenMailbox>(std::move(*box), m_annotations);
}

/// Another mailbox is in the place of the kept one. Dovecot keeps indexes of closed mailboxes for some
/// seconds and knows them by the inode of their directory, which the new mailbox may have got too.
void DovecotMailStore::forget_replaced()
{
    if (!m_kept || m_kept->mailbox.use_count() != 1 || m_kept->place == place_of(m_kept->mailbox->box()))
        return;
    m_kept->mailbox->abandon();
    m_kept.reset();
    mail_index_alloc_cache_destroy_unrefed();
}

/// The kept mailbox, synchronised, if it is that one, nobody uses it, it is still in its place and may be
/// read.
std::shared_ptr<OpenMailbox> DovecotMailStore::take_kept(FolderId const &id)
{
    forget_replaced();
    auto kept = std::exchange(m_kept, std::nullopt);
    if (!kept || kept->id != id || kept->mailbox.use_count() != 1)
        return nullptr;
    auto *box = kept->mailbox->box();
    auto uid_validity = mail_index_get_header(box->view)->uid_validity;
    if (!check_may_read(box) || !has_its_index(box) || !kept->mailbox->synchronise())
        return nullptr;
    if (mail_index_get_header(box->view)->uid_validity !=
        uid_validity) // of the new messages it has seen none
        return nullptr;
    return std::move(kept->mailbox);
}

/// Dovecot keeps indexes open for some seconds and takes a mailbox whose index was removed meanwhile for
/// deleted.
void DovecotMailStore::forget_removed_index(struct mailbox *box)
{
    if (has_its_index(box))
        return;
    m_kept.reset();
    mail_index_alloc_cache_destroy_unrefed();
}

std::unique_ptr<MailFolderHandle> DovecotMailStore::keep(FolderId const &id,
                                                         std::shared_ptr<OpenMailbox> mailbox)
{
    if (auto place = place_of(mailbox->box()); place != FileIdentity())
        m_kept = Kept{id, mailbox, place};
    return std::make_unique<DovecotFolder>(*this, std::move(mailbox));
}

Result<FolderId> DovecotMailStore::special_folder(SpecialUse use)
{
    for (bool created : {false, true}) {
        if (created)
            if (auto creation = create(use); !creation)
                return creation.error();
        auto all = list(false);
        if (!all)
            return all.error();
        for (auto const &folder : *all)
            if (folder.special_use == use && use != SpecialUse::none)
                return folder.id;
    }
    return Error{ErrorKind::not_found,
                 "the mailbox that was created for a special use is not listed with it"};
}

Result<void> DovecotMailStore::create(SpecialUse use)
{
    auto name = name_to_create(m_user, use);
    if (name.empty())
        return Error{ErrorKind::not_found, "the user has no mailbox with that use"};
    DataStackFrame frame;
    auto *ns = mail_namespace_find(m_user->namespaces, name.c_str());
    MailboxHandle box(mailbox_alloc(ns->list, name.c_str(), static_cast<enum mailbox_flags>(0)));
    if (mailbox_create(box.get(), nullptr, false) < 0 &&
        mailbox_get_last_mail_error(box.get()) != MAIL_ERROR_EXISTS)
        return mailbox_error(box.get(), "cannot be created");
    if (mailbox_set_subscribed(box.get(), true) < 0)
        return mailbox_error(box.get(), "cannot be subscribed to");
    return {};
}

/// Opens a mailbox to be sure of its name: what is renamed or deleted must be the right one.
Result<std::string> DovecotMailStore::vname_of(FolderId const &id, Access access)
{
    m_kept.reset();
    auto box = find(id, access);
    if (box)
        return std::string(mailbox_get_vname(box->get()));
    auto empty = m_empty.find(id);
    if (empty == m_empty.end())
        return box.error();
    return empty->second;
}

Result<std::string> DovecotMailStore::vname_below(FolderId const &parent, std::string const &name)
{
    auto vname = parent.empty() ? Result(std::string()) : vname_of(parent, Access::opened);
    if (!vname)
        return vname.error();
    return child_vname(m_user, *vname, name);
}

Result<FolderId> DovecotMailStore::create_folder(FolderId const &parent, std::string const &name)
{
    auto vname = vname_below(parent, name);
    if (!vname)
        return vname.error();
    return create_mailbox(m_user, *vname);
}

Result<void> DovecotMailStore::move_folder(FolderId const &id, FolderId const &parent,
                                           std::string const &name)
{
    auto from = vname_of(id, Access::opened);
    auto to = vname_below(parent, name);
    if (!from || !to)
        return from ? to.error() : from.error();
    return rename_mailbox(m_user, *from, *to);
}

Result<void> DovecotMailStore::delete_folder(FolderId const &id)
{
    auto vname = vname_of(id, Access::deleting);
    if (!vname)
        return vname.error();
    return delete_mailboxes(m_user, *vname);
}

Result<MailboxHandle> DovecotMailStore::open_for_saving(FolderId const &id)
{
    return find(id, Access::saving);
}

Result<Uid> DovecotMailStore::save(FolderId const &id, Content const &message, MailFlags const &flags)
{
    auto box = open_for_saving(id);
    if (!box)
        return box.error();
    DataStackFrame frame;
    Saving saving(box->get());
    SaveSink sink;
    auto *context = saving.begin();
    if (auto set = set_flags_to_save(context, box->get(), flags, m_annotations); !set) {
        mailbox_save_cancel(&context);
        return set.error();
    }
    if (!sink.begin(context))
        return mailbox_error(box->get(), "does not take a message");
    auto copied = message.copy_to(sink);
    if (!copied && !sink.refused())
        return copied.error();
    if (!copied || !sink.finish())
        return mailbox_error(box->get(), "does not take a message");
    auto uid = saving.commit();
    if (m_kept && m_kept->id == id) // whoever has it open sees the message at the next look
        m_kept->mailbox->mark_changed();
    return uid;
}

Result<FoundMessages> DovecotMailStore::search(std::vector<FolderId> const &folders,
                                               MailCondition const &condition, size_t limit)
{
    auto const deadline = SearchClock::now() + longest_search;
    NewestMessages found(limit);
    std::optional<Error> not_searched;
    size_t searched = 0;
    for (auto const &id : folders) {
        auto mailbox = open_shared(id);
        if (!mailbox && mailbox.error().kind != ErrorKind::not_found &&
            mailbox.error().kind != ErrorKind::denied)
            return mailbox.error();
        if (!mailbox) {
            not_searched = mailbox.error();
            continue;
        }
        auto through = search_mailbox(*mailbox, id, condition, deadline, found);
        if (!through)
            return through.error();
        if (!*through) {
            auto result = found.take();
            result.timed_out = true;
            return result;
        }
        ++searched;
    }
    if (searched == 0 && not_searched)
        return *not_searched;
    return found.take();
}

Saving::Saving(struct mailbox *box)
    : m_box(box), m_transaction(mailbox_transaction_begin(
                      box,
                      static_cast<enum mailbox_transaction_flags>(MAILBOX_TRANSACTION_FLAG_EXTERNAL |
                                                                  MAILBOX_TRANSACTION_FLAG_ASSIGN_UIDS),
                      "EAS"))
{}

Saving::~Saving()
{
    if (m_transaction)
        mailbox_transaction_rollback(&m_transaction);
}

struct mail_save_context *Saving::begin()
{
    return mailbox_save_alloc(m_transaction);
}

Result<Uid> Saving::commit()
{
    struct mail_transaction_commit_changes changes;
    if (mailbox_transaction_commit_get_changes(&m_transaction, &changes) < 0)
        return mailbox_error(m_box, "does not take a message");
    struct seq_range_iter iteration;
    seq_range_array_iter_init(&iteration, &changes.saved_uids);
    Uid uid = 0;
    (void)seq_range_array_iter_nth(&iteration, 0, &uid);
    pool_unref(&changes.pool);
    if (uid == 0)
        return Error{ErrorKind::temporary, std::string("mailbox ") + mailbox_get_vname(m_box) +
                                               " did not tell the new message's UID"};
    return uid;
}

} // namespace eas
