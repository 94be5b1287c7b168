// See file-state-store.h.
#include "stores/file-state-store.h"
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <limits>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace eas {

namespace {

using namespace std::chrono_literals;
constexpr auto lock_patience = 15s; ///< longer than any request but a huge one takes
constexpr size_t longest_key = 200;
constexpr std::string_view lock_name = "lock", temporary_suffix = ".tmp";

Error io_error(std::string_view action, std::string const &path)
{
    auto cause = errno;
    auto kind = cause == ENOSPC || cause == EDQUOT ? ErrorKind::quota : ErrorKind::temporary;
    return {kind, std::string(action) + '(' + path + ") failed: " + strerror(cause)};
}

/// Keys become paths: nothing may lead out of the directory or hide in it.
bool is_key(std::string_view key)
{
    auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("._-/").find(c) != std::string_view::npos;
    };
    return !key.empty() && key.size() <= longest_key && std::ranges::all_of(key, allowed) &&
           key.front() != '/' && key.front() != '.' && key.back() != '/' && key.find("//") == key.npos &&
           key.find("/.") == key.npos;
}

class File {
public:
    File(std::string const &path, int flags) : m_fd(open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
    ~File()
    {
        if (m_fd != -1)
            ::close(m_fd);
    }
    File(File const &) = delete;
    File &operator=(File const &) = delete;
    int fd() const { return m_fd; }
    bool is_open() const { return m_fd != -1; }
    /// False if what was written did not arrive: NFS tells of a full disk here.
    bool close()
    {
        int const closed = ::close(m_fd);
        m_fd = -1;
        return closed == 0;
    }

private:
    int m_fd;
};

bool write_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
}

Result<std::string> read_beginning(File const &file, std::string const &path, size_t bytes)
{
    struct stat status;
    if (fstat(file.fd(), &status) < 0)
        return io_error("fstat", path);
    std::string text(std::min(static_cast<size_t>(status.st_size), bytes), '\0');
    size_t filled = 0;
    while (filled < text.size()) {
        auto count = ::read(file.fd(), text.data() + filled, text.size() - filled);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return io_error("read", path);
        if (count == 0)
            break;
        filled += static_cast<size_t>(count);
    }
    text.resize(filled);
    return text;
}

Result<void> make_parent(std::string const &path)
{
    std::error_code error;
    auto parent = std::filesystem::path(path).parent_path();
    auto old_mask = umask(0077);
    std::filesystem::create_directories(parent, error);
    umask(old_mask);
    if (!error)
        return {};
    errno = error.value();
    return io_error("mkdir", parent.string());
}

/// Makes the name in its directory last, too.
Result<void> sync_parent(std::string const &path)
{
    auto const parent = path.substr(0, path.rfind('/'));
    File const directory(parent, O_RDONLY | O_DIRECTORY);
    if (!directory.is_open() || fsync(directory.fd()) < 0)
        return io_error("fsync", parent);
    return {};
}

/// The lock file stays; only the lock on it is released. It goes away only with its device.
class FileLock final : public StateStore::Lock {
public:
    explicit FileLock(std::string const &path) : m_file(path, O_RDWR | O_CREAT) {}
    bool is_open() const { return m_file.is_open(); }
    bool try_lock()
    {
        struct flock whole {};
        whole.l_type = F_WRLCK;
        whole.l_whence = SEEK_SET;
        return fcntl(m_file.fd(), F_OFD_SETLK, &whole) == 0;
    }
    /// Whoever opens the lock's path now gets this file.
    bool is_current() const
    {
        struct stat status;
        return fstat(m_file.fd(), &status) == 0 && status.st_nlink != 0;
    }

private:
    File m_file;
};

Result<std::unique_ptr<FileLock>> open_lock(std::string const &path)
{
    auto lock = std::make_unique<FileLock>(path);
    if (!lock->is_open() && errno == ENOENT) {
        if (auto made = make_parent(path); !made)
            return made.error();
        lock = std::make_unique<FileLock>(path);
    }
    if (!lock->is_open())
        return io_error("open", path);
    return lock;
}

/// What lies beside the values: locks, and what a killed process left.
bool is_value(std::string_view name)
{
    return name != lock_name && !name.ends_with(temporary_suffix);
}

} // namespace

FileStateStore::FileStateStore(std::string directory, bool fsync)
    : m_directory(std::move(directory)), m_fsync(fsync)
{}

Result<std::string> FileStateStore::path_of(std::string_view key) const
{
    if (m_directory.empty())
        return Error{ErrorKind::temporary,
                     "there is no place for the state of devices: the user has no home, "
                     "and eas_state_dir is below it"};
    if (!is_key(key))
        return Error{ErrorKind::bad_request, "invalid state key: " + std::string(key)};
    return m_directory + '/' + std::string(key);
}

