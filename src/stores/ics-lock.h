// Radicale's lock: flock(2) on <filesystem_folder>/.Radicale.lock, shared while it reads, exclusive while it
// writes (Radicale 3, storage/multifilesystem/lock.py). Its collections lie in <filesystem_folder>/
// collection-root/. vdir and single files have no lock: there each write is an exchange (ics-directory.h).
#pragma once
#include "base/result.h"
#include "stores/ics-directory.h"
#include <chrono>
#include <string>
#include <string_view>

namespace eas {

/// Where Radicale's lock lies for a collection, or the directory of collections, at `path`; "" if that is not
/// in a storage of Radicale's. Links are resolved.
std::string radicale_lock_path(std::string const &path);

/// An exclusive lock; released when it is destroyed.
class IcsLock {
public:
    /// Waits for `patience`. temporary: still locked then; denied: the lock file cannot be opened. No lock is
    /// taken for an empty path, nor where Radicale never ran and left no lock file: one of ours might be one
    /// that Radicale may not open.
    static Result<IcsLock> acquire(std::string const &lock_path, std::chrono::milliseconds patience);

private:
    FileDescriptor m_file;
};

} // namespace eas
