// The connections of eas-ping to eas-ldap-watch, and Dovecot's io loop around LdapWatch. Calls of libldap
// block (names, TLS, servers that hang), which harms nobody here: orders wait in the socket meanwhile.
#pragma once
#include "compat/dovecot.h"
#include "ping/park-message.h"
#include "stores/ldap-watch.h"
#include <memory>
#include <vector>

namespace eas {

class Watcher {
public:
    explicit Watcher(LdapWatchSettings settings);
    ~Watcher();
    Watcher(Watcher const &) = delete;
    Watcher &operator=(Watcher const &) = delete;

    /// Of an eas-ping; there is one usually, or two while Dovecot is reloaded.
    void add(int fd);

private:
    struct Link {
        Watcher *home;
        int fd;
        struct io *io;
        struct ostream *output;
        FrameReader reader;
        bool has_ordered = false;
    };
    static void on_input(Link *link);
    static void on_due(Watcher *self);

    bool read_input(Link &link);
    bool handle(Link &link, Frame const &frame);
    void remove(Link &link);
    void changed(std::string const &dn);
    void run();
    void unschedule();
    void schedule();

    LdapWatch m_watch;
    std::vector<std::unique_ptr<Link>> m_links;
    struct io *m_io = nullptr;
    struct timeout *m_timer = nullptr;
};

} // namespace eas
