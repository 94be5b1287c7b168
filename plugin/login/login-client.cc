// See login-client.h. The order of calls is that of imap-login (imap-login-client.c), with HTTP's answers.
// Where a connection comes from is in login-client-origin.cc, where it goes when it is proxied in
// login-client-proxy.cc.
#include "login/login-client.h"
#include "base/text.h"
#include "login/fingerprint.h"
#include "login/forwarded.h"
#include "login/request-header.h"
#include "request/connection-limiter.h"
#include "session/request-line.h"

namespace eas {

namespace {

/// A refused request's body up to this size is skipped, so that the client can go on at once.
constexpr size_t max_skipped_body_bytes = 64 * 1024;
/// What is read and thrown away before a connection is closed, lest a reset overtakes the answer.
constexpr size_t max_drained_bytes = 64 * 1024 * 1024;
constexpr unsigned drain_milliseconds = 2000;

struct eas_client {
    struct client common;
    LoginClient *login;
};

RequestLine request_line(std::string_view target)
{
    size_t const query = target.find('?');
    auto line = parse_query(query == target.npos ? "" : target.substr(query + 1));
    return line ? std::move(*line) : RequestLine();
}

/// Bearer has no user name; the query may have one. MS-ASHTTP 2.2.1.1.1.1.1, 2.2.1.1.1.2.5.
std::string user_of_query(std::string_view target)
{
    return login_user_name(request_line(target).user);
}

/// Whom the connection limit is for: a user's device. "" if the request names none.
std::string device_of(std::string_view target, std::string const &user)
{
    auto const line = request_line(target);
    return line.device_id.empty() ? "" : user + ' ' + line.device_id;
}

/// Of this process, which may serve connections for years.
ConnectionLimiter &device_limiter(uint32_t limit)
{
    static ConnectionLimiter limiter(limit);
    return limiter;
}

ConnectionLimiter &user_limiter(uint32_t limit)
{
    static ConnectionLimiter limiter(limit);
    return limiter;
}

Instant time_of_loop()
{
    return Instant::from_seconds(ioloop_time);
}

void drained_long_enough(struct client *client) noexcept
{
    client_destroy(client, "Refused");
}

} // namespace

LoginClient::LoginClient(struct client *client, ConnectionLimits limits) : m_client(client), m_limits(limits)
{}

LoginClient::~LoginClient()
{
    timeout_remove(&m_proxy_timeout);
    timeout_remove(&m_drain_timeout);
    i_close_fd(&m_relogin_fd);
    if (!m_header.empty())
        safe_memset(m_header.data(), 0, m_header.size());
}

struct client *LoginClient::allocate(pool_t pool)
{
    return &p_new(pool, struct eas_client, 1)->common;
}

LoginClient *LoginClient::of(struct client *client)
{
    return reinterpret_cast<struct eas_client *>(client)->login;
}

void LoginClient::free(struct client *client)
{
    delete std::exchange(reinterpret_cast<struct eas_client *>(client)->login, nullptr);
}

void LoginClient::start()
{
    reinterpret_cast<struct eas_client *>(m_client)->login = this;
    i_stream_set_max_buffer_size(m_client->input, max_unread_bytes);
    if (strcmp(m_client->listener_name, "eas-relogin") == 0) {
        m_state = State::receiving_relogin;
        net_set_nonblock(m_client->fd, TRUE);
        m_client->io = io_add(m_client->fd, IO_READ, client_input, m_client);
    } else {
        net_set_tcp_nodelay(m_client->fd, TRUE); // also for those that the connection is handed to
        m_client->io = io_add_istream(m_client->input, client_input, m_client);
    }
}

void LoginClient::input()
{
    switch (m_state) {
    case State::receiving_relogin:
        return receive_relogin();
    case State::reading_header:
        return read_header();
    case State::skipping_body:
        return skip_body();
    case State::draining:
        return drain();
    case State::authenticating:
        return;
    }
}

void LoginClient::read_header()
{
    if (!auth_client_is_connected(auth_client)) {
        m_client->input_blocked = TRUE;
        return;
    }
    for (;;) {
        size_t end = find_header_end(m_header);
        if (end != std::string::npos)
            return handle_header();
        size_t size;
        unsigned char const *data = i_stream_get_data(m_client->input, &size);
        if (size == 0) {
            if (i_stream_read(m_client->input) < 0)
                return client_destroy_iostream_error(m_client);
            data = i_stream_get_data(m_client->input, &size);
            if (size == 0)
                return;
        }
        size_t const old_size = m_header.size();
        m_header.append(reinterpret_cast<char const *>(data), size);
        if (old_size == 0) // RFC 9112 2.2: an empty line before the request line is skipped
            m_header.erase(0, m_header.find_first_not_of("\r\n"));
        end = find_header_end(m_header);
        size_t const surplus = end == std::string::npos ? 0 : m_header.size() - end;
        i_stream_skip(m_client->input, size - surplus);
        m_header.resize(m_header.size() - surplus);
        if (m_header.size() > max_raw_header_bytes) {
            m_body_bytes.reset();
            return refuse("431 Request Header Fields Too Large");
        }
    }
}

void LoginClient::handle_header()
{
    m_body_bytes.reset();
    auto const header = parse_request_header(m_header);
    if (!header)
        return refuse("400 Bad Request");
    m_body_bytes = sized_body_bytes(*header);
    if (m_body_bytes > max_skipped_body_bytes || !header->find("Expect").empty())
        m_body_bytes.reset(); // whether the client sends the body after a refusal is its choice
    m_keep_alive = asks_to_keep_alive(*header);
    take_origin(*header);
    Credentials const credentials = parse_authorization(header->find("Authorization"));
    if (std::string const location = autodiscover_redirect(*header);
        !m_client->secured && credentials.kind == Credentials::Kind::none && !location.empty())
        return refuse("302 Found", ("Location: " + location + "\r\n").c_str());
    if (!cleartext_allowed())
        return refuse("403 TLS Required");
    if (credentials.kind == Credentials::Kind::none)
        return refuse_unauthorized();
    if (credentials.kind == Credentials::Kind::malformed) {
        e_info(m_client->event, "Malformed Authorization field");
        return refuse("400 Bad Request");
    }
    if (refuse_loop(*header, credentials))
        return;
    if (!prepare_hand_over(*header))
        return refuse("431 Request Header Fields Too Large");
    begin_authentication(*header, credentials);
}

/// Asked before anybody types a password into a connection that others can read.
bool LoginClient::cleartext_allowed() const
{
    return m_client->secured ||
           (!m_client->set->disable_plaintext_auth && strcmp(m_client->ssl_set->ssl, "required") != 0);
}

bool LoginClient::refuse_loop(RequestHeader const &header, Credentials const &credentials)
{
    using Verdict = ConnectionLimiter::Verdict;
    m_user = credentials.kind == Credentials::Kind::basic ? credentials.user : user_of_query(header.target);
    m_device = device_of(header.target, m_user);
    if (m_device.empty())
        return false;
    auto const of_device = device_limiter(m_limits.of_device).check(m_device, time_of_loop());
    auto const of_user = user_limiter(m_limits.of_user).check(m_user, time_of_loop());
    if (of_device == Verdict::admit && of_user == Verdict::admit)
        return false;
    if (of_device == Verdict::refuse_and_tell)
        e_warning(m_client->event,
                  "The device is in a loop: it has opened over eas_connection_limit connections: %s",
                  str_sanitize(m_device.c_str(), 128));
    if (of_user == Verdict::refuse_and_tell)
        e_warning(m_client->event,
                  "The user's devices have opened over eas_user_connection_limit connections: %s",
                  str_sanitize(m_user.c_str(), 128));
    refuse("503 Service Unavailable", "Retry-After: 60\r\nX-MS-ASThrottle: CommandFrequency\r\n");
    return true;
}

bool LoginClient::prepare_hand_over(RequestHeader const &header)
{
    size_t const room = max_compact_header_bytes + max_unread_bytes - i_stream_get_data_size(m_client->input);
    m_compact = compact_header(header, room);
    if (m_compact.size() > room)
        return false;
    auto const forwarded = m_client->trusted ? forwarded_credentials(header) : std::nullopt;
    m_credentials = forwarded ? *forwarded : credentials_of(header.find("Authorization"));
    if (auto const ttl = forwarded_ttl(header); m_client->trusted && ttl)
        m_client->proxy_ttl = *ttl;

    HandOver hand_over;
    hand_over.credentials = m_credentials;
    hand_over.origin.secured = m_client->secured;
    hand_over.origin.ssl_secured = m_client->ssl_secured;
    // A front speaks in the first request of a connection only; what follows are the client's own words.
    hand_over.origin.trusted = m_client->trusted && !forwarded;
    hand_over.origin.forwarded = forwarded.has_value();
    hand_over.origin.peer = m_peer;
    hand_over.header = m_compact;
    std::string const prefix = encode_hand_over(hand_over);
    i_free(m_client->master_data_prefix);
    m_client->master_data_prefix = static_cast<unsigned char *>(i_malloc(prefix.size()));
    memcpy(m_client->master_data_prefix, prefix.data(), prefix.size());
    m_client->master_data_prefix_len = prefix.size();
    return true;
}

void LoginClient::begin_authentication(RequestHeader const &header, Credentials const &credentials)
{
    bool const bearer = credentials.kind == Credentials::Kind::bearer;
    std::string response = bearer ? sasl_oauthbearer(user_of_query(header.target), credentials.password)
                                  : sasl_plain(credentials.user, credentials.password);
    safe_memset(m_header.data(), 0, m_header.size());
    m_header.clear(); // `header` is not valid any more
    m_state = State::authenticating;
    client_ref(m_client);
    struct client *client = m_client;
    (void)client_auth_begin(client, bearer ? "OAUTHBEARER" : "PLAIN", response.c_str());
    safe_memset(response.data(), 0, response.size());
    client_unref(&client);
}

void LoginClient::auth_result(enum client_auth_result result, char const *text)
{
    switch (result) {
    case CLIENT_AUTH_RESULT_SUCCESS:
        if (!m_device.empty()) {
            device_limiter(m_limits.of_device).count(m_device, time_of_loop());
            user_limiter(m_limits.of_user).count(m_user, time_of_loop());
        }
        if (m_client->login_proxy != nullptr)
            wait_for_proxy();
        return;
    case CLIENT_AUTH_RESULT_ABORTED:
        return;
    case CLIENT_AUTH_RESULT_SSL_REQUIRED:
    case CLIENT_AUTH_RESULT_MECH_SSL_REQUIRED:
        return refuse("403 TLS Required");
    case CLIENT_AUTH_RESULT_AUTHZFAILED: // MS-ASHTTP 2.2.2.1.1: not allowed to use ActiveSync
    case CLIENT_AUTH_RESULT_LOGIN_DISABLED:
        return refuse("403 Forbidden");
    case CLIENT_AUTH_RESULT_AUTHFAILED:
    case CLIENT_AUTH_RESULT_AUTHFAILED_REASON:
    case CLIENT_AUTH_RESULT_PASS_EXPIRED:
    case CLIENT_AUTH_RESULT_INVALID_BASE64:
    case CLIENT_AUTH_RESULT_MECH_INVALID:
    case CLIENT_AUTH_RESULT_ANONYMOUS_DENIED:
        return refuse_unauthorized();
    default: // a temporary failure, too many connections, or what a later version has: no fault of the
             // password
        e_debug(m_client->event, "Log-in refused: %s", text == nullptr ? "" : text);
        return refuse("503 Service Unavailable", "Retry-After: 30\r\n");
    }
}

void LoginClient::refuse_unauthorized()
{
    bool const bearer = sasl_server_find_available_mech(m_client, "OAUTHBEARER") != nullptr;
    refuse("401 Unauthorized", bearer
                                   ? "WWW-Authenticate: Basic realm=\"ActiveSync\", charset=\"UTF-8\"\r\n"
                                     "WWW-Authenticate: Bearer realm=\"ActiveSync\"\r\n"
                                   : "WWW-Authenticate: Basic realm=\"ActiveSync\", charset=\"UTF-8\"\r\n");
}

void LoginClient::refuse(char const *status, char const *more_fields)
{
    bool const go_on = m_keep_alive && m_body_bytes;
    std::string const answer = std::string("HTTP/1.1 ") + status + "\r\n" + more_fields +
                               "Content-Length: 0\r\nConnection: " + (go_on ? "keep-alive" : "close") +
                               "\r\n\r\n";
    client_send_raw_data(m_client, answer.data(), answer.size());
    m_header.clear();
    if (!go_on)
        return destroy_after_draining();
    m_state = State::skipping_body;
    if (m_client->io != nullptr)
        io_set_pending(m_client->io);
}

void LoginClient::skip_body()
{
    while (*m_body_bytes > 0) {
        size_t size;
        unsigned char const *data;
        int const ret = i_stream_read_more(m_client->input, &data, &size);
        if (ret < 0)
            return client_destroy_iostream_error(m_client);
        if (ret == 0)
            return;
        size_t const skipped = std::min(size, *m_body_bytes);
        i_stream_skip(m_client->input, skipped);
        *m_body_bytes -= skipped;
    }
    m_state = State::reading_header;
    read_header();
}

/// Closing with unread input makes the kernel reset the connection, and the client may never see the
/// answer. So the rest is read first, within limits.
void LoginClient::destroy_after_draining()
{
    m_state = State::draining;
    if (m_drain_timeout == nullptr)
        m_drain_timeout = timeout_add(drain_milliseconds, drained_long_enough, m_client);
    if (m_client->io != nullptr)
        io_set_pending(m_client->io);
}

void LoginClient::drain()
{
    size_t size;
    unsigned char const *data;
    int ret;
    while ((ret = i_stream_read_more(m_client->input, &data, &size)) > 0) {
        i_stream_skip(m_client->input, size);
        m_drained_bytes += size;
        if (m_drained_bytes > max_drained_bytes)
            break;
    }
    if (ret != 0)
        client_destroy(m_client, "Refused");
}

void LoginClient::disconnecting(enum client_disconnect_reason reason)
{
    if (m_state == State::draining || m_state == State::receiving_relogin)
        return;
    if (reason == CLIENT_DISCONNECT_TIMEOUT && m_state != State::authenticating) {
        if (!m_header.empty())
            client_send_raw(m_client,
                            "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
    }
    client_send_raw(m_client, "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\n"
                              "Content-Length: 0\r\nConnection: close\r\n\r\n");
}

} // namespace eas
