// How files and directories are written. See ics-directory.h.
#include "base/random.h"
#include "base/text.h"
#include "stores/ics-directory.h"
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace eas {

namespace {

constexpr uint64_t largest_displaced = 64 << 20;

constexpr std::string_view temporary_begin = ".eas-", temporary_end = ".tmp";
constexpr int64_t longest_write = 3'600'000'000'000; // nanoseconds

bool exchange_is_unsupported(int cause)
{
    return cause == EINVAL || cause == ENOSYS || cause == EOPNOTSUPP || cause == ENOTSUP;
}

bool write_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        auto const written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
}

} // namespace

std::string IcsDirectory::temporary_name()
{
    return std::string(temporary_begin) + hex_encode(random_bytes(8)) + std::string(temporary_end);
}

bool IcsDirectory::is_temporary_name(std::string_view name)
{
    return name.starts_with(temporary_begin) && name.ends_with(temporary_end);
}

void IcsDirectory::remove_abandoned(std::vector<std::string> const &names, int64_t now) const
{
    for (auto const &name : names)
        if (auto const found = stamp(name); found && found->ctime < now - longest_write)
            unlinkat(m_directory.number(), name.c_str(), 0);
}

/// What another program wrote last, and what cannot get its name back.
void IcsDirectory::keep(std::string const &temporary) const
{
    int const fd = m_directory.number();
    (void)renameat(fd, temporary.c_str(), fd, (temporary + ".kept").c_str());
}

Result<void> IcsDirectory::sync() const
{
    if (m_fsync && fsync(m_directory.number()) < 0 && errno != EINVAL)
        return error("fsync", "");
    return {};
}

