// See watcher.h.
#include "ldap-watch/watcher.h"

namespace eas {
namespace {

/// An eas-ping that does not read for so long gets no more; it connects again.
constexpr size_t max_output_bytes = 8 * 1024 * 1024;

} // namespace

Watcher::Watcher(LdapWatchSettings settings)
    : m_watch(std::move(settings), [this](std::string const &dn) { changed(dn); })
{}

Watcher::~Watcher()
{
    unschedule();
    while (!m_links.empty())
        remove(*m_links.back());
}

void Watcher::add(int fd)
{
    net_set_nonblock(fd, true);
    auto link = std::make_unique<Link>(Link{this, fd, nullptr, nullptr, {}, false});
    link->io = io_add(fd, IO_READ, on_input, link.get());
    link->output = o_stream_create_fd(fd, max_output_bytes);
    o_stream_set_no_error_handling(link->output, true);
    m_links.push_back(std::move(link));
}

void Watcher::on_input(Link *link)
{
    Watcher &self = *link->home;
    if (!self.read_input(*link))
        self.remove(*link);
    self.unschedule();
    self.schedule();
}

bool Watcher::read_input(Link &link)
{
    char buffer[8192];
    ssize_t size = read(link.fd, buffer, sizeof buffer);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (size <= 0)
        return false;
    link.reader.append({buffer, size_t(size)});
    Frame frame;
    FrameReader::State state;
    while ((state = link.reader.next(frame)) == FrameReader::State::frame)
        if (!handle(link, frame))
            return false;
    return state == FrameReader::State::incomplete;
}

bool Watcher::handle(Link &link, Frame const &frame)
{
    if (frame.type == FrameType::forget_contacts) {
        m_watch.forget(std::string(frame.body));
        return true;
    }
    std::optional<ContactsMessage> message;
    if (frame.type == FrameType::watch_contacts)
        message = decode_contacts(frame.body);
    if (!message)
        return false;
    m_watch.watch(message->dn, message->authorization_id);
    // What the persistent search told before this link was there is lost to it.
    if (!std::exchange(link.has_ordered, true) && m_watch.descriptor() != -1)
        changed("");
    return true;
}

void Watcher::remove(Link &link)
{
    io_remove(&link.io);
    o_stream_destroy(&link.output);
    i_close_fd(&link.fd);
    std::erase_if(m_links, [&](auto const &each) { return each.get() == &link; });
    if (m_links.empty()) // who comes next says again what to watch
        m_watch.forget_all();
    master_service_client_connection_destroyed(master_service);
}

void Watcher::changed(std::string const &dn)
{
    std::optional<std::string> frame = encode_frame(FrameType::contacts_changed, dn);
    for (auto const &link : m_links)
        if (frame && o_stream_send(link->output, frame->data(), frame->size()) != ssize_t(frame->size()))
            shutdown(link->fd, SHUT_RDWR); // its on_input() follows
}

// --- the io loop

void Watcher::on_due(Watcher *self)
{
    self->unschedule(); // before the descriptor may be closed
    self->m_watch.run();
    self->schedule();
}

void Watcher::unschedule()
{
    io_remove(&m_io);
    timeout_remove(&m_timer);
}

void Watcher::schedule()
{
    if (int fd = m_watch.descriptor(); fd != -1)
        m_io = io_add(fd, IO_READ, on_due, this);
    if (auto due = m_watch.due()) {
        using std::chrono::milliseconds;
        auto left = std::chrono::duration_cast<milliseconds>(*due - LdapWatch::Clock::now()).count();
        // A millisecond at least, so that orders are read between two books.
        m_timer = timeout_add_short(unsigned(std::max<int64_t>(left, 0) + 1), on_due, this);
    }
}

} // namespace eas
