// See phones.h for the states.
#include "ping/phones.h"
#include <sys/epoll.h>
#include <sys/inotify.h>

namespace eas {
namespace {

constexpr uint64_t longest_wait_ms = 24 * 3600 * 1000;
/// A client that has sent a request expects a process soon.
constexpr uint64_t longest_input_wait_ms = 20 * 1000;
constexpr uint64_t timer_tolerance_ms = 500;
/// Whoever lists mailboxes opens them; one that is just being made would then "exist already" for its maker.
constexpr uint32_t mailbox_creation_ms = 100;

/// To a request that nobody takes.
constexpr std::string_view unavailable = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\n"
                                         "Content-Length: 0\r\nConnection: close\r\n\r\n";

/// The answer that was prepared when the wait began, with the Date of now.
std::string dated(std::string_view prepared)
{
    constexpr std::string_view field = "\r\nDate: ";
    std::string answer(prepared);
    size_t const begin = answer.find(field) + field.size();
    if (begin < field.size() || begin > answer.find("\r\n\r\n"))
        return answer;
    DataStackFrame frame;
    return answer.replace(begin, answer.find("\r\n", begin) - begin, http_date_create(ioloop_time));
}

} // namespace

Phones::Phones(WatchTable &watches, std::string resume_socket, std::string contacts_socket,
               unsigned sweep_seconds)
    : m_watches(watches), m_contacts(*this, std::move(contacts_socket)),
      m_handovers(*this, std::move(resume_socket)), m_epoll(epoll_create1(EPOLL_CLOEXEC))
{
    if (m_epoll == -1)
        i_fatal("epoll_create1() failed: %m");
    m_epoll_io = io_add(m_epoll, IO_READ, on_clients, this);
    m_event_io = io_add(m_watches.fd(), IO_READ, on_events, this);
    m_sweep = timeout_add(sweep_seconds * 1000, on_sweep, this);
}

Phones::~Phones()
{
    shut_down();
    timeout_remove(&m_sweep);
    io_remove(&m_event_io);
    io_remove(&m_epoll_io);
    i_close_fd(&m_epoll);
}

Phone *Phones::prepare(ParkMessage const &message, int fd, uint32_t uid)
{
    Phone *phone = Phone::create(message, fd, uid);
    phone->home = this;
    phone->deadline_ms = std::min(phone->deadline_ms, monotonic_ms() + longest_wait_ms);
    for (size_t i = 0; i < message.watches.size(); i++) {
        if (m_watches.attach(phone->links()[i], *phone, message.watches[i]))
            continue;
        unwatch(*phone);
        phone->fd = -1;
        Phone::destroy(phone);
        return nullptr;
    }
    m_contacts.attach(*phone, message.contacts);
    m_phones.add(*phone);
    master_service_client_connection_created(master_service);
    return phone;
}

void Phones::commit(Phone &phone)
{
    epoll_event interest = {EPOLLIN | EPOLLRDHUP | EPOLLET, {.ptr = &phone}};
    report_connected(phone);
    bool const rests = phone.text(Phone::answer).empty();
    phone.state = rests ? PhoneState::idle : PhoneState::waiting;
    if (epoll_ctl(m_epoll, EPOLL_CTL_ADD, phone.fd, &interest) < 0) {
        i_error("epoll_ctl() failed for a client of %s: %m", std::string(phone.text(Phone::user)).c_str());
        drop(phone);
        return;
    }
    if (rests)
        idle(phone);
    else
        begin_to_wait(phone);
    m_handovers.run();
}

void Phones::begin_to_wait(Phone &phone)
{
    report_wait_begun(phone);
    end_waits_of(phone.text(Phone::user), phone.text(Phone::device_id), phone.parked_by_uid, &phone);
    if (phone.ended)
        answer(phone, WaitEnd::superseded);
    else if (std::exchange(phone.fired, false))
        event(phone);
    else
        wait(phone);
}

void Phones::abandon(Phone &phone)
{
    drop(phone);
}

void Phones::end_waits(EndWaitsMessage const &device, uint32_t uid)
{
    end_waits_of(device.user, device.device_id, uid, nullptr);
    m_handovers.run();
}

void Phones::end_waits_of(std::string_view user, std::string_view device_id, uint32_t uid,
                          Phone const *except)
{
    if (device_id.empty())
        return;
    m_phones.for_each_of_device(user, device_id, [&](Phone &phone) {
        if (&phone == except || (uid != 0 && uid != phone.parked_by_uid))
            return;
        if (phone.state == PhoneState::prepared)
            phone.ended = true;
        else if (phone.waits_for_answer())
            answer(phone, WaitEnd::superseded);
    });
}

void Phones::shut_down()
{
    m_handovers.stop();
    while (m_phones.first()) {
        Phone &phone = *m_phones.first();
        if (phone.waits_for_answer())
            answer(phone, WaitEnd::shutdown);
        else
            drop(phone);
    }
}

// --- events

void Phones::on_events(Phones *self)
{
    std::vector<Phone *> fired;
    bool complete = self->m_watches.read_events([&](WatchLink &link) {
        Phone &phone = *link.phone;
        if (!std::exchange(phone.fired, true)) {
            phone.hierarchy_only = true;
            fired.push_back(&phone);
        }
        phone.hierarchy_only &= (link.mask & IN_ISDIR) != 0;
    });
    for (Phone *phone : fired) {
        if (phone->state == PhoneState::prepared)
            continue; // commit() will see it
        phone->fired = false;
        self->event(*phone);
    }
    if (!complete)
        self->overflow();
    self->m_handovers.run();
}

/// Of whatever is watched.
void Phones::any_event(Phone &phone)
{
    phone.hierarchy_only = false;
    if (phone.state == PhoneState::prepared)
        phone.fired = true;
    else
        event(phone);
}

/// The kernel's queue was full: any phone may have missed its event.
void Phones::overflow()
{
    i_warning("inotify: More events than fs.inotify.max_queued_events allows; all waiting phones look for "
              "changes now");
    for (Phone *phone = m_phones.first(); phone; phone = phone->next)
        any_event(*phone);
}

void Phones::event(Phone &phone)
{
    if (phone.state != PhoneState::waiting)
        return;
    uint64_t now = monotonic_ms();
    phone.history.delay_ms = wake_delay_ms(phone.history, now);
    uint32_t delay_ms = phone.history.delay_ms;
    if (std::exchange(phone.hierarchy_only, false))
        delay_ms = std::max(delay_ms, mailbox_creation_ms);
    if (delay_ms == 0) {
        wake(phone);
        return;
    }
    phone.state = PhoneState::delayed;
    set_timer(phone, std::min(now + delay_ms, phone.deadline_ms));
}

void Phones::on_clients(Phones *self)
{
    epoll_event events[64];
    int count = epoll_wait(self->m_epoll, events, 64, 0);
    for (int i = 0; i < count; i++)
        self->client_event(*static_cast<Phone *>(events[i].data.ptr), events[i].events);
    self->m_handovers.run();
}

void Phones::client_event(Phone &phone, uint32_t events)
{
    if (events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) {
        drop(phone);
        return;
    }
    phone.unread = true;
    if (phone.state == PhoneState::idle)
        input(phone);
}

void Phones::on_timer(Phone *phone)
{
    Phones &self = *phone->home;
    timeout_remove(&phone->timer);
    // Dovecot's timers follow another clock and may fire a little early.
    bool polled = phone->poll_seconds > 0 && monotonic_ms() + timer_tolerance_ms < phone->deadline_ms;
    switch (phone->state) {
    case PhoneState::waiting:
        polled ? self.wake(*phone) : self.answer(*phone, WaitEnd::timeout);
        break;
    case PhoneState::delayed:
        self.wake(*phone);
        break;
    case PhoneState::queued:
        phone->reason == ResumeReason::changed ? self.answer(*phone, WaitEnd::timeout) : self.drop(*phone);
        break;
    case PhoneState::idle:
        self.drop(*phone);
        break;
    case PhoneState::prepared:
    case PhoneState::handing_over:
        break; // their time-outs are those of the process that is spoken to
    }
    self.m_handovers.run();
}

void Phones::on_sweep(Phones *self)
{
    self->m_contacts.sweep();
    self->m_watches.sweep();
}

// --- what follows

void Phones::wait(Phone &phone)
{
    uint64_t until = phone.deadline_ms;
    if (phone.poll_seconds > 0)
        until = std::min(until, monotonic_ms() + uint64_t(phone.poll_seconds) * 1000);
    set_timer(phone, until);
}

/// Something may have changed. If no process can be had until the deadline, the answer is "nothing changed";
/// the phone asks again at once and is told then.
void Phones::wake(Phone &phone)
{
    phone.history.last_wake_ms = monotonic_ms();
    report_wait_ended(phone, WaitEnd::changed);
    hand_over(phone, ResumeReason::changed);
    set_timer(phone, std::max(phone.deadline_ms, phone.history.last_wake_ms + 1000));
}

void Phones::input(Phone &phone)
{
    hand_over(phone, ResumeReason::input);
    set_timer(phone, monotonic_ms() + longest_input_wait_ms);
}

void Phones::hand_over(Phone &phone, ResumeReason reason)
{
    phone.state = PhoneState::queued;
    phone.reason = reason;
    m_handovers.push(phone);
}

void Phones::handing_over(Phone &phone)
{
    epoll_ctl(m_epoll, EPOLL_CTL_DEL, phone.fd, nullptr);
    unwatch(phone);
    timeout_remove(&phone.timer);
    phone.state = PhoneState::handing_over;
}

void Phones::handed_over(Phone &phone)
{
    drop(phone);
}

/// The process may hold a copy of the descriptor, and may have lost only its reply. shutdown() makes that
/// copy useless, so that the phone never gets two answers.
void Phones::hand_over_failed(Phone &phone)
{
    std::string const answer =
        phone.reason == ResumeReason::changed ? dated(phone.text(Phone::answer)) : std::string(unavailable);
    send(phone.fd, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(phone.fd, SHUT_RDWR);
    drop(phone);
}

void Phones::answer(Phone &phone, WaitEnd why)
{
    report_wait_ended(phone, why);
    m_handovers.remove(phone);
    unwatch(phone);
    std::string const answer = dated(phone.text(Phone::answer));
    ssize_t sent = send(phone.fd, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent != ssize_t(answer.size()) || why == WaitEnd::shutdown || phone.idle_seconds == 0) {
        drop(phone);
        return;
    }
    idle(phone);
}

/// Waits for the client's next request.
void Phones::idle(Phone &phone)
{
    phone.state = PhoneState::idle;
    if (phone.unread)
        input(phone);
    else
        set_timer(phone, monotonic_ms() + uint64_t(phone.idle_seconds) * 1000);
}

void Phones::unwatch(Phone &phone)
{
    for (WatchLink &link : phone.links())
        m_watches.detach(link);
    m_contacts.detach(phone);
}

void Phones::drop(Phone &phone)
{
    report_wait_ended(phone, WaitEnd::gone);
    m_handovers.remove(phone);
    unwatch(phone);
    timeout_remove(&phone.timer);
    if (phone.state != PhoneState::prepared)
        report_disconnected(phone);
    // Explicitly: a process that prepared it may still have the descriptor open.
    epoll_ctl(m_epoll, EPOLL_CTL_DEL, phone.fd, nullptr);
    m_phones.remove(phone);
    Phone::destroy(&phone);
    master_service_client_connection_destroyed(master_service);
}

void Phones::set_timer(Phone &phone, uint64_t at_ms)
{
    uint64_t now = monotonic_ms();
    unsigned msecs = at_ms > now ? unsigned(at_ms - now) : 0;
    timeout_remove(&phone.timer);
    phone.timer = timeout_add_short(msecs, on_timer, &phone);
}

void Phones::for_each(std::function<void(Phone const &)> const &visit) const
{
    for (Phone const *phone = m_phones.first(); phone; phone = phone->next)
        if (phone->state != PhoneState::prepared)
            visit(*phone);
}

} // namespace eas
