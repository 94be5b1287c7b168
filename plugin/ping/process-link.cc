// See process-link.h; the messages are described in park-message.h.
#include "ping/process-link.h"

namespace eas {
namespace {

constexpr unsigned idle_timeout_ms = 60 * 1000;
/// Of service eas-ping's client_limit, this part is kept free, so that processes can always connect.
constexpr size_t reserved_part = 10;

} // namespace

ProcessLinks::~ProcessLinks()
{
    while (!m_links.empty())
        remove(*m_links.begin()->second);
}

void ProcessLinks::add(int fd)
{
    struct net_unix_cred credentials;
    if (net_getunixcred(fd, &credentials) < 0) {
        i_error("Cannot tell whose process connected: %m");
        i_close_fd(&fd);
        master_service_client_connection_destroyed(master_service);
        return;
    }
    net_set_nonblock(fd, true);
    auto link = std::make_unique<Link>();
    link->home = this;
    link->fd = fd;
    link->uid = uint32_t(credentials.uid);
    link->io = io_add(fd, IO_READ, on_input, link.get());
    link->idle = timeout_add(idle_timeout_ms, on_idle, link.get());
    m_links.emplace(fd, std::move(link));
}

void ProcessLinks::on_idle(Link *link)
{
    link->home->remove(*link);
}

void ProcessLinks::on_input(Link *link)
{
    timeout_reset(link->idle);
    bool keep = false;
    try {
        keep = link->home->read_input(*link);
    } catch (std::bad_alloc const &) {
        i_error("Out of memory: raise service eas-ping { vsz_limit }");
    }
    if (!keep)
        link->home->remove(*link);
}

bool ProcessLinks::read_input(Link &link)
{
    char buffer[8192];
    int fd = -1;
    ssize_t size = fd_read(link.fd, buffer, sizeof buffer, &fd);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (fd != -1) {
        i_close_fd(&link.received_fd);
        link.received_fd = fd;
    }
    if (size <= 0)
        return false;
    link.reader.append({buffer, size_t(size)});
    Frame frame;
    FrameReader::State state;
    while ((state = link.reader.next(frame)) == FrameReader::State::frame)
        if (!handle(link, frame))
            return false;
    if (state == FrameReader::State::broken)
        i_error("A process of uid %u sent what is no message to eas-ping", link.uid);
    return state == FrameReader::State::incomplete;
}

/// False: the link is to be closed.
bool ProcessLinks::handle(Link &link, Frame const &frame)
{
    switch (frame.type) {
    case FrameType::lend:
        return reply(link, FrameType::lend, {}, m_inotify_fd);
    case FrameType::prepare:
        return prepare(link, frame.body);
    case FrameType::commit:
        if (!link.prepared)
            return false;
        // Told first: once the phone waits it may be handed on to another process.
        reply(link, FrameType::parked);
        m_phones.commit(*std::exchange(link.prepared, nullptr));
        return true;
    case FrameType::abort:
        if (link.prepared)
            m_phones.abandon(*std::exchange(link.prepared, nullptr));
        return true;
    case FrameType::end_waits: {
        std::optional<EndWaitsMessage> device = decode_end_waits(frame.body);
        if (device)
            m_phones.end_waits(*device, link.uid);
        return device.has_value();
    }
    default:
        return false;
    }
}

bool ProcessLinks::prepare(Link &link, std::string_view body)
{
    std::optional<ParkMessage> message = decode_park(body);
    if (!message || link.received_fd == -1 || link.prepared) {
        i_error("A process of uid %u sent a broken request to hold a phone", link.uid);
        return false;
    }
    size_t limit = master_service_get_client_limit(master_service);
    if (m_phones.count() + m_links.size() + limit / reserved_part + 1 >= limit) {
        i_close_fd(&link.received_fd);
        return reply(link, FrameType::refused, "service eas-ping { client_limit } is reached");
    }
    link.prepared = m_phones.prepare(*message, link.received_fd, link.uid);
    if (link.prepared)
        link.received_fd = -1;
    else
        i_close_fd(&link.received_fd);
    return reply(link, link.prepared ? FrameType::ready : FrameType::stale);
}

bool ProcessLinks::reply(Link &link, FrameType type, std::string_view body, int fd)
{
    std::optional<std::string> frame = encode_frame(type, body);
    return fd_send(link.fd, fd, frame->data(), frame->size()) == ssize_t(frame->size());
}

void ProcessLinks::remove(Link &link)
{
    if (link.prepared)
        m_phones.abandon(*link.prepared);
    io_remove(&link.io);
    timeout_remove(&link.idle);
    i_close_fd(&link.received_fd);
    int fd = link.fd;
    m_links.erase(fd);
    i_close_fd(&fd);
    master_service_client_connection_destroyed(master_service);
}

} // namespace eas
