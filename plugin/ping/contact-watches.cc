// See contact-watches.h.
#include "ping/contact-watches.h"
#include "ping/phones.h"

namespace eas {
namespace {

constexpr unsigned retry_ms = 5 * 1000;
/// So many orders may wait for eas-ldap-watch while the directory hangs.
constexpr size_t max_output_bytes = 8 * 1024 * 1024;

} // namespace

ContactWatches::ContactWatches(Phones &phones, std::string socket_path)
    : m_phones(phones), m_socket_path(std::move(socket_path))
{}

ContactWatches::~ContactWatches()
{
    disconnect();
    timeout_remove(&m_retry);
}

void ContactWatches::attach(Phone &phone, ContactsMessage const &contacts)
{
    if (contacts.dn.empty())
        return;
    auto &books = m_books[contacts.dn];
    if (!books) {
        books = std::make_unique<ContactBooks>(ContactBooks{contacts});
        if (m_fd != -1)
            send(FrameType::watch_contacts, encode(contacts));
        else if (!m_retry)
            connect();
    }
    phone.contacts = books.get();
    phone.next_of_contacts = books->first;
    if (books->first)
        books->first->previous_of_contacts = &phone;
    books->first = &phone;
    books->unused_at_last_sweep = false;
}

void ContactWatches::detach(Phone &phone)
{
    if (!phone.contacts)
        return;
    if (phone.next_of_contacts)
        phone.next_of_contacts->previous_of_contacts = phone.previous_of_contacts;
    (phone.previous_of_contacts ? phone.previous_of_contacts->next_of_contacts : phone.contacts->first) =
        phone.next_of_contacts;
    phone.contacts = nullptr;
    phone.previous_of_contacts = phone.next_of_contacts = nullptr;
}

void ContactWatches::sweep()
{
    for (auto entry = m_books.begin(); entry != m_books.end();) {
        auto &books = *entry->second;
        bool unused = books.first == nullptr;
        if (unused && books.unused_at_last_sweep) {
            send(FrameType::forget_contacts, books.message.dn);
            entry = m_books.erase(entry);
            continue;
        }
        books.unused_at_last_sweep = unused;
        ++entry;
    }
}

// --- eas-ldap-watch

/// Whatever happened before is told by eas-ldap-watch as soon as it can see the books.
bool ContactWatches::connect()
{
    m_fd = net_connect_unix(m_socket_path.c_str());
    if (m_fd == -1) {
        if (!std::exchange(m_error_logged, true))
            i_error("connect(%s) failed: %m; waiting phones do not learn of changed contacts",
                    m_socket_path.c_str());
        m_retry = timeout_add(retry_ms, on_retry, this);
        return false;
    }
    m_error_logged = false;
    m_reader = FrameReader();
    m_io = io_add(m_fd, IO_READ, on_input, this);
    m_output = o_stream_create_fd(m_fd, max_output_bytes);
    o_stream_set_no_error_handling(m_output, true);
    for (auto const &[dn, books] : m_books)
        send(FrameType::watch_contacts, encode(books->message));
    return m_fd != -1;
}

void ContactWatches::disconnect()
{
    io_remove(&m_io);
    o_stream_destroy(&m_output);
    i_close_fd(&m_fd);
}

void ContactWatches::on_retry(ContactWatches *self)
{
    timeout_remove(&self->m_retry);
    self->connect();
}

/// A frame that cannot be sent ends the connection: the next one begins with all books.
void ContactWatches::send(FrameType type, std::string_view body)
{
    if (m_fd == -1)
        return;
    std::optional<std::string> frame = encode_frame(type, body);
    if (frame && o_stream_send(m_output, frame->data(), frame->size()) == ssize_t(frame->size()))
        return;
    reconnect_later();
}

void ContactWatches::reconnect_later()
{
    disconnect();
    if (!m_retry) // a frame that could not be sent while others were read
        m_retry = timeout_add(retry_ms, on_retry, this);
}

void ContactWatches::on_input(ContactWatches *self)
{
    if (!self->read_input())
        self->reconnect_later();
    self->m_phones.run_handovers();
}

bool ContactWatches::read_input()
{
    char buffer[8192];
    ssize_t size = read(m_fd, buffer, sizeof buffer);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (size <= 0)
        return false;
    m_reader.append({buffer, size_t(size)});
    Frame frame;
    FrameReader::State state;
    while ((state = m_reader.next(frame)) == FrameReader::State::frame)
        if (frame.type == FrameType::contacts_changed)
            changed(frame.body);
    return state == FrameReader::State::incomplete;
}

/// A DN concerns the books at it and at each DN above it.
void ContactWatches::changed(std::string_view dn)
{
    if (dn.empty())
        for (auto const &[name, books] : m_books)
            wake(*books);
    while (!dn.empty()) {
        if (auto found = m_books.find(std::string(dn)); found != m_books.end())
            wake(*found->second);
        size_t comma = dn.find(',');
        dn = comma == dn.npos ? std::string_view() : dn.substr(comma + 1);
    }
}

void ContactWatches::wake(ContactBooks &books)
{
    for (Phone *phone = books.first; phone; phone = phone->next_of_contacts)
        m_phones.any_event(*phone);
}

} // namespace eas
