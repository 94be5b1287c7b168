// Looks at a calendar's directory from one request of a process to the next. The first ones ask for the stamp
// of each file. Then the system itself says which files were touched (inotify), and only these are looked at:
// a phone that asks again and again costs what changed and not what is stored.
#pragma once
#include "stores/ics-directory-look.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eas {

/// What the system says about the files of a directory. It says nothing about what another machine writes,
/// nor of what is written by way of a hard link elsewhere or of mapped memory.
class DirectoryWatch {
public:
    /// Nothing on a file system that other machines may write to, or where the system has no watches left.
    static std::optional<DirectoryWatch> start(IcsDirectory const &directory);
    /// Names of what was touched since the last call, in the order of it, perhaps several times. Nothing if
    /// that is not known: there were too many, or the directory itself went.
    std::optional<std::vector<std::string>> touched();

private:
    explicit DirectoryWatch(FileDescriptor inotify) : m_inotify(std::move(inotify)) {}

    FileDescriptor m_inotify;
};

/// All looks at one directory by one process, with the same `wanted`.
class DirectoryLooks {
public:
    using Look = std::shared_ptr<DirectoryLook const>;
    Result<Look> look(IcsDirectory const &directory, IcsDirectory::Wanted const &wanted, size_t max_files);
    bool is_watched() const { return m_watch.has_value(); }

private:
    Look m_last;
    std::optional<DirectoryWatch> m_watch; ///< begun before m_last
    IcsDirectory::Identity m_directory;    ///< of m_last
    int64_t m_complete_at = 0;             ///< when each file was looked at; nanoseconds since 1970
};

} // namespace eas
