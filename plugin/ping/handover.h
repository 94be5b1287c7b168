// Hands connections back to `eas` processes, a few at a time: a change in a shared mailbox may wake a
// thousand phones at once, and each of them costs a process its user's log-in.
//
// The process writes `taken` before it touches the connection, and gives up if that write fails. So after
// a time-out there is no doubt whose the connection is: once our end is shut down for reading, either
// `taken` lies in the socket already, or it will never be written.
#pragma once
#include "compat/dovecot.h"
#include "ping/park-message.h"
#include <deque>

namespace eas {

struct Phone;
class Phones;

class Handovers {
public:
    Handovers(Phones &phones, std::string socket_path);
    ~Handovers();
    Handovers(Handovers const &) = delete;

    /// Queues `phone`; one with input goes before those with a change, since somebody waits for it.
    void push(Phone &phone);
    /// Takes it out of the queue; no effect if it is not there.
    void remove(Phone &phone);
    /// Starts what the limit admits. May drop phones: the caller holds no pointer to one.
    void run();
    /// Ends what is under way; each phone is either taken or back.
    void stop();
    size_t running() const { return m_running.size(); }
    size_t queued() const { return m_with_input.size() + m_changed.size(); }

private:
    struct Handover {
        Handovers *home;
        Phone *phone;
        int fd;
        struct io *io;
        struct timeout *timeout;
        FrameReader reader;
    };
    static void on_reply(Handover *handover);
    static void on_timeout(Handover *handover);
    static void on_retry(Handovers *self);
    static std::optional<bool> read_reply(Handover &handover);

    int connect();
    void start(Phone &phone, int fd);
    void withdraw(Handover &handover);
    void finish(Handover &handover, bool taken);

    Phones &m_phones;
    std::string m_socket_path;
    size_t m_limit;
    std::deque<Phone *> m_with_input, m_changed;
    std::vector<std::unique_ptr<Handover>> m_running;
    struct timeout *m_retry = nullptr;
    uint64_t m_last_error_ms = 0;
};

} // namespace eas
