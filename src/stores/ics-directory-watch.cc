// See ics-directory-watch.h.
#include "stores/ics-directory-watch.h"
#include "stores/ics-item.h"
#include <array>
#include <cstring>
#include <sys/inotify.h>
#include <unistd.h>
#include <utility>

namespace eas {

namespace {

constexpr uint32_t touches = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY |
                             IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

constexpr size_t most_remembered = 1000; // names, temporary ones too
/// A look at each file of smaller directories costs less than a millisecond.
constexpr size_t fewest_files_to_watch = 500;
/// Finding a name in a look costs as much as asking the system for some fifty stamps.
constexpr size_t most_looked_up = 50;
/// Then each file is looked at again, for what a watch does not tell.
constexpr int64_t longest_trust = 60'000'000'000; // nanoseconds

} // namespace

std::optional<int> DirectoryWatches::begin(IcsDirectory const &directory)
{
    if (!directory.is_of_this_machine())
        return std::nullopt;
    if (!m_inotify.is_open())
        m_inotify = FileDescriptor(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    auto const watch = inotify_add_watch(m_inotify.number(), directory.path().c_str(), touches);
    if (watch < 0 || !m_touched.emplace(watch, Names()).second)
        return std::nullopt;
    return watch;
}

std::optional<DirectoryWatches::Names> DirectoryWatches::touched(int watch)
{
    read_events();
    auto &names = m_touched.at(watch);
    if (names)
        return std::exchange(*names, {});
    end(watch);
    return std::nullopt;
}

void DirectoryWatches::end(int watch)
{
    inotify_rm_watch(m_inotify.number(), watch);
    m_touched.erase(watch);
}

void DirectoryWatches::read_events()
{
    alignas(inotify_event) std::array<char, 16 * 1024> buffer;
    ssize_t size;
    while ((size = read(m_inotify.number(), buffer.data(), buffer.size())) > 0)
        for (auto const *at = buffer.data(); at < buffer.data() + size;) {
            inotify_event event;
            std::memcpy(&event, at, sizeof event);
            auto const *const name = at + sizeof event;
            at += sizeof event + event.len;
            for (auto &[watch, names] : m_touched) {
                if (event.wd != watch && !(event.mask & IN_Q_OVERFLOW))
                    continue;
                bool const is_of_file = event.len > 0;
                if (!is_of_file || (names && names->size() == most_remembered))
                    names.reset();
                else if (names)
                    names->emplace(name);
            }
        }
}

Result<DirectoryLooks::Look> DirectoryLooks::look(IcsDirectory const &directory, bool is_radicale,
                                                  size_t max_files)
{
    auto const identity = directory.identity();
    if (!identity)
        return identity.error();
    auto const is_item = [is_radicale](std::string_view name) { return is_item_name(name, is_radicale); };
    auto const now = now_nanoseconds();
    auto const last = std::exchange(m_last, nullptr); // whatever fails: then each file is looked at
    bool const is_same = last && m_directory == *identity && m_is_radicale == is_radicale;

    std::optional<DirectoryWatches::Names> touched;
    if (m_watch && is_same)
        touched = m_watches->touched(*m_watch);
    else if (m_watch)
        m_watches->end(*m_watch);
    if (!touched)
        m_watch.reset();
    if (!m_watch && m_watches && is_same && last->files() >= fewest_files_to_watch)
        m_watch = m_watches->begin(directory);
    if (touched)
        std::erase_if(*touched, [&](std::string const &name) { return !is_item(name); });

    bool const is_trusted = m_complete_at <= now && now < m_complete_at + longest_trust;
    bool const is_known = touched && is_trusted && touched->size() <= most_looked_up;
    auto look = is_known ? last->again(directory, is_item, max_files, {touched->begin(), touched->end()})
                         : DirectoryLook::take(directory, is_item, max_files);
    if (!look)
        return look.error();
    m_last = std::make_shared<DirectoryLook const>(*std::move(look));
    m_directory = *identity;
    m_is_radicale = is_radicale;
    if (!is_known)
        m_complete_at = now;
    return m_last;
}

} // namespace eas
