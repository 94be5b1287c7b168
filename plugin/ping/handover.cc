// See handover.h.
#include "ping/handover.h"
#include "ping/phones.h"

namespace eas {
namespace {

constexpr unsigned reply_timeout_ms = 20 * 1000;
constexpr unsigned busy_retry_ms = 100;
constexpr unsigned error_retry_ms = 1000;
constexpr uint64_t error_log_interval_ms = 10 * 1000;

size_t limit_for_this_machine()
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return size_t(std::max(4L, 2 * processors));
}

ResumeMessage resume_message(Phone const &phone)
{
    ResumeMessage message;
    message.reason = phone.reason;
    message.parked_by_uid = phone.parked_by_uid;
    message.user = phone.text(Phone::user);
    message.connection = phone.text(Phone::connection);
    if (phone.reason == ResumeReason::input)
        return message;
    uint64_t now = monotonic_ms();
    message.deadline_ms = phone.deadline_ms;
    message.wait_left_ms = phone.deadline_ms > now ? uint32_t(phone.deadline_ms - now) : 0;
    message.history = phone.history;
    message.request = phone.text(Phone::request);
    return message;
}

} // namespace

Handovers::Handovers(Phones &phones, std::string socket_path)
    : m_phones(phones), m_socket_path(std::move(socket_path)), m_limit(limit_for_this_machine())
{}

Handovers::~Handovers()
{
    stop();
}

void Handovers::push(Phone &phone)
{
    (phone.reason == ResumeReason::input ? m_with_input : m_changed).push_back(&phone);
}

void Handovers::remove(Phone &phone)
{
    if (phone.state != PhoneState::queued)
        return;
    std::erase(phone.reason == ResumeReason::input ? m_with_input : m_changed, &phone);
}

void Handovers::run()
{
    while (!m_retry && m_running.size() < m_limit && queued() > 0) {
        std::deque<Phone *> &queue = m_with_input.empty() ? m_changed : m_with_input;
        int fd = connect();
        if (fd == -1)
            return;
        Phone &phone = *queue.front();
        queue.pop_front();
        start(phone, fd);
    }
}

/// A connection to a process, or -1 and run() is tried again soon.
int Handovers::connect()
{
    int fd = net_connect_unix(m_socket_path.c_str());
    if (fd != -1)
        return fd;
    bool busy = errno == EAGAIN;
    if (!busy && monotonic_ms() - m_last_error_ms >= error_log_interval_ms) {
        i_error("connect(%s) failed: %m; %zu phones wait to be served", m_socket_path.c_str(), queued());
        m_last_error_ms = monotonic_ms();
    }
    m_retry = timeout_add_short(busy ? busy_retry_ms : error_retry_ms, on_retry, this);
    return -1;
}

void Handovers::on_retry(Handovers *self)
{
    timeout_remove(&self->m_retry);
    self->run();
}

void Handovers::start(Phone &phone, int fd)
{
    m_phones.handing_over(phone);
    std::optional<std::string> frame = encode_frame(FrameType::resume, encode(resume_message(phone)));
    if (!frame || fd_send(fd, phone.fd, frame->data(), frame->size()) != ssize_t(frame->size())) {
        i_error("Sending a connection of %s to %s failed: %m", std::string(phone.text(Phone::user)).c_str(),
                m_socket_path.c_str());
        i_close_fd(&fd);
        m_phones.hand_over_failed(phone);
        return;
    }
    auto handover = std::make_unique<Handover>(Handover{this, &phone, fd, nullptr, nullptr, {}});
    handover->io = io_add(fd, IO_READ, on_reply, handover.get());
    handover->timeout = timeout_add(reply_timeout_ms, on_timeout, handover.get());
    m_running.push_back(std::move(handover));
}

void Handovers::on_reply(Handover *handover)
{
    Handovers &self = *handover->home;
    std::optional<bool> taken = read_reply(*handover);
    if (!taken)
        return;
    self.finish(*handover, *taken);
    self.run();
}

void Handovers::on_timeout(Handover *handover)
{
    Handovers &self = *handover->home;
    i_warning("No process took a connection of %s within %u seconds",
              std::string(handover->phone->text(Phone::user)).c_str(), reply_timeout_ms / 1000);
    self.withdraw(*handover);
    self.run();
}

/// Whether the process took the connection; nothing while it has not said.
std::optional<bool> Handovers::read_reply(Handover &handover)
{
    char buffer[1024];
    ssize_t size = read(handover.fd, buffer, sizeof buffer);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return std::nullopt;
    if (size <= 0)
        return false;
    handover.reader.append({buffer, size_t(size)});
    Frame frame;
    FrameReader::State state = handover.reader.next(frame);
    if (state == FrameReader::State::incomplete)
        return std::nullopt;
    return state == FrameReader::State::frame && frame.type == FrameType::taken;
}

void Handovers::withdraw(Handover &handover)
{
    shutdown(handover.fd, SHUT_RDWR);
    finish(handover, read_reply(handover).value_or(false));
}

void Handovers::finish(Handover &handover, bool taken)
{
    Phone &phone = *handover.phone;
    io_remove(&handover.io);
    timeout_remove(&handover.timeout);
    i_close_fd(&handover.fd);
    std::erase_if(m_running, [&](auto &running) { return running.get() == &handover; });
    taken ? m_phones.handed_over(phone) : m_phones.hand_over_failed(phone);
}

void Handovers::stop()
{
    while (!m_running.empty())
        withdraw(*m_running.back());
    timeout_remove(&m_retry);
}

} // namespace eas
