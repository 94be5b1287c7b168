#include "eas/http-connection.h"
#include "base/text.h"
#include "compat/push-back.h"
#include "eas/relogin.h"
#include "eas/user-ports.h"
#include "login/fingerprint.h"
#include "request/request-line.h"
#include <chrono>
#include <exception>

namespace eas {

namespace {

constexpr unsigned idle_milliseconds = 120 * 1000;    ///< between two requests
constexpr unsigned receive_milliseconds = 60 * 1000;  ///< without progress within a request
constexpr unsigned send_milliseconds = 300 * 1000;    ///< without progress within an answer
constexpr unsigned drain_milliseconds = 2000;
constexpr size_t max_drained_bytes = 1024 * 1024;

HttpConnection *first_connection = nullptr;
unsigned connection_count = 0;

HttpResponse failure(int status, char const *reason, std::string log)
{
    HttpResponse response;
    response.status = status;
    response.reason = reason;
    response.log = std::move(log);
    if (status == 503)
        response.headers.emplace_back("Retry-After", "30");
    return response;
}

/// RFC 9112 3.2: the origin form, or the absolute form without its authority.
void split_target(std::string_view target, HttpRequest &request)
{
    if (size_t const scheme = target.find("://"); scheme < 6) {
        size_t const path = target.find('/', scheme + 3);
        target = path == target.npos ? "/" : target.substr(path);
    }
    size_t const query = target.find('?');
    std::string_view const path = target.substr(0, query);
    request.path = percent_decode(path).value_or(std::string(path));
    if (query != target.npos)
        request.query = target.substr(query + 1);
}

bool wants_close(RequestHeader const &header)
{
    for (std::string_view const option : split(header.find("Connection"), ','))
        if (equals_ignoring_case(trim(option), header.version == "1.0" ? "keep-alive" : "close"))
            return header.version != "1.0";
    return header.version == "1.0";
}

} // namespace

// ---- life of a connection ----

void HttpConnection::start(ConnectionInput const &input)
{
    auto *connection = new HttpConnection(input);
    if (!input.handed_over.empty() && !connection->take_hand_over(input.handed_over)) {
        e_error(input.event, "eas-login handed over what cannot be read; is it of another version?");
        connection->send_status("503 Service Unavailable");
        connection->m_close_after_answer = true;
    }
    // Not from here: the caller may still have to answer for the connection.
    io_set_pending(connection->m_io);
}

HttpConnection::HttpConnection(ConnectionInput const &input)
    : m_session(std::make_unique<UserSession>(input)), m_fd(input.fd)
{
    net_set_nonblock(m_fd, TRUE);
    m_input = i_stream_create_fd(m_fd, RequestReader::small_buffer_bytes);
    m_output = o_stream_create_fd(m_fd, IO_BLOCK_SIZE);
    i_stream_set_name(m_input, "<eas client>");
    o_stream_set_name(m_output, "<eas client>");
    o_stream_set_no_error_handling(m_output, TRUE);
    if (auto const hand_over = decode_hand_over(input.handed_over))
        push_back(m_input, hand_over->rest);
    if (char const *directory = m_session->dovecot_settings().rawlog_dir; *directory != '\0')
        (void)iostream_rawlog_create(directory, &m_input, &m_output);
    o_stream_set_flush_callback(m_output, on_output, this);
    m_reader = std::make_unique<RequestReader>(m_input, m_session->temp_prefix(),
                                               m_session->settings().max_request_bytes);
    m_io = io_add_istream(m_input, on_input, this);
    set_timeout(idle_milliseconds);

    m_next = first_connection;
    if (m_next != nullptr)
        m_next->m_previous = this;
    first_connection = this;
    connection_count++;
    refresh_title("");
}

bool HttpConnection::take_hand_over(std::string_view data)
{
    auto const hand_over = decode_hand_over(data);
    if (!hand_over)
        return false;
    m_credentials = hand_over->credentials;
    m_origin = hand_over->origin;
    m_reader->set_header(hand_over->header);
    m_first_request = true;
    return true;
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
    m_ports.reset();
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

void HttpConnection::refresh_title(char const *command) const
{
    if (!m_session->dovecot_settings().verbose_proctitle)
        return;
    std::string title = "[" + std::to_string(connection_count) + " connections]";
    if (connection_count == 1) {
        title = std::string("[") + m_session->user()->username;
        if (m_session->user()->conn.remote_ip != nullptr)
            title.append(" ").append(net_ip2addr(m_session->user()->conn.remote_ip));
        title.append(*command == '\0' ? "" : " ").append(command).append("]");
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
    if (!std::exchange(m_first_request, false) && !is_for_this_user())
        return hand_back_to_login();
    m_close_after_answer = m_stopping || wants_close(m_reader->header());
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
    enum ostream_send_istream_result const result = o_stream_send_istream(m_output, m_answer);
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
    if (m_close_after_answer || m_stopping) {
        close("Answered");
        return false;
    }
    m_reader->next();
    m_state = State::header;
    set_timeout(idle_milliseconds);
    refresh_title("");
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

// ---- credentials ----

bool HttpConnection::is_for_this_user() const
{
    return m_reader->header().count("Authorization") == 1 &&
           matches(m_credentials, m_reader->header().find("Authorization"));
}

bool HttpConnection::hand_back_to_login()
{
    struct mail_user const *user = m_session->user();
    size_t size;
    unsigned char const *data = i_stream_get_data(m_input, &size);
    Relogin relogin;
    relogin.origin = m_origin;
    relogin.header = m_reader->raw_header();
    relogin.rest.assign(reinterpret_cast<char const *>(data), size);
    struct mail_storage_service_input const *input =
        mail_storage_service_user_get_input(user->_service_user);
    relogin.remote_ip = net_ip2addr(&input->remote_ip);
    relogin.remote_port = input->remote_port;
    relogin.local_ip = net_ip2addr(&input->local_ip);
    relogin.local_port = input->local_port;

    e_debug(m_session->event(), "Request with other credentials: the connection goes back to eas-login");
    if (auto const sent = send_to_login(user->set->base_dir, relogin, m_fd); sent) {
        close("Other credentials");
        return false;
    } else {
        e_error(m_session->event(), "%s", sent.error().message.c_str());
    }
    m_close_after_answer = true;
    send_status("503 Service Unavailable");
    return true;
}

// ---- answers ----

bool HttpConnection::refused()
{
    e_info(m_session->event(), "Request refused with %s: %s", m_reader->refusal(),
           m_reader->refusal_reason().c_str());
    m_close_after_answer = m_drain_before_close = true;
    send_status(m_reader->refusal());
    return true;
}

HttpRequest HttpConnection::make_request()
{
    RequestHeader const &header = m_reader->header();
    HttpRequest request;
    request.method = header.method;
    split_target(header.target, request);
    for (RequestHeader::Field const &field : header.fields)
        if (!equals_ignoring_case(field.name, "Authorization"))
            request.headers.emplace_back(field.name, field.value);
    request.user = m_session->user()->username;
    return request;
}

void HttpConnection::serve_request()
{
    auto const began = std::chrono::steady_clock::now();
    HttpRequest request = make_request();
    Spool answer(m_session->temp_prefix());
    HttpResponse response;
    if (auto const body = m_reader->body().view(); body) {
        request.body = *body;
        response = run_protocol(request, answer);
    } else {
        response = failure(503, "Service Unavailable", body.error().message);
    }
    io_loop_time_refresh();
    uint64_t const bytes_out = answer.size();
    send(response, answer);
    auto const took = std::chrono::steady_clock::now() - began;
    log_request(request, response, bytes_out,
                std::chrono::duration_cast<std::chrono::microseconds>(took).count());
}

/// The boundary: what the protocol throws ends here.
HttpResponse HttpConnection::run_protocol(HttpRequest const &request, Spool &answer)
{
    DataStackFrame frame;
    try {
        if (m_ports == nullptr)
            m_ports = std::make_unique<UserPorts>(*m_session);
        return serve(m_ports->ports(), request, answer);
    } catch (std::exception const &exception) {
        answer.clear();
        return failure(500, "Internal Server Error", std::string("failed: ") + exception.what());
    }
}

void HttpConnection::send(HttpResponse const &response, Spool &body)
{
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " + response.reason + "\r\n";
    head.append("Date: ").append(http_date_create(ioloop_time)).append("\r\n");
    for (auto const &[name, value] : response.headers)
        head.append(name).append(": ").append(value).append("\r\n");
    head.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    head.append("Connection: ").append(m_close_after_answer ? "close" : "keep-alive").append("\r\n\r\n");
    begin_sending(head, body.release_as_stream());
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
    struct istream *parts[] = {i_stream_create_copy_from_data(head.data(), head.size()), body, nullptr};
    i_stream_unref(&m_answer);
    m_answer = i_stream_create_concat(parts);
    i_stream_unref(&parts[0]);
    i_stream_unref(&parts[1]);
    m_state = State::sending;
    set_timeout(send_milliseconds);
}

void HttpConnection::log_request(HttpRequest const &request, HttpResponse const &response, uint64_t bytes_out,
                                 uint64_t microseconds)
{
    DataStackFrame frame;
    auto const line = parse_query(request.query);
    std::string const command = line && !line->command.empty() ? line->command : request.method;
    char const *device = response.device_id.empty() ? "-" : response.device_id.c_str();
    char const *message = t_strdup_printf(
        "%s device=%s status=%d in=%zu out=%" PRIu64 " ms=%" PRIu64 "%s%s",
        str_sanitize(command.c_str(), 64), device, response.status, request.body.size(), bytes_out,
        (microseconds + 500) / 1000, response.log.empty() ? "" : " ",
        str_sanitize(response.log.c_str(), 500));
    refresh_title(command.c_str());

    struct event *event = event_create(m_session->event());
    event_set_name(event, "eas_command_finished");
    event_add_str(event, "cmd", command.c_str());
    event_add_str(event, "device_id", response.device_id.c_str());
    event_add_str(event, "protocol_version", std::string(request.header("MS-ASProtocolVersion")).c_str());
    event_add_int(event, "status", response.status);
    event_add_int(event, "net_in_bytes", request.body.size());
    event_add_int(event, "net_out_bytes", bytes_out);
    event_add_int(event, "running_usecs", microseconds);
    if (response.status >= 500 && response.status != 503)
        e_error(event, "%s", message);
    else if (response.log_as_warning || response.status == 503)
        e_warning(event, "%s", message);
    else
        e_info(event, "%s", message);
    event_unref(&event);
}

} // namespace eas
