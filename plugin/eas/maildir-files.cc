// What is known lies in the header of the mailbox's index, as an extension "eas-maildir" beside Dovecot's own
// "maildir": it goes when the index goes, and every process of ours shares it.
#include "eas/maildir-files.h"
#include "compat/maildir.h"
#include "eas/maildir-uids.h"
#include <dirent.h>
#include <type_traits>

namespace eas {

namespace {

struct FileTime {
    uint32_t seconds = 0, nanoseconds = 0;
    bool operator==(FileTime const &) const = default;
};

/// Files of `new` as a set: their number and the sum of hashes of their names.
struct FileSet {
    uint64_t hashes = 0, count = 0;
    bool operator==(FileSet const &) const = default;
    void add(std::string_view name)
    {
        hashes += hash(name.substr(0, name.find(MAILDIR_INFO_SEP)));
        ++count;
    }

private:
    /// FNV-1a; its result is mixed once more, since sums of it are compared.
    static uint64_t hash(std::string_view name)
    {
        uint64_t value = 0xcbf29ce484222325;
        for (unsigned char c : name)
            value = (value ^ c) * 0x100000001b3;
        value = (value ^ (value >> 32)) * 0x9e3779b97f4a7c15;
        return value ^ (value >> 29);
    }
};

/// Of a moment at which the index had all messages below `next_uid`, and there were no other files.
struct KnownFiles {
    uint32_t uid_validity = 0, next_uid = 0;
    FileTime cur;
    FileTime new_time; ///< when `files` were listed; tells no more than that they need not be listed again
    FileSet files;     ///< in `new`
    bool operator==(KnownFiles const &) const = default;
};
static_assert(std::is_trivially_copyable_v<KnownFiles>);

struct ListedFiles {
    FileSet files;
    FileTime time; ///< of the directory, before it was read
    time_t read_at;
};

struct CloseDirectory {
    void operator()(DIR *directory) const { closedir(directory); }
};

FileTime time_of(struct stat const &status)
{
    return {static_cast<uint32_t>(status.st_mtim.tv_sec), static_cast<uint32_t>(status.st_mtim.tv_nsec)};
}

std::string directory_of(struct mailbox *box, char const *name)
{
    return std::string(mailbox_get_path(box)) + "/" + name;
}

std::optional<FileTime> time_of_directory(struct mailbox *box, char const *name)
{
    struct stat status;
    if (stat(directory_of(box, name).c_str(), &status) < 0)
        return std::nullopt;
    return time_of(status);
}

/// Dovecot's rule: one that was looked at in the second of its change may have changed since without showing
/// it.
bool has_settled(uint32_t checked, uint32_t changed)
{
    return checked > changed + MAILDIR_SYNC_SECS;
}

/// The files in `new` that `is_wanted`; nothing where the directory is not as we know it.
template <class IsWanted> std::optional<ListedFiles> list_new(struct mailbox *box, IsWanted is_wanted)
{
    std::unique_ptr<DIR, CloseDirectory> directory(opendir(directory_of(box, "new").c_str()));
    struct stat status;
    if (!directory || fstat(dirfd(directory.get()), &status) < 0)
        return std::nullopt;
    ListedFiles listed{{}, time_of(status), time(nullptr)};
    errno = 0;
    while (auto const *entry = readdir(directory.get())) {
        if (entry->d_name[0] == MAILDIR_INFO_SEP)
            return std::nullopt; // without a name: Dovecot gives it one
        if (entry->d_name[0] != '.' && is_wanted(entry->d_name))
            listed.files.add(entry->d_name);
    }
    return errno == 0 ? std::optional(listed) : std::nullopt;
}

uint32_t extension_of(struct mailbox *box)
{
    return mail_index_ext_register(box->index, "eas-maildir", sizeof(KnownFiles), 0, 0);
}

std::optional<KnownFiles> read_known(struct mailbox *box)
{
    void const *data;
    size_t size;
    KnownFiles known;
    mail_index_get_header_ext(box->view, extension_of(box), &data, &size);
    if (size != sizeof known)
        return std::nullopt;
    memcpy(static_cast<void *>(&known), data, size);
    return known.uid_validity == 0 ? std::nullopt : std::optional(known);
}

struct CloseView {
    void operator()(struct mail_index_view *view) const { mail_index_view_close(&view); }
};
using View = std::unique_ptr<struct mail_index_view, CloseView>;

/// What the index has now, of which the mailbox's view may not know yet.
View open_newest_view(struct mailbox *box)
{
    return View(mail_index_refresh(box->index) < 0 ? nullptr : mail_index_view_open(box->index));
}

bool has_uid(struct mail_index_view *view, Uid uid)
{
    uint32_t seq;
    return mail_index_lookup_seq(view, uid, &seq);
}

/// Adds the files of the messages from `next_uid` on. False if there are some of which the list of UIDs has
/// no name.
bool add_newer_messages(struct mailbox *box, struct mail_index_view *view, Uid next_uid, FileSet &files)
{
    uint32_t first, last;
    auto const end = mail_index_get_header(view)->next_uid;
    if (next_uid >= end || !mail_index_lookup_seq_range(view, next_uid, end - 1, &first, &last))
        return true;
    auto const entries = uidlist_entries(box, next_uid, end - 1);
    if (!entries)
        return false;
    auto missing = last - first + 1;
    for (auto const &entry : *entries)
        if (has_uid(view, entry.uid)) {
            files.add(entry.name);
            --missing;
        }
    return missing == 0;
}

/// A delivery that is under way moves its file to `new` first, and holds this lock until the index has the
/// message.
void await_delivery(struct mailbox *box)
{
    DataStackFrame frame;
    struct dotlock_settings settings = {};
    settings.timeout = mail_storage_get_lock_timeout(box->storage, MAILDIR_UIDLIST_LOCK_STALE_TIMEOUT + 2);
    settings.stale_timeout = MAILDIR_UIDLIST_LOCK_STALE_TIMEOUT;
    settings.use_excl_lock = box->storage->set->dotlock_use_excl;
    settings.use_io_notify = true;
    struct dotlock *lock = nullptr;
    if (file_dotlock_create(&settings, uidlist_path(box).c_str(), static_cast<enum dotlock_create_flags>(0),
                            &lock) > 0)
        file_dotlock_delete(&lock);
}

class HeaderUpdate {
public:
    explicit HeaderUpdate(struct mailbox *box)
        : m_transaction(mail_index_transaction_begin(box->view, MAIL_INDEX_TRANSACTION_FLAG_EXTERNAL))
    {}
    ~HeaderUpdate()
    {
        (void)mail_index_transaction_commit(&m_transaction);
    } // what is lost is found out again
    HeaderUpdate(HeaderUpdate const &) = delete;
    HeaderUpdate &operator=(HeaderUpdate const &) = delete;

