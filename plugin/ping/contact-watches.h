// Who waits for a change of which address books in a directory. eas-ldap-watch looks at the directory, which
// may take long or hang; this process only tells it which books to watch and is told what changed
// (park-message.h). Without it phones wait on, and learn of changed contacts with their next request.
//
// A change is looked up here, not there: when a phone's process looks for the last time before it waits, the
// phone is entered here already, so that no change falls between the two.
#pragma once
#include "compat/dovecot.h"
#include "ping/park-message.h"
#include <memory>
#include <string>
#include <unordered_map>

namespace eas {

struct Phone;
class Phones;

/// Of one user, and the phones that wait for their change.
struct ContactBooks {
    ContactsMessage message;
    Phone *first = nullptr;
    bool unused_at_last_sweep = false;
};

class ContactWatches {
public:
    ContactWatches(Phones &phones, std::string socket_path);
    ~ContactWatches();
    ContactWatches(ContactWatches const &) = delete;
    ContactWatches &operator=(ContactWatches const &) = delete;

    /// No effect if it concerns no contacts.
    void attach(Phone &phone, ContactsMessage const &contacts);
    void detach(Phone &phone);
    /// To be called from time to time: books that nobody waited for since the last time are watched no more.
    /// A phone that was woken comes back before that, so that a watch need not begin again.
    void sweep();

private:
    static void on_input(ContactWatches *self);
    static void on_retry(ContactWatches *self);

    bool connect();
    void disconnect();
    void reconnect_later();
    void send(FrameType type, std::string_view body);
    bool read_input();
    void changed(std::string_view dn);
    void wake(ContactBooks &books);

    Phones &m_phones;
    std::string m_socket_path;
    std::unordered_map<std::string, std::unique_ptr<ContactBooks>> m_books; ///< by DN
    int m_fd = -1;
    struct io *m_io = nullptr;
    struct ostream *m_output = nullptr;
    struct timeout *m_retry = nullptr;
    FrameReader m_reader;
    bool m_error_logged = false;
};

} // namespace eas
