// See ics-directory.h.
#include "stores/ics-directory.h"
#include "base/quick-hash.h"
#include "base/text.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace eas {

namespace {

constexpr int64_t second = 1'000'000'000;
constexpr int64_t coarsest_clock = 2 * second; ///< FAT; ext3 and NFS servers have one second

int64_t nanoseconds(timespec const &time)
{
    return int64_t(time.tv_sec) * second + time.tv_nsec;
}

FileStamp stamp_of(struct stat const &status)
{
    return {status.st_ino, static_cast<uint64_t>(status.st_size), nanoseconds(status.st_mtim),
            nanoseconds(status.st_ctim)};
}

/// What f_type of statfs(2) says of ext2 to ext4, XFS, Btrfs, F2FS, ZFS, bcachefs and tmpfs.
constexpr std::array<uint32_t, 7> local_file_systems = {EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC,
                                                        F2FS_SUPER_MAGIC, 0x2FC12FC1,      0xCA451A4E,
                                                        TMPFS_MAGIC};

struct CloseDirectory {
    void operator()(DIR *directory) const { closedir(directory); }
};

} // namespace

bool FileStamp::is_racy_at(int64_t when) const
{
    return std::max(mtime, ctime) + coarsest_clock >= when;
}

uint64_t FileStamp::token(std::string_view name) const
{
    static_assert(std::has_unique_object_representations_v<FileStamp>);
    return quick_hash(name, quick_hash({reinterpret_cast<char const *>(this), sizeof *this}));
}

int64_t now_nanoseconds()
{
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return nanoseconds(now);
}

FileDescriptor::~FileDescriptor()
{
    if (m_fd != -1)
        close(m_fd);
}

FileDescriptor &FileDescriptor::operator=(FileDescriptor &&other) noexcept
{
    std::swap(m_fd, other.m_fd);
    return *this;
}

IcsDirectory::IcsDirectory(std::string path, FileDescriptor directory, bool fsync)
    : m_path(std::move(path)), m_directory(std::move(directory)), m_fsync(fsync)
{}

Error IcsDirectory::error(std::string_view action, std::string_view name) const
{
    auto const cause = errno;
    auto const kind = cause == ENOSPC || cause == EDQUOT                    ? ErrorKind::quota
                      : cause == EACCES || cause == EPERM || cause == EROFS ? ErrorKind::denied
                      : cause == ENOENT || cause == ENOTDIR                 ? ErrorKind::not_found
                      : cause == EEXIST || cause == ENOTEMPTY               ? ErrorKind::exists
                                                                            : ErrorKind::temporary;
    return {kind, std::string(action) + '(' + path_of(name) + ") failed: " + strerror(cause)};
}

Result<IcsDirectory> IcsDirectory::open(std::string path, bool fsync)
{
    FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    IcsDirectory directory(std::move(path), std::move(fd), fsync);
    if (!directory.m_directory.is_open())
        return directory.error("open", "");
    return directory;
}

std::string IcsDirectory::path_of(std::string_view name) const
{
    auto printable = sanitize_utf8(name.empty() ? m_path : m_path + '/' + std::string(name));
    std::ranges::replace_if(
        printable, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, '?');
    return printable;
}

bool IcsDirectory::is_writable() const
{
    struct stat status;
    return fstat(m_directory.number(), &status) == 0 && (status.st_mode & 0222) != 0 &&
           faccessat(m_directory.number(), ".", W_OK | X_OK, AT_EACCESS) == 0;
}