Result<std::optional<std::string>> FileStateStore::get(std::string_view key)
{
    return get_beginning(key, std::numeric_limits<size_t>::max());
}

Result<std::optional<std::string>> FileStateStore::get_beginning(std::string_view key, size_t bytes)
{
    auto const place = path_of(key);
    if (!place)
        return place.error();
    auto const &path = *place;
    File file(path, O_RDONLY);
    if (!file.is_open()) {
        if (errno == ENOENT || errno == ENOTDIR)
            return std::optional<std::string>();
        return io_error("open", path);
    }
    auto text = read_beginning(file, path, bytes);
    if (!text)
        return text.error();
    return std::optional(std::move(*text));
}

Result<void> FileStateStore::set(std::string_view key, std::string_view value)
{
    auto const place = path_of(key);
    if (!place)
        return place.error();
    auto const &path = *place;
    // The caller holds the device's lock, so nobody else writes there. What a killed process left is
    // overwritten.
    auto temporary = path + std::string(temporary_suffix);
    auto file = std::make_unique<File>(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file->is_open() && errno == ENOENT) {
        if (auto made = make_parent(path); !made)
            return made;
        file = std::make_unique<File>(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    }
    if (!file->is_open())
        return io_error("open", temporary);
    bool written = write_all(file->fd(), value) && (!m_fsync || fdatasync(file->fd()) == 0);
    if (!(written && file->close()) || rename(temporary.c_str(), path.c_str()) < 0) {
        auto error = io_error("write", path);
        unlink(temporary.c_str());
        return error;
    }
    return m_fsync ? sync_parent(path) : Result<void>();
}

Result<void> FileStateStore::remove(std::string_view key)
{
    auto const place = path_of(key);
    if (!place)
        return place.error();
    auto const &path = *place;
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (!error)
        return {};
    errno = error.value();
    return io_error("unlink", path);
}

Result<std::vector<std::string>> FileStateStore::list(std::string_view key)
{
    auto const place = path_of(key);
    if (!place)
        return place.error();
    auto const &path = *place;
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entry(path, error), end;
    for (; !error && entry != end; entry.increment(error))
        if (auto name = entry->path().filename().string(); is_value(name))
            names.push_back(std::move(name));
    if (error && error != std::errc::no_such_file_or_directory) {
        errno = error.value();
        return io_error("readdir", path);
    }
    std::ranges::sort(names);
    return names;
}

std::string FileStateStore::watched_file(std::string_view key) const
{
    return is_key(key) ? m_directory + '/' + std::string(key) : std::string();
}

Result<std::vector<std::string>> FileStateStore::keys() const
{
    namespace fs = std::filesystem;
    std::vector<std::string> keys;
    std::error_code error;
    fs::recursive_directory_iterator entry(m_directory, error), end;
    if (error == std::errc::no_such_file_or_directory)
        return keys;
    for (; !error && entry != end; entry.increment(error)) {
        if (!entry->is_regular_file(error) || error)
            continue;
        auto key = entry->path().string().substr(m_directory.size() + 1);
        bool const has_place = key.find('/') != key.npos; // eas_debug_log may lie beside the values
        if (has_place && is_key(key) && is_value(entry->path().filename().string()))
            keys.push_back(std::move(key));
    }
    if (error) {
        errno = error.value();
        return io_error("readdir", m_directory);
    }
    std::ranges::sort(keys);
    return keys;
}

Result<std::unique_ptr<StateStore::Lock>> FileStateStore::lock(std::string_view device_key)
{
    auto const place = path_of(device_key);
    if (!place)
        return place.error();
    auto const path = *place + '/' + std::string(lock_name);
    auto lock = open_lock(path);
    if (!lock)
        return lock.error();
    // Locks of other processes end with their requests: nothing tells us when, so ask again and again.
    auto end = std::chrono::steady_clock::now() + lock_patience;
    auto pause = 1ms;
    for (;;) {
        bool const locked = (*lock)->try_lock();
        if (locked && (*lock)->is_current())
            break;
        if (locked) { // the device was removed while we waited
            lock = open_lock(path);
            if (!lock)
                return lock.error();
            continue;
        }
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            return io_error("fcntl(F_OFD_SETLK)", path);
        if (std::chrono::steady_clock::now() >= end)
            return Error{ErrorKind::temporary, "another request of this device still runs: " + path};
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, 100ms);
    }
    return std::unique_ptr<Lock>(std::move(*lock));
}

} // namespace eas
