// The users' processes that talk to eas-ping. Only the socket's mode says who may; what one of them may do
// to the phones of others is limited by its uid, which the kernel tells (SO_PEERCRED):
//   - it ends only waits that a process of its own uid parked;
//   - a connection it parked comes back with that uid, and the process that takes it refuses a user
//     whose mail has another one. So with system users nobody can come back as somebody else; with one
//     uid for all virtual users the processes could read each other's mail anyway.
// The lent inotify descriptor allows more mischief (reading away events, names of new files): that much
// the processes of Dovecot trust each other, and no other program can connect.
#pragma once
#include "compat/dovecot.h"
#include "ping/phones.h"

namespace eas {

class ProcessLinks {
public:
    ProcessLinks(Phones &phones, int inotify_fd) : m_phones(phones), m_inotify_fd(inotify_fd) {}
    ~ProcessLinks();
    ProcessLinks(ProcessLinks const &) = delete;

    void add(int fd);
    size_t count() const { return m_links.size(); }

private:
    struct Link {
        ProcessLinks *home = nullptr;
        int fd = -1;
        uint32_t uid = 0;
        struct io *io = nullptr;
        struct timeout *idle = nullptr;
        FrameReader reader;
        int received_fd = -1;
        Phone *prepared = nullptr;
    };
    static void on_input(Link *link);
    static void on_idle(Link *link);

    bool read_input(Link &link);
    bool handle(Link &link, Frame const &frame);
    bool prepare(Link &link, std::string_view body);
    bool reply(Link &link, FrameType type, std::string_view body = {}, int fd = -1);
    void remove(Link &link);

    Phones &m_phones;
    int m_inotify_fd;
    std::unordered_map<int, std::unique_ptr<Link>> m_links; ///< by descriptor
};

} // namespace eas