Result<FileDescriptor> IcsDirectory::write_temporary(std::string const &name, std::string_view text,
                                                     uint32_t mode, uint32_t uid, uint32_t gid) const
{
    FileDescriptor fd(
        openat(m_directory.number(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd.is_open())
        return error("open", name);
    // A user may give a file to a group of his, and nobody else's file to anybody: then it becomes his.
    struct stat status;
    if (fstat(fd.number(), &status) == 0 && (status.st_uid != uid || status.st_gid != gid) &&
        fchown(fd.number(), uid, gid) < 0 && fchown(fd.number(), static_cast<uid_t>(-1), gid) < 0)
        mode &= 0707; // its group is another one: no rights for that
    if (!write_all(fd.number(), text) || fchmod(fd.number(), mode) < 0 ||
        (m_fsync && fsync(fd.number()) < 0)) {
        auto const failure = error("write", name);
        unlinkat(m_directory.number(), name.c_str(), 0);
        return failure;
    }
    return fd;
}

Result<FileDescriptor> IcsDirectory::write_new(std::string const &name, std::string_view text) const
{
    struct stat status;
    if (fstat(m_directory.number(), &status) < 0)
        return error("stat", "");
    return write_temporary(name, text, status.st_mode & 0666, geteuid(), status.st_gid);
}

Result<void> IcsDirectory::add(std::string const &name, std::string_view text) const
{
    if (!is_writable())
        return Error{ErrorKind::denied, path_of("") + " is read-only"};
    auto const temporary = temporary_name();
    auto const written = write_new(temporary, text);
    if (!written)
        return written.error();
    int const fd = m_directory.number();
    bool const moved =
        renameat2(fd, temporary.c_str(), fd, name.c_str(), RENAME_NOREPLACE) == 0 ||
        (exchange_is_unsupported(errno) && linkat(fd, temporary.c_str(), fd, name.c_str(), 0) == 0);
    auto const failure = moved ? Result<void>() : Result<void>(error("rename", name));
    unlinkat(fd, temporary.c_str(), 0);
    return moved ? sync() : failure;
}

/// After an exchange that brought out what the caller had not seen: gives it back its name. Should yet
/// another file have been put there in between, that one is the newest, and so on. True: `temporary` is of no
/// use to anybody.
bool IcsDirectory::put_back(std::string const &temporary, std::string const &name,
                            FileDescriptor expected) const
{
    int const fd = m_directory.number();
    struct stat found, wanted;
    for (int tries = 0; tries < 1000; tries++) {
        // Held open, so that no other file gets its inode.
        FileDescriptor placed(openat(fd, temporary.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        if (placed.number() < 0)
            return true;
        if (renameat2(fd, temporary.c_str(), fd, name.c_str(), RENAME_EXCHANGE) < 0)
            return errno == ENOENT; // its owner removed it: so be it
        if (fstatat(fd, temporary.c_str(), &found, AT_SYMLINK_NOFOLLOW) < 0 ||
            fstat(expected.number(), &wanted) < 0 || found.st_ino == wanted.st_ino)
            return true;
        expected = std::move(placed);
    }
    return false;
}

Result<void> IcsDirectory::replace(std::string const &name, std::string_view text, Accepts const &seen) const
{
    int const fd = m_directory.number();
    struct stat status;
    if (fstatat(fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0)
        return error("stat", name);
    bool const writable = is_writable(name);
    auto const current = read(name, largest_displaced);
    if (!current)
        return current.error();
    Error const changed{ErrorKind::conflict, path_of(name) + " was changed meanwhile"};
    if (!seen(current->text))
        return changed;
    if (!writable)
        return Error{ErrorKind::denied, path_of(name) + " is read-only"};

    auto const temporary = temporary_name();
    auto written = write_temporary(temporary, text, status.st_mode & 07777, status.st_uid, status.st_gid);
    if (!written)
        return written.error();
    if (renameat2(fd, temporary.c_str(), fd, name.c_str(), RENAME_EXCHANGE) == 0) {
        auto const displaced = read(temporary, largest_displaced);
        if (displaced && seen(displaced->text)) {
            unlinkat(fd, temporary.c_str(), 0);
            return sync();
        }
        if (put_back(temporary, name, std::move(*written)))
            unlinkat(fd, temporary.c_str(), 0);
        else
            keep(temporary);
        return changed;
    }
    if (exchange_is_unsupported(errno) && renameat(fd, temporary.c_str(), fd, name.c_str()) == 0)
        return sync();
    auto const failure = error("rename", name);
    unlinkat(fd, temporary.c_str(), 0);
    return failure;
}

Result<void> IcsDirectory::remove(std::string const &name, Accepts const &seen) const
{
    bool const writable = is_writable(name);
    auto const current = read(name, largest_displaced);
    if (!current)
        return current.error();
    Error const changed{ErrorKind::conflict, path_of(name) + " was changed meanwhile"};
    if (!seen(current->text))
        return changed;
    if (!writable)
        return Error{ErrorKind::denied, path_of(name) + " is read-only"};
    // Take it away first, and look at what was taken.
    int const fd = m_directory.number();
    auto const temporary = temporary_name();
    if (renameat(fd, name.c_str(), fd, temporary.c_str()) < 0)
        return error("rename", name);
    auto const taken = read(temporary, largest_displaced);
    if (taken && seen(taken->text)) {
        unlinkat(fd, temporary.c_str(), 0);
        return sync();
    }
    if (renameat2(fd, temporary.c_str(), fd, name.c_str(), RENAME_NOREPLACE) < 0) {
        if (errno == EEXIST) // a newer one is there already
            unlinkat(fd, temporary.c_str(), 0);
        else if (exchange_is_unsupported(errno) && linkat(fd, temporary.c_str(), fd, name.c_str(), 0) == 0)
            unlinkat(fd, temporary.c_str(), 0);
        else
            keep(temporary);
    }
    return changed;
}

Result<void> IcsDirectory::put(std::string const &name, std::string_view text) const
{
    auto const replaced = replace(name, text, [](std::string_view) { return true; });
    if (!replaced && replaced.error().kind == ErrorKind::not_found)
        return add(name, text);
    return replaced;
}

Result<void> IcsDirectory::add_directory(std::string const &name,
                                         std::function<Result<void>(IcsDirectory const &)> const &fill) const
{
    if (!is_writable())
        return Error{ErrorKind::denied, path_of("") + " is read-only"};
    int const fd = m_directory.number();
    auto const temporary = temporary_name();
    struct stat status;
    if (fstat(fd, &status) < 0 || mkdirat(fd, temporary.c_str(), 0700) < 0)
        return error("mkdir", name);
    auto result = [&]() -> Result<void> {
        auto const directory = open(m_path + '/' + temporary, m_fsync);
        if (!directory)
            return directory.error();
        auto mode = status.st_mode & 07777;
        if (fchown(directory->m_directory.number(), static_cast<uid_t>(-1), status.st_gid) < 0)
            mode &= 0707;
        if (fchmod(directory->m_directory.number(), mode) < 0)
            return error("chmod", name);
        if (auto filled = fill(*directory); !filled)
            return filled;
        if (renameat2(fd, temporary.c_str(), fd, name.c_str(), RENAME_NOREPLACE) < 0 &&
            (!exchange_is_unsupported(errno) || renameat(fd, temporary.c_str(), fd, name.c_str()) < 0))
            return error("rename", name);
        return sync();
    }();
    std::error_code ignored;
    if (!result)
        std::filesystem::remove_all(m_path + '/' + temporary, ignored);
    return result;
}

Result<void> IcsDirectory::remove_directory(std::string const &name) const
{
    int const fd = m_directory.number();
    if (!is_writable())
        return Error{ErrorKind::denied, path_of("") + " is read-only"};
    // Hidden first: nobody sees a half of it, and what fails to go later does not come back.
    auto const temporary = temporary_name();
    if (renameat(fd, name.c_str(), fd, temporary.c_str()) < 0)
        return error("rename", name);
    std::error_code ignored;
    std::filesystem::remove_all(m_path + '/' + temporary, ignored);
    return sync();
}

} // namespace eas
