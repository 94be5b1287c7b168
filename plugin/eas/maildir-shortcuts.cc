// Hooks of Dovecot's storage library: they come between its functions for mailboxes and messages and those of
// the Maildir storage. What is kept with a mailbox or a message is plain data in its pool.
#include "eas/maildir-shortcuts.h"
#include "compat/maildir.h"
#include "eas/maildir-files.h"
#include "eas/maildir-uids.h"

namespace eas {

namespace {

struct BoxContext {
    struct mailbox_vfuncs super;
    /// How many messages may be looked up by themselves until the next sync; more are left to Dovecot.
    uint32_t lookups_left;
};

struct MailContext {
    struct mail_vfuncs super;
};

struct module_context_id box_context_id = {&mail_storage_module_register.id, 0, false};
struct module_context_id mail_context_id = {&mail_module_register.id, 0, false};

BoxContext *context_of(struct mailbox *box)
{
    return module_context<BoxContext>(box, &box_context_id);
}

struct mail_private *private_of(struct mail *mail)
{
    return &index_mail_of(mail)->mail;
}

struct mail_vfuncs const &super_of(struct mail *mail)
{
    return module_context<MailContext>(private_of(mail), &mail_context_id)->super;
}

/// No exception may pass through Dovecot: where there is no memory for the short way, it goes the long one.
template <class Shortcut> bool attempt(Shortcut shortcut) noexcept
{
    try {
        DataStackFrame frame;
        return shortcut();
    } catch (std::exception const &exception) {
        i_error("Maildir: %s", exception.what());
        return false;
    }
}

/// A lookup takes as long as reading some hundred lines, and a scan several times what reading all of them
/// does.
uint32_t lookups_worth_while(struct mailbox *box)
{
    return 16 + mail_index_view_get_messages_count(box->view) / 64;
}

/// Takes over from the index's log what changes no file, which are additions to the cache. False if there is
/// more.
bool take_in_log(struct mailbox *box)
{
    auto const sync_flags = index_storage_get_sync_flags(box);
    if (!mail_index_sync_have_any(box->index, sync_flags))
        return true;
    struct mail_index_sync_ctx *sync;
    struct mail_index_view *view;
    struct mail_index_transaction *transaction;
    if (mail_index_sync_begin(box->index, &sync, &view, &transaction, sync_flags) <= 0)
        return false;
    struct mail_index_sync_rec change;
    if (mail_index_sync_next(sync, &change)) {
        mail_index_sync_rollback(&sync);
        return false;
    }
    return mail_index_sync_commit(&sync) == 0;
}

/// Whether the index has all that the files tell, and they what the index tells.
bool index_suffices(struct mailbox *box, enum mailbox_sync_flags flags)
{
    constexpr auto thorough =
        MAILBOX_SYNC_FLAG_FORCE_RESYNC | MAILBOX_SYNC_FLAG_FULL_READ | MAILBOX_SYNC_FLAG_FULL_WRITE;
    if ((flags & thorough) != 0 || box->deleting)
        return false;
    if (maildir_sync_is_synced(maildir_of(box)) > 0)
        note_known_files(box);
    else if (!files_are_accounted_for(box))
        return false;
    return take_in_log(box);
}

/// What the storage's own does, but for the part that looks at the files.
struct mailbox_sync_context *sync_index_only(struct mailbox *box, enum mailbox_sync_flags flags)
{
    auto *maildir = maildir_of(box);
    (void)index_mailbox_want_full_sync(box, flags); // notes the time
    (void)mail_index_refresh(box->index);
    maildir->synced = true;
    maildir->sync_uidlist_refreshed = false;
    return index_mailbox_sync_init(box, flags, false);
}

struct mailbox_sync_context *sync_init(struct mailbox *box, enum mailbox_sync_flags flags)
{
    auto *context = context_of(box);
    context->lookups_left = lookups_worth_while(box);
    if (attempt([&] { return index_suffices(box, flags); }))
        return sync_index_only(box, flags);
    auto *sync = context->super.sync_init(box, flags);
    (void)attempt([&] {
        note_known_files(box);
        return true;
    });
    return sync;
}

int get_metadata(struct mailbox *box, enum mailbox_metadata_items items, struct mailbox_metadata *metadata)
{
    if (items == MAILBOX_METADATA_GUID && box->opened &&
        attempt([&] { return read_mailbox_guid(box, metadata->guid); }))
        return 0;
    return context_of(box)->super.get_metadata(box, items, metadata);
}

/// Whether we know the name of the message's file, and Dovecot does not.
bool have_name(struct mail *mail)
{
    auto const &data = index_mail_of(mail)->data;
    auto &lookups_left = context_of(mail->box)->lookups_left;
    return attempt([&] {
        if (mail->saving || mail->expunged || !is_name_unknown(mail))
            return false;
        if (data.filename != nullptr)
            return true;
        if (lookups_left == 0)
            return false;
        --lookups_left;
        return look_up_name(mail);
    });
}

/// Opens the message's file as the storage does it; without effect if it is not found.
bool open_file(struct mail *mail)
{
    for (auto const &path : likely_paths(mail)) {
        int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct stat status;
        if (fd != -1 && (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)))
            i_close_fd(&fd);
        if (fd == -1)
            continue;
        auto *input = i_stream_create_fd_autoclose(&fd, 0);
        i_stream_set_name(input, path.c_str());
        index_mail_set_read_buffer_size(mail, input);
        index_mail_of(mail)->data.stream = input;
        ++mail->transaction->stats.open_lookup_count;
        return true;
    }
    return false;
}

int get_stream(struct mail *mail, bool get_body, struct message_size *header_size,
               struct message_size *body_size, struct istream **stream)
{
    auto &data = index_mail_of(mail)->data;
    if (data.stream == nullptr && have_name(mail)) {
        if (!mail_stream_access_start(mail))
            return -1;
        auto *opened = private_of(mail)->v.istream_opened; // of plugins that decode what is stored
        if (attempt([&] { return open_file(mail); }) && opened != nullptr && opened(mail, &data.stream) < 0) {
            i_stream_unref(&data.stream);
            return -1;
        }
    }
    return super_of(mail).get_stream(mail, get_body, header_size, body_size, stream);
}

/// Unless it is in the cache, it is the time of the file.
int get_received_date(struct mail *mail, time_t *date)
{
    if (index_mail_get_received_date(mail, date) == 0)
        return 0;
    auto &data = index_mail_of(mail)->data;
    if (data.stream == nullptr && have_name(mail))
        (void)attempt([&] {
            struct stat status;
            for (auto const &path : likely_paths(mail))
                if (stat(path.c_str(), &status) == 0) {
                    data.received_date = status.st_mtime;
                    return true;
                }
            return false;
        });
    return super_of(mail).get_received_date(mail, date);
}

/// Dovecot writes it into the name.
int get_virtual_size(struct mail *mail, uoff_t *size)
{
    auto &data = index_mail_of(mail)->data;
    if (!have_name(mail) || data.virtual_size == UOFF_T_MAX)
        return super_of(mail).get_virtual_size(mail, size);
    data.dont_cache_fetch_fields =
        static_cast<enum mail_fetch_field>(data.dont_cache_fetch_fields | MAIL_FETCH_VIRTUAL_SIZE);
    *size = data.virtual_size;
    return 0;
}

/// The storage returns a GUID that it has already.
int get_special(struct mail *mail, enum mail_fetch_field field, char const **value)
{
    if (field == MAIL_FETCH_GUID)
        (void)have_name(mail);
    return super_of(mail).get_special(mail, field, value);
}

bool is_maildir(struct mailbox *box)
{
    return strcmp(box->storage->name, MAILDIR_STORAGE_NAME) == 0 && box->virtual_vfuncs == nullptr &&
           !box->storage->set->mail_nfs_storage;
}

void mailbox_allocated(struct mailbox *box)
{
    if (!is_maildir(box))
        return;
    auto *context = p_new(box->pool, BoxContext, 1);
    auto *functions = box->vlast;
    context->super = *functions;
    box->vlast = &context->super;
    functions->sync_init = sync_init;
    functions->get_metadata = get_metadata;
    set_module_context(box, &box_context_id, context);
}

void mail_allocated(struct mail *mail)
{
    if (!is_maildir(mail->box))
        return;
    auto *object = private_of(mail);
    auto *context = p_new(object->pool, MailContext, 1);
    auto *functions = object->vlast;
    context->super = *functions;
    object->vlast = &context->super;
    functions->get_stream = get_stream;
    functions->get_received_date = get_received_date;
    functions->get_virtual_size = get_virtual_size;
    functions->get_special = get_special;
    set_module_context(object, &mail_context_id, context);
}

constexpr struct mail_storage_hooks our_hooks()
{
    struct mail_storage_hooks hooks = {};
    hooks.mailbox_allocated = mailbox_allocated;
    hooks.mail_allocated = mail_allocated;
    return hooks;
}

constexpr struct mail_storage_hooks hooks = our_hooks();

} // namespace

void add_maildir_shortcuts(struct module *module)
{
    mail_storage_hooks_add_forced(module, &hooks);
}

void remove_maildir_shortcuts()
{
    mail_storage_hooks_remove(&hooks);
}

} // namespace eas
