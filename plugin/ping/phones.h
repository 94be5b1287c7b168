// The phones that wait, and what happens to them: an event or a next request hands the connection back to
// an `eas` process, the deadline answers "nothing changed" from here, a client's end drops it.
//
//   prepared -> waiting -> (event) delayed -> queued -> handing_over -> gone
//                  |                             ^
//                  +-> (deadline) idle -> (input)+
//
// One nested epoll watches all clients edge-triggered: bytes that a client sends while it waits stay
// unread for the process that will serve them, and its end is noticed all the same.
#pragma once
#include "compat/dovecot.h"
#include "ping/contact-watches.h"
#include "ping/handover.h"
#include "ping/phone-index.h"
#include "ping/wait-report.h"

namespace eas {

class Phones {
public:
    /// Paths of eas-master and of eas-ldap-watch.
    Phones(WatchTable &watches, std::string resume_socket, std::string contacts_socket,
           unsigned sweep_seconds);
    ~Phones();
    Phones(Phones const &) = delete;

    /// Takes the client's `fd` over. Null if a watch is gone already; `fd` is left to the caller then.
    Phone *prepare(ParkMessage const &message, int fd, uint32_t uid);
    /// The process has seen no change: wait.
    void commit(Phone &phone);
    void abandon(Phone &phone);
    /// Answers what waits for this device. Only what a process of the same uid parked (0: any).
    void end_waits(EndWaitsMessage const &device, uint32_t uid);
    /// Everybody gets the answer "nothing changed", and the connections are closed.
    void shut_down();

    size_t count() const { return m_phones.count(); }
    /// Of those that wait; the prepared ones do not yet.
    void for_each(std::function<void(Phone const &)> const &visit) const;
    size_t resuming() const { return m_handovers.running(); }
    size_t queued() const { return m_handovers.queued(); }

    // For ContactWatches.
    void any_event(Phone &phone);
    void run_handovers() { m_handovers.run(); }

    // For Handovers.
    void handing_over(Phone &phone);
    void handed_over(Phone &phone);
    /// The process refused it or cannot be reached any more: not to be tried again.
    void hand_over_failed(Phone &phone);

private:
    static void on_events(Phones *self);
    static void on_clients(Phones *self);
    static void on_timer(Phone *phone);
    static void on_sweep(Phones *self);

    void event(Phone &phone);
    void overflow();
    void wait(Phone &phone);
    void wake(Phone &phone);
    void input(Phone &phone);
    void hand_over(Phone &phone, ResumeReason reason);
    void answer(Phone &phone, WaitEnd why);
    void idle(Phone &phone);
    void begin_to_wait(Phone &phone);
    void client_event(Phone &phone, uint32_t events);
    void set_timer(Phone &phone, uint64_t at_ms);
    void unwatch(Phone &phone);
    void drop(Phone &phone);
    void end_waits_of(std::string_view user, std::string_view device_id, uint32_t uid, Phone const *except);

    WatchTable &m_watches;
    PhoneIndex m_phones;
    ContactWatches m_contacts;
    Handovers m_handovers;
    int m_epoll;
    struct io *m_epoll_io, *m_event_io;
    struct timeout *m_sweep;
};

} // namespace eas
