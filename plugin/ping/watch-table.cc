// See watch-table.h.
#include "ping/watch-table.h"
#include <cstring>
#include <sys/inotify.h>
#include <unistd.h>

namespace eas {
namespace {

bool concerns(uint32_t link_mask, uint32_t event_mask)
{
    if (event_mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED))
        return true;
    if ((link_mask & IN_ISDIR) && !(event_mask & IN_ISDIR))
        return false;
    return (link_mask & event_mask & IN_ALL_EVENTS) != 0;
}

} // namespace

WatchTable::~WatchTable()
{
    close(m_fd);
}

bool WatchTable::attach(WatchLink &link, Phone &phone, ParkedWatch const &parked)
{
    if (m_removed.contains(parked.wd) || m_removed_before.contains(parked.wd))
        return false;
    Watch &watch = m_watches[parked.wd];
    link = {nullptr, watch.first, &phone, parked.wd, parked.mask};
    if (watch.first)
        watch.first->previous = &link;
    watch.first = &link;
    watch.unused_at_last_sweep = false;
    return true;
}

void WatchTable::detach(WatchLink &link)
{
    if (link.wd == -1)
        return;
    if (link.next)
        link.next->previous = link.previous;
    if (link.previous)
        link.previous->next = link.next;
    else if (auto watch = m_watches.find(link.wd); watch != m_watches.end() && watch->second.first == &link)
        watch->second.first = link.next;
    link = {};
}

/// The kernel knows the watch no more. Links that are left stay linked to each other, for their phones to
/// detach; a wake follows anyway.
void WatchTable::gone(int wd)
{
    m_watches.erase(wd);
    m_removed.insert(wd);
}

bool WatchTable::read_events(std::function<void(WatchLink &)> const &fired)
{
    alignas(inotify_event) char buffer[16 * 1024];
    bool complete = true;
    ssize_t size = read(m_fd, buffer, sizeof buffer);
    for (ssize_t offset = 0; offset + ssize_t(sizeof(inotify_event)) <= size;) {
        inotify_event event;
        std::memcpy(&event, buffer + offset, sizeof event);
        offset += ssize_t(sizeof event + event.len);
        if (event.mask & IN_Q_OVERFLOW) {
            complete = false;
            continue;
        }
        // An unknown watch was left by a process that died, or its announcement is under way: it counts
        // as unused, so that a sweep removes it.
        Watch &watch = m_watches[event.wd];
        for (WatchLink *link = watch.first; link; link = link->next)
            if (concerns(link->mask, event.mask))
                fired(*link);
        if (event.mask & IN_IGNORED)
            gone(event.wd);
    }
    return complete;
}

void WatchTable::sweep()
{
    m_removed_before = std::move(m_removed);
    m_removed.clear();
    for (auto entry = m_watches.begin(); entry != m_watches.end();) {
        auto &[wd, watch] = *entry;
        bool unused = watch.first == nullptr;
        if (unused && watch.unused_at_last_sweep) {
            inotify_rm_watch(m_fd, wd);
            m_removed.insert(wd);
            entry = m_watches.erase(entry);
            continue;
        }
        watch.unused_at_last_sweep = unused;
        ++entry;
    }
}

} // namespace eas