bool IcsDirectory::is_link(std::string const &name) const
{
    struct stat status;
    return fstatat(m_directory.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISLNK(status.st_mode);
}

bool IcsDirectory::is_writable(std::string const &name) const
{
    struct stat status;
    return fstatat(m_directory.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           (status.st_mode & 0222) != 0 && // root may write it; its owner said that nobody shall
           faccessat(m_directory.number(), name.c_str(), W_OK, AT_EACCESS) == 0 && is_writable();
}

Result<void> IcsDirectory::scan(Wanted const &wanted, size_t max_files, Found const &found, int64_t now) const
{
    // Another open file description: two listings at once do not share their position.
    FileDescriptor const fd(openat(m_directory.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.is_open())
        return error("open", "");
    size_t count = 0;
    std::vector<std::string> temporary;
    alignas(dirent64) std::array<char, 32768> buffer;
    for (;;) {
        auto const filled = getdents64(fd.number(), buffer.data(), buffer.size());
        if (filled < 0)
            return error("getdents64", "");
        if (filled == 0)
            break;
        for (ssize_t at = 0; at < filled;) {
            auto const *const entry = reinterpret_cast<dirent64 const *>(buffer.data() + at);
            at += entry->d_reclen;
            std::string_view const name = entry->d_name;
            if (is_temporary_name(name))
                temporary.emplace_back(name);
            struct stat status;
            if ((entry->d_type != DT_REG && entry->d_type != DT_UNKNOWN) || !wanted(name) ||
                fstatat(fd.number(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
                !S_ISREG(status.st_mode))
                continue;
            if (count++ == max_files)
                return too_many(max_files);
            found(name, stamp_of(status));
        }
    }
    remove_abandoned(temporary, now);
    return {};
}

Error IcsDirectory::too_many(size_t max_files) const
{
    return {ErrorKind::too_large, path_of("") + " has more than " + std::to_string(max_files) + " files"};
}

Result<std::vector<IcsDirectory::Entry>> IcsDirectory::list(Wanted const &wanted, size_t max_files) const
{
    std::vector<Entry> entries;
    auto const scanned = scan(wanted, max_files, [&](std::string_view name, FileStamp const &stamp) {
        entries.push_back({std::string(name), stamp});
    });
    if (!scanned)
        return scanned.error();
    std::ranges::sort(entries, {}, &Entry::name);
    return entries;
}

Result<std::vector<std::string>> IcsDirectory::list_directories() const
{
    auto const fd = openat(m_directory.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    std::unique_ptr<DIR, CloseDirectory> const directory(fd == -1 ? nullptr : fdopendir(fd));
    if (!directory)
        return error("opendir", "");
    std::vector<std::string> names;
    while (auto const *const entry = readdir(directory.get())) {
        struct stat status;
        if (entry->d_name[0] != '.' && entry->d_type != DT_REG &&
            fstatat(fd, entry->d_name, &status, 0) == 0 && S_ISDIR(status.st_mode))
            names.emplace_back(entry->d_name);
    }
    std::ranges::sort(names);
    return names;
}

Result<FileStamp> IcsDirectory::stamp(std::string const &name) const
{
    struct stat status;
    if (fstatat(m_directory.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0)
        return error("stat", name);
    if (!S_ISREG(status.st_mode))
        return Error{ErrorKind::not_found, path_of(name) + " is no regular file"};
    return stamp_of(status);
}

Result<IcsDirectory::Identity> IcsDirectory::identity() const
{
    struct stat status;
    if (fstat(m_directory.number(), &status) < 0)
        return error("fstat", "");
    return Identity{status.st_dev, status.st_ino};
}

bool IcsDirectory::is_of_this_machine() const
{
    struct statfs status;
    return fstatfs(m_directory.number(), &status) == 0 &&
           std::ranges::find(local_file_systems, static_cast<uint32_t>(status.f_type)) !=
               local_file_systems.end();
}

Result<IcsDirectory::File> IcsDirectory::read(std::string const &name, uint64_t max_bytes) const
{
    // O_NONBLOCK: a FIFO of that name must not stop us.
    FileDescriptor const fd(
        openat(m_directory.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status;
    if (!fd.is_open() && errno == ELOOP)
        errno = ENOENT;
    if (!fd.is_open() || fstat(fd.number(), &status) < 0)
        return error("open", name);
    if (!S_ISREG(status.st_mode))
        return Error{ErrorKind::not_found, path_of(name) + " is no regular file"};
    File file{{}, stamp_of(status)};
    if (file.stamp.size > max_bytes)
        return Error{ErrorKind::too_large, path_of(name) + " has " + std::to_string(file.stamp.size) +
                                               " bytes, more than " + std::to_string(max_bytes)};
    file.text.resize(file.stamp.size);
    size_t filled = 0;
    while (filled < file.text.size()) {
        auto const count = ::read(fd.number(), file.text.data() + filled, file.text.size() - filled);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error("read", name);
        if (count == 0)
            break;
        filled += static_cast<size_t>(count);
    }
    file.text.resize(filled);
    return file;
}

} // namespace eas
