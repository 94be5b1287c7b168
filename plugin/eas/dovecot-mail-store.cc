// A mailbox is found by its GUID through the names of the last listing. A name may have got another
// mailbox since (renamed, deleted and made anew), so the GUID is compared at every use and, if it differs,
// everything is listed once more.
#include "eas/dovecot-mail-store.h"
#include "compat/index.h"
#include "eas/dovecot-folder-changes.h"
#include "eas/dovecot-folder-list.h"
#include "eas/dovecot-folder-rights.h"
#include "eas/dovecot-folder-special-use.h"
#include "eas/dovecot-folder-tree.h"
#include "eas/dovecot-folder.h"
#include "eas/dovecot-mail-store-error.h"
#include "eas/dovecot-saving.h"
#include "eas/dovecot-search.h"
#include "ports/empty-folder.h"

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

} // namespace

Result<std::vector<MailFolder>> DovecotMailStore::folders()
{
    m_kept.forget_replaced();
    return list(true);
}

Result<std::vector<MailFolder>> DovecotMailStore::note_folders()
{
    if (!m_listed)
        if (auto listed = folders(); !listed)
            return listed.error();
    return m_listed->notes;
}

Result<std::optional<FolderId>> DovecotMailStore::sent_folder()
{
    if (!m_listed)
        if (auto listed = folders(); !listed)
            return listed.error();
    return m_listed->sent;
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
    m_incomplete = std::move(listed->incomplete);
    std::vector<MailFolder> folders;
    Listed others;
    folders.reserve(listed->folders.size());
    for (auto &entry : listed->folders) {
        if (entry.exists)
            m_names.emplace(entry.folder.id, entry.vname);
        if (!entry.folder.selectable)
            m_empty.emplace(entry.folder.id, entry.vname);
        if (entry.folder.special_use == SpecialUse::sent)
            others.sent = entry.folder.id;
        if (!entry.is_below_broken)
            (entry.is_notes ? others.notes : folders).push_back(std::move(entry.folder));
    }
    if (without_hidden)
        m_listed = std::move(others);
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
    m_kept.forget_replaced();
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
            m_kept.forget_removed_index(box->get());
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
    return m_incomplete.value_or(Error{ErrorKind::not_found, "there is no mailbox with id " + id});
}

/// A folder that find() refused for `error` is listed, but has no messages that the user may read.
bool DovecotMailStore::is_empty_folder(FolderId const &id, Error const &error) const
{
    return error.kind == ErrorKind::denied || m_empty.contains(id);
}

/// A mailbox that is kept open tells by itself. If it changed, the list index would have it opened once more.
Result<MailFolderStatus> DovecotMailStore::status(FolderId const &id)
{
    if (auto mailbox = m_kept.find(id))
        return status_of_open(mailbox->box());
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
    m_kept.keep(id, *mailbox);
    return std::unique_ptr<MailFolderHandle>(std::make_unique<DovecotFolder>(*this, std::move(*mailbox)));
}

/// Opened and synchronised.
Result<std::shared_ptr<OpenMailbox>> DovecotMailStore::open_shared(FolderId const &id)
{
    m_annotations.refresh();
    if (auto kept = m_kept.take(id))
        return kept;
    auto box = find(id, Access::opened);
    if (!box)
        return box.error();
    if (auto synced = sync_mailbox(box->get()); !synced)
        return synced.error();
    return std::make_shared<OpenMailbox>(std::move(*box), m_annotations);
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
        if (m_incomplete) // it may be what cannot be read
            return *m_incomplete;
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
    m_kept.forget();
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
    auto const uid = save_message(box->get(), message, flags, m_annotations);
    m_kept.mark_changed(id);
    return uid;
}

/// A folder that is broken, or has a message that is, hides nothing of what the others have.
void DovecotMailStore::note_not_searched(Error const &error) const
{
    if (error.kind != ErrorKind::not_found && error.kind != ErrorKind::denied)
        e_warning(m_user->event, "A search leaves out what cannot be read: %s", error.message.c_str());
}

Result<FoundMessages> DovecotMailStore::search(std::vector<FolderId> const &folders,
                                               MailCondition const &condition, size_t limit)
{
    auto const deadline = SearchClock::now() + longest_search;
    NewestMessages found(limit);
    std::optional<Error> not_searched;
    size_t searched = 0;
    for (auto const &id : folders) {
        auto const mailbox = open_shared(id);
        auto const through =
            mailbox ? search_mailbox(*mailbox, id, condition, deadline, found) : mailbox.error();
        if (!through) {
            not_searched = through.error();
            note_not_searched(*not_searched);
            continue;
        }
        if (!*through) {
            auto result = found.take();
            result.timed_out = true;
            return result;
        }
        ++searched;
    }
    if (searched == 0 && not_searched && found.total() == 0)
        return *not_searched;
    return found.take();
}

} // namespace eas
