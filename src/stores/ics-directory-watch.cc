// See ics-directory-watch.h.
#include "stores/ics-directory-watch.h"
#include <array>
#include <cerrno>
#include <cstring>
#include <sys/inotify.h>
#include <unistd.h>

namespace eas {

namespace {

constexpr uint32_t touches = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY |
                             IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

/// A look at each file of smaller directories costs less than a millisecond, and the system has few watches:
/// 128 processes of a user may have some (fs.inotify.max_user_instances).
constexpr size_t fewest_files_to_watch = 500;
/// Finding a name in a look costs as much as asking the system for some fifty stamps.
constexpr size_t most_touched = 50;
/// Then each file is looked at again, for what a watch does not tell.
constexpr int64_t longest_trust = 60'000'000'000; // nanoseconds

} // namespace

std::optional<DirectoryWatch> DirectoryWatch::start(IcsDirectory const &directory)
{
    if (!directory.is_of_this_machine())
        return std::nullopt;
    FileDescriptor inotify(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify.is_open() || inotify_add_watch(inotify.number(), directory.path().c_str(), touches) < 0)
        return std::nullopt;
    return DirectoryWatch(std::move(inotify));
}

std::optional<std::vector<std::string>> DirectoryWatch::touched()
{
    std::vector<std::string> names;
    alignas(inotify_event) std::array<char, 16 * 1024> buffer;
    for (;;) {
        auto const size = read(m_inotify.number(), buffer.data(), buffer.size());
        if (size < 0 && errno == EAGAIN)
            return names;
        if (size <= 0)
            return std::nullopt;
        for (auto const *at = buffer.data(); at < buffer.data() + size;) {
            inotify_event event;
            std::memcpy(&event, at, sizeof event);
            bool const is_of_directory = event.len == 0; // or of none: events were lost
            if (is_of_directory || names.size() == most_touched)
                return std::nullopt;
            names.emplace_back(at + sizeof event);
            at += sizeof event + event.len;
        }
    }
}

Result<DirectoryLooks::Look> DirectoryLooks::look(IcsDirectory const &directory,
                                                  IcsDirectory::Wanted const &wanted, size_t max_files)
{
    auto const identity = directory.identity();
    if (!identity)
        return identity.error();
    auto const now = now_nanoseconds();
    bool const is_same = m_last && m_directory == *identity;
    bool const is_trusted = is_same && m_watch && m_complete_at <= now && now < m_complete_at + longest_trust;
    auto const touched = is_trusted ? m_watch->touched() : std::nullopt;
    if (!touched) {
        m_watch.reset();
        if (is_same && m_last->files() >= fewest_files_to_watch)
            m_watch = DirectoryWatch::start(directory);
        m_complete_at = now;
        m_directory = *identity;
    }
    auto look = touched ? m_last->again(directory, wanted, max_files, *touched)
                        : DirectoryLook::take(directory, wanted, max_files);
    if (!look) {
        m_last.reset();
        return look.error();
    }
    m_last = std::make_shared<DirectoryLook const>(std::move(*look));
    return m_last;
}

} // namespace eas
