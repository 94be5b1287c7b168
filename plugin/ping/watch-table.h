// The one inotify instance and who waits for which of its watches.
//
// User processes add watches through the lent descriptor, so that the kernel checks their own rights; the
// kernel gives the same watch descriptor (wd) to all who watch one inode, and never the same one twice soon.
// Removal therefore needs care: another process may be told this wd in the very moment that its last
// user goes. So an unused watch stays for a while, and a wd that was removed is remembered for longer
// than a process may take to announce it: attach() refuses it, and the process adds its watches anew.
// Linux, inotify(7). No Dovecot header.
#pragma once
#include "ping/park-message.h"
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace eas {

struct Phone;

/// A phone's interest in a watch; lives in the phone, linked into the table while attached.
struct WatchLink {
    WatchLink *previous = nullptr;
    WatchLink *next = nullptr;
    Phone *phone = nullptr;
    int32_t wd = -1; ///< -1: not attached
    uint32_t mask = 0;
};

/// How long a process may take from adding a watch to announcing it; the table remembers removed ones longer.
constexpr uint32_t watch_announcement_seconds = 20;

class WatchTable {
public:
    /// Owns `inotify_fd`, which must be non-blocking.
    explicit WatchTable(int inotify_fd) : m_fd(inotify_fd) {}
    ~WatchTable();
    WatchTable(WatchTable const &) = delete;
    WatchTable &operator=(WatchTable const &) = delete;

    int fd() const { return m_fd; }
    size_t watches() const { return m_watches.size(); }

    /// False: the watch is gone already.
    [[nodiscard]] bool attach(WatchLink &link, Phone &phone, ParkedWatch const &watch);
    void detach(WatchLink &link);

    /// Reads what has happened and names each link that it concerns, maybe repeatedly. `fired` must not
    /// attach or detach. False: the kernel dropped events, anything may have happened.
    bool read_events(std::function<void(WatchLink &)> const &fired);

    /// To be called each `sweep_seconds`: removes watches that nobody used since the last time.
    void sweep();
    static constexpr uint32_t sweep_seconds = 30; ///< unless eas-ping is told otherwise

private:
    struct Watch {
        WatchLink *first = nullptr;
        bool unused_at_last_sweep = false;
    };
    void gone(int wd);

    int m_fd;
    std::unordered_map<int, Watch> m_watches;
    std::unordered_set<int> m_removed, m_removed_before; ///< since the last sweep, and before that
};

} // namespace eas
