// See the header.
#include "eas/maildir-uids.h"
#include "compat/maildir.h"

namespace eas {

std::string uidlist_path(struct mailbox *box)
{
    char const *directory;
    if (mailbox_get_path_to(box, MAILBOX_LIST_PATH_TYPE_CONTROL, &directory) <= 0)
        return {};
    return std::string(directory) + "/" MAILDIR_UIDLIST_NAME;
}

std::optional<std::vector<UidlistFile::Entry>> uidlist_entries(struct mailbox *box, Uid first, Uid last)
{
    UidlistFile const file(uidlist_path(box));
    auto const header = file.header();
    if (!header || header->uid_validity != mail_index_get_header(box->view)->uid_validity)
        return std::nullopt;
    return file.entries(first, last);
}

bool read_mailbox_guid(struct mailbox *box, unsigned char *guid)
{
    if (maildir_uidlist_is_read(maildir_of(box)->uidlist))
        return false;
    auto const header = UidlistFile(uidlist_path(box)).header();
    return header && guid_128_from_string(header->guid.c_str(), guid) == 0;
}

bool is_name_unknown(struct mail *mail)
{
    auto *uidlist = maildir_of(mail->box)->uidlist;
    if (!maildir_uidlist_is_read(uidlist))
        return true;
    enum maildir_uidlist_rec_flag flags;
    char const *name;
    return maildir_uidlist_lookup(uidlist, mail->uid, &flags, &name) <= 0 ||
           (flags & MAILDIR_UIDLIST_REC_FLAG_NONSYNCED) != 0;
}

bool look_up_name(struct mail *mail)
{
    auto const entries = uidlist_entries(mail->box, mail->uid, mail->uid);
    if (!entries || entries->empty())
        return false;
    auto *index_mail = index_mail_of(mail);
    auto &data = index_mail->data;
    data.filename = p_strdup(index_mail->mail.data_pool, entries->front().name.c_str());
    data.guid = p_strdup(index_mail->mail.data_pool, entries->front().guid.c_str());
    uoff_t size;
    if (data.virtual_size == UOFF_T_MAX &&
        maildir_filename_get_size(data.filename, MAILDIR_EXTRA_VIRTUAL_SIZE, &size))
        data.virtual_size = size;
    return true;
}

/// With the flags and keywords that the index has.
static std::string name_with_flags(struct mail *mail)
{
    auto *maildir = maildir_of(mail->box);
    enum mail_flags flags;
    ARRAY_TYPE(keyword_indexes) keywords;
    t_array_init(&keywords, 32);
    mail_index_lookup_view_flags(mail->transaction->view, mail->seq, &flags, &keywords);
    auto *context = maildir_keywords_sync_init_readonly(maildir->keywords, mail->box->index);
    std::string name =
        maildir_filename_flags_kw_set(context, index_mail_of(mail)->data.filename, flags, &keywords);
    maildir_keywords_sync_deinit(&context);
    return name;
}

std::vector<std::string> likely_paths(struct mail *mail)
{
    DataStackFrame frame;
    std::string const root = mailbox_get_path(mail->box), name = index_mail_of(mail)->data.filename,
                      flagged = name_with_flags(mail);
    // Dovecot gives a file in `new` flags too, and leaves it there.
    return {root + "/cur/" + flagged, root + "/new/" + name, root + "/new/" + flagged};
}

} // namespace eas
