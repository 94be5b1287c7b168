// Looks at a calendar's directory from one request of a process to the next. The first ones ask for the stamp
// of each file. Then the system itself says which files were touched (inotify), and only these are looked at:
// a phone that asks again and again costs what changed and not what is stored.
#pragma once
#include "stores/ics-directory-look.h"
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace eas {

/// What the system says about the files of directories. It says nothing about what another machine writes,
/// nor of what is written by way of a hard link elsewhere or of mapped memory. One for a user: the system has
/// few (fs.inotify.max_user_instances), which IMAP needs too.
class DirectoryWatches {
public:
    using Names = std::set<std::string>;

    /// A watch's number. Nothing on a file system that other machines may write to, where the directory is
    /// watched already, or the system has no watches left.
    std::optional<int> begin(IcsDirectory const &directory);
    /// Names of what was touched since the watch began or this was asked last. Nothing if that is not known,
    /// since the directory itself went or events were lost: the watch has ended then.
    std::optional<Names> touched(int watch);
    void end(int watch);

private:
    void read_events();

    FileDescriptor m_inotify;
    std::map<int, std::optional<Names>> m_touched; ///< by watch; nothing: not known
};

/// All looks at one directory by one process.
class DirectoryLooks {
public:
    using Look = std::shared_ptr<DirectoryLook const>;

    /// `watches` must stay alive; null: each look is at all files.
    explicit DirectoryLooks(DirectoryWatches *watches) : m_watches(watches) {}
    /// At the items' files, see is_item_name().
    Result<Look> look(IcsDirectory const &directory, bool is_radicale, size_t max_files);
    bool is_watched() const { return m_watch.has_value(); }

private:
    DirectoryWatches *m_watches;
    std::optional<int> m_watch; ///< begun before m_last
    Look m_last;
    IcsDirectory::Identity m_directory; ///< of m_last, as is what follows
    bool m_is_radicale = false;
    int64_t m_complete_at = 0; ///< when each file was looked at; nanoseconds since 1970
};

} // namespace eas