    template <class Data> void set(uint32_t extension, size_t offset, Data const &data)
    {
        mail_index_update_header_ext(m_transaction, extension, offset, &data, sizeof data);
    }

private:
    struct mail_index_transaction *m_transaction;
};

/// Dovecot's own note of when it last looked into `new`: how its "maildir" extension begins.
struct NewDirectoryNote {
    uint32_t checked, seconds, nanoseconds;
};
static_assert(offsetof(struct maildir_index_header, new_check_time) == 0 &&
              offsetof(struct maildir_index_header, new_mtime) == offsetof(NewDirectoryNote, seconds) &&
              offsetof(struct maildir_index_header, new_mtime_nsecs) ==
                  offsetof(NewDirectoryNote, nanoseconds));

void write_notes(struct mailbox *box, KnownFiles const &known, ListedFiles const &listed)
{
    auto *maildir = maildir_of(box);
    auto &header = maildir->maildir_hdr;
    NewDirectoryNote const note{static_cast<uint32_t>(listed.read_at), listed.time.seconds,
                                listed.time.nanoseconds};
    bool const is_same =
        FileTime{header.new_mtime, header.new_mtime_nsecs} == listed.time &&
        has_settled(header.new_check_time, header.new_mtime) == has_settled(note.checked, note.seconds);
    header.new_check_time = note.checked;
    header.new_mtime = note.seconds;
    header.new_mtime_nsecs = note.nanoseconds;
    bool const is_known = read_known(box) == known;
    if (is_same && is_known)
        return;
    HeaderUpdate update(box);
    if (!is_same)
        update.set(maildir->maildir_ext_id, 0, note);
    if (!is_known)
        update.set(extension_of(box), 0, known);
}

/// Whether `cur` is what Dovecot found in it when it last looked, and that tells all.
bool cur_has_settled(struct mailbox *box)
{
    auto const &header = maildir_of(box)->maildir_hdr;
    return has_settled(header.cur_check_time, header.cur_mtime) &&
           time_of_directory(box, "cur") == FileTime{header.cur_mtime, header.cur_mtime_nsecs};
}

/// The files in `new` that the index has. Dovecot knows their names if it has read its list of UIDs; if it
/// has not, all of them were in the index when it last looked, and it must have been quiet since.
std::optional<ListedFiles> list_known_files(struct mailbox *box, struct mail_index_view *view)
{
    auto *maildir = maildir_of(box);
    if (maildir_uidlist_is_read(maildir->uidlist))
        return list_new(box, [&](char const *name) {
            uint32_t uid;
            return maildir_uidlist_get_uid(maildir->uidlist, name, &uid) && has_uid(view, uid);
        });
    auto const &header = maildir->maildir_hdr;
    FileTime const noted{header.new_mtime, header.new_mtime_nsecs};
    if (!has_settled(header.new_check_time, header.new_mtime))
        return std::nullopt;
    auto listed = list_new(box, [](char const *) { return true; });
    return listed && listed->time == noted && time_of_directory(box, "new") == noted ? listed : std::nullopt;
}

} // namespace

bool files_are_accounted_for(struct mailbox *box)
{
    for (bool once_more : {false, true}) {
        if (once_more)
            await_delivery(box);
        auto const view = open_newest_view(box);
        auto known = view ? read_known(box) : std::nullopt;
        if (!known || known->uid_validity != mail_index_get_header(view.get())->uid_validity ||
            time_of_directory(box, "cur") != known->cur)
            return false;
        auto const listed = list_new(box, [](char const *) { return true; });
        if (!listed || !add_newer_messages(box, view.get(), known->next_uid, known->files) ||
            listed->files != known->files)
            continue;
        known->next_uid = mail_index_get_header(view.get())->next_uid;
        known->new_time = listed->time;
        write_notes(box, *known, *listed);
        return true;
    }
    return false;
}

void note_known_files(struct mailbox *box)
{
    auto const &header = maildir_of(box)->maildir_hdr;
    auto const view = cur_has_settled(box) ? open_newest_view(box) : nullptr;
    if (!view)
        return;
    auto const *index = mail_index_get_header(view.get());
    KnownFiles known{index->uid_validity,
                     index->next_uid,
                     {header.cur_mtime, header.cur_mtime_nsecs},
                     {header.new_mtime, header.new_mtime_nsecs},
                     {}};
    auto const before = read_known(box);
    if (before && before->uid_validity == known.uid_validity && before->cur == known.cur &&
        before->new_time == known.new_time)
        return;
    auto const listed = list_known_files(box, view.get());
    if (!listed)
        return;
    known.files = listed->files;
    HeaderUpdate(box).set(extension_of(box), 0, known);
}

} // namespace eas
