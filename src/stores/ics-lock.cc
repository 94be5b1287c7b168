// See ics-lock.h.
#include "stores/ics-lock.h"
#include "base/text.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <thread>

namespace eas {

namespace {

using namespace std::chrono_literals;

} // namespace

std::string radicale_lock_path(std::string const &path)
{
    std::error_code error;
    auto folder = std::filesystem::weakly_canonical(path, error);
    for (; !error && folder.has_relative_path(); folder = folder.parent_path())
        if (folder.filename() == "collection-root")
            return folder.parent_path() / ".Radicale.lock";
    return {};
}

Result<IcsLock> IcsLock::acquire(std::string const &lock_path, std::chrono::milliseconds patience)
{
    IcsLock lock;
    if (lock_path.empty())
        return lock;
    // flock() needs no right to write, but NFS does, which has it by fcntl().
    for (int const mode : {O_RDWR, O_RDONLY})
        if (!lock.m_file.is_open())
            lock.m_file = FileDescriptor(open(lock_path.c_str(), mode | O_CLOEXEC));
    if (!lock.m_file.is_open()) {
        if (errno == ENOENT)
            return lock;
        return Error{ErrorKind::denied,
                     "open(" + sanitize_utf8(lock_path) + ") failed: " + strerror(errno) +
                         ": nothing is changed in Radicale's collections without its lock"};
    }
    // Radicale does not tell when it is done: ask again and again.
    auto const end = std::chrono::steady_clock::now() + patience;
    for (auto pause = 1ms; flock(lock.m_file.number(), LOCK_EX | LOCK_NB) < 0;
         pause = std::min(pause * 2, 50ms)) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return Error{ErrorKind::temporary,
                         "flock(" + sanitize_utf8(lock_path) + ") failed: " + strerror(errno)};
        if (std::chrono::steady_clock::now() >= end)
            return Error{ErrorKind::temporary, "another program holds the lock " + sanitize_utf8(lock_path)};
        std::this_thread::sleep_for(pause);
    }
    return lock;
}

} // namespace eas
