// Input, output and time-outs of a connection as a small state machine: run() makes steps until one needs
// to wait. What a complete request does is in http-connection-serve.cc.
#include "eas/http-connection.h"
#include "base/text.h"
#include "compat/push-back.h"
#include "eas/connection-record.h"
#include <exception>

namespace eas {

namespace {

/// Between two requests. Then the connection rests in eas-ping, and costs no process.
constexpr unsigned idle_milliseconds = 10 * 1000;
/// The same where eas-ping does not take it.
constexpr unsigned unrested_milliseconds = 120 * 1000;
constexpr unsigned receive_milliseconds = 60 * 1000; ///< without progress within a request
constexpr unsigned send_milliseconds = 300 * 1000;   ///< without progress within an answer
constexpr unsigned drain_milliseconds = 2000;
constexpr size_t max_drained_bytes = 1024 * 1024;

HttpConnection *first_connection = nullptr;
unsigned connection_count = 0;

} // namespace

// ---- life of a connection ----

std::optional<HttpConnection::Arrival> HttpConnection::arrival_from_login(std::string_view handed_over)
{
    auto const decoded = decode_hand_over(handed_over);
    if (!decoded)
        return std::nullopt;
    Arrival arrival;
    arrival.facts.credentials = decoded->credentials;
    arrival.facts.origin = decoded->origin;
    arrival.facts.logged_in = time(nullptr);
    arrival.header = decoded->header;
    arrival.unread = decoded->rest;
    return arrival;
}

std::optional<HttpConnection::Arrival> HttpConnection::arrival_from_ping(std::string_view resume)
{
    auto message = decode_resume(resume);
    auto const record = message ? decode_connection(message->connection) : std::nullopt;
    auto const facts = record ? facts_of(*record) : std::nullopt;
    if (!facts)
        return std::nullopt;
    Arrival arrival;
    arrival.facts = *facts;
    arrival.unread = record->input;
    if (message->reason == ResumeReason::changed)
        arrival.resumed = std::move(message);
    return arrival;
}

void HttpConnection::start(ConnectionInput const &input)
{
    auto arrival =
        input.resume.empty() ? arrival_from_login(input.handed_over) : arrival_from_ping(input.resume);
    bool const readable = arrival.has_value();
    if (!readable)
        e_error(input.event, "%s handed over what cannot be read; is it of another version?",
                input.resume.empty() ? "eas-login" : "eas-ping");
    auto *connection = new HttpConnection(input, readable ? std::move(*arrival) : Arrival{});
    if (!readable) {
        connection->m_facts.close_after_answer = true;
        connection->send_status("503 Service Unavailable");
    }
    // Not from here: the caller may still have to answer for the connection.
    io_set_pending(connection->m_io);
}

HttpConnection::HttpConnection(ConnectionInput const &input, Arrival arrival)
    : m_session(std::make_unique<UserSession>(input)), m_runner(std::make_unique<RequestRunner>(*m_session)),
      m_fd(input.fd), m_facts(arrival.facts), m_state(arrival.resumed ? State::resuming : State::header),
      m_resumed(std::move(arrival.resumed)), m_first_request(!arrival.header.empty())
{
    net_set_nonblock(m_fd, TRUE);
    m_input = i_stream_create_fd(m_fd, RequestReader::small_buffer_bytes);
    m_output = o_stream_create_fd(m_fd, IO_BLOCK_SIZE);
    i_stream_set_name(m_input, "<eas client>");
    o_stream_set_name(m_output, "<eas client>");
    o_stream_set_no_error_handling(m_output, TRUE);
    push_back(m_input, arrival.unread);
    if (char const *directory = m_session->dovecot_settings().rawlog_dir; *directory != '\0')
        (void)iostream_rawlog_create(directory, &m_input, &m_output);
    o_stream_set_flush_callback(m_output, on_output, this);
    m_reader = std::make_unique<RequestReader>(m_input, m_session->temp_prefix(),
                                               m_session->settings().max_request_bytes);
    m_reader->set_header(arrival.header);
    m_io = io_add_istream(m_input, on_input, this);
    set_timeout(idle_milliseconds);

    m_next = first_connection;
    if (m_next != nullptr)
        m_next->m_previous = this;
    first_connection = this;
    connection_count++;
    tell_status("");
}

HttpConnection::~HttpConnection()
{
    (m_previous != nullptr ? m_previous->m_next : first_connection) = m_next;
    if (m_next != nullptr)
        m_next->m_previous = m_previous;
    connection_count--;

    timeout_remove(&m_timeout);
    io_remove(&m_io);
    m_reader.reset();
    i_stream_unref(&m_answer);
    i_stream_destroy(&m_input);
    o_stream_destroy(&m_output);
    i_close_fd(&m_fd);
    m_runner.reset();
    m_session.reset();
    if (first_connection != nullptr)
        first_connection->refresh_title("");
}

void HttpConnection::close(char const *why)
{
    if (!m_closed)
        e_debug(m_session->event(), "Connection closed: %s", why);
    m_closed = true;
    if (!m_running)
        delete this;
}

/// In eas-ping, until the next request comes, as a connection does that has been answered there.
void HttpConnection::rest()
{
    m_has_rested = true;
    DataStackFrame frame;
    ConnectionRecord const record = connection_record(*m_session, m_facts, unread_input());
    if (m_runner->parking_lot().rest({m_session->user()->username, m_device_id, m_fd, record, rest_seconds}))
        close("Rests in eas-ping");
    else
        set_timeout(unrested_milliseconds);
}

void HttpConnection::stop()
{
    m_stopping = true;
    if (m_state != State::header || !m_reader->idle())
        return;
    m_session->activate();
    close("Dovecot stops");
}

void HttpConnection::stop_all()
{
    for (HttpConnection *connection = first_connection, *next; connection != nullptr; connection = next) {
        next = connection->m_next;
        connection->stop();
    }
}

void HttpConnection::destroy_all()
{
    while (first_connection != nullptr) {
        first_connection->m_session->activate();
        delete first_connection;
    }
}

void HttpConnection::set_timeout(unsigned milliseconds)
{
    timeout_remove(&m_timeout);
    m_timeout = timeout_add(milliseconds, on_timeout, this);
}

void HttpConnection::tell_status(std::string const &command)
{
    DataStackFrame frame;
    struct ip_addr const *ip = m_session->user()->conn.remote_ip;
    m_status.write({m_session->user()->username, ip == nullptr ? "" : net_ip2addr(ip), m_device_id, command});
    refresh_title(command);
}

void HttpConnection::refresh_title(std::string const &command) const
{
    if (!m_session->dovecot_settings().verbose_proctitle)
        return;
    std::string title = "[" + std::to_string(connection_count) + " connections]";
    if (connection_count == 1) {
        title = std::string("[") + m_session->user()->username;
        if (m_session->user()->conn.remote_ip != nullptr)
            title.append(" ").append(net_ip2addr(m_session->user()->conn.remote_ip));
        title.append(command.empty() ? "" : " ").append(command).append("]");
    }
    process_title_set(title.c_str());
}

// ---- events ----

void HttpConnection::on_input(HttpConnection *connection) noexcept
{
    connection->run();
}

int HttpConnection::on_output(HttpConnection *connection) noexcept
{
    connection->run();
    return 1;
}

void HttpConnection::on_timeout(HttpConnection *connection) noexcept
{
    if (connection->m_state == State::header && connection->m_reader->idle() && !connection->m_has_rested)
        connection->rest();
    else
        connection->close("Time-out");
}

void HttpConnection::run()
{
    if (m_running)
        return;
    m_running = true;
    try {
        while (!m_closed && step()) {
        }
    } catch (std::exception const &exception) {
        e_error(m_session->event(), "Connection lost: %s", exception.what());
        close("Internal error");
    }
    m_running = false;
    if (m_closed)
        delete this;
}

bool HttpConnection::step()
{
    switch (m_state) {
    case State::resuming:
        serve_resumed();
        return true;
    case State::header:
        return step_header();
    case State::body:
        return step_body();
    case State::sending:
        return step_sending();
    case State::draining:
        return step_draining();
    }
    return false;
}

bool HttpConnection::step_header()
{
    bool const was_idle = m_reader->idle();
    switch (m_reader->read_header()) {
    case RequestReader::Status::complete:
        return header_complete();
    case RequestReader::Status::incomplete:
        if (was_idle && !m_reader->idle())
            set_timeout(receive_milliseconds);
        return false;
    case RequestReader::Status::refused:
        return refused();
    case RequestReader::Status::disconnected:
        close("Client closed");
        return false;
    }
    return false;
}

bool HttpConnection::header_complete()
{
    m_facts.close_after_answer = false;
    if (!std::exchange(m_first_request, false) && !authenticate())
        return true;
    m_facts.close_after_answer |= m_stopping || !asks_to_keep_alive(m_reader->header());
    m_state = State::body;
    switch (m_reader->begin_body()) {
    case RequestReader::Status::refused:
        return refused();
    case RequestReader::Status::complete:
        serve_request();
        return true;
    default:
        break;
    }
    set_timeout(receive_milliseconds);
    if (m_reader->wants_continue())
        o_stream_nsend_str(m_output, "HTTP/1.1 100 Continue\r\n\r\n");
    return true;
}

bool HttpConnection::step_body()
{
    switch (m_reader->read_body()) {
    case RequestReader::Status::complete:
        serve_request();
        return true;
    case RequestReader::Status::incomplete:
        timeout_reset(m_timeout);
        return false;
    case RequestReader::Status::refused:
        return refused();
    case RequestReader::Status::disconnected:
        close("Client closed within a request");
        return false;
    }
    return false;
}

bool HttpConnection::step_sending()
{
    o_stream_cork(m_output);
    enum ostream_send_istream_result const result = o_stream_send_istream(m_output, m_answer);
    o_stream_uncork(m_output);
    switch (result) {
    case OSTREAM_SEND_ISTREAM_RESULT_WAIT_OUTPUT:
        timeout_reset(m_timeout);
        o_stream_set_flush_pending(m_output, TRUE);
        return false;
    case OSTREAM_SEND_ISTREAM_RESULT_FINISHED:
        break;
    case OSTREAM_SEND_ISTREAM_RESULT_WAIT_INPUT: // a file or memory never waits
    case OSTREAM_SEND_ISTREAM_RESULT_ERROR_INPUT:
    case OSTREAM_SEND_ISTREAM_RESULT_ERROR_OUTPUT:
        close("Client closed while it was answered");
        return false;
    }
    int const flushed = o_stream_flush(m_output);
    if (flushed < 0) {
        close("Client closed while it was answered");
        return false;
    }
    if (flushed == 0) {
        timeout_reset(m_timeout);
        o_stream_set_flush_pending(m_output, TRUE);
        return false;
    }
    i_stream_unref(&m_answer);
    if (m_drain_before_close) {
        m_state = State::draining;
        set_timeout(drain_milliseconds);
        return true;
    }
    if (m_facts.close_after_answer || m_stopping) {
        close("Answered");
        return false;
    }
    m_reader->next();
    m_has_rested = false;
    m_state = State::header;
    set_timeout(idle_milliseconds);
    tell_status("");
    return true;
}

/// Closing with unread input resets the connection, which may overtake the answer.
bool HttpConnection::step_draining()
{
    unsigned char const *data;
    size_t size;
    int ret;
    while ((ret = i_stream_read_more(m_input, &data, &size)) > 0 && m_drained_bytes <= max_drained_bytes) {
        i_stream_skip(m_input, size);
        m_drained_bytes += size;
    }
    if (ret != 0)
        close("Refused");
    return false;
}

void HttpConnection::send_status(char const *status_and_reason)
{
    std::string head = std::string("HTTP/1.1 ") + status_and_reason + "\r\n";
    if (head.find(" 503 ") != head.npos)
        head += "Retry-After: 30\r\n";
    head += "Content-Length: 0\r\nConnection: close\r\n\r\n";
    begin_sending(head, i_stream_create_from_data("", 0));
}

void HttpConnection::begin_sending(std::string const &head, struct istream *body)
{
    o_stream_cork(m_output);                            // head and body in one packet
    o_stream_nsend(m_output, head.data(), head.size()); // it fits: the answer before this one has been sent
    i_stream_unref(&m_answer);
    m_answer = body;
    m_state = State::sending;
    set_timeout(send_milliseconds);
}

} // namespace eas
