// See login-client.h. The order of calls is that of imap-login (imap-login-client.c), with HTTP's answers.
#include "login/login-client.h"
#include "base/text.h"
#include "compat/push-back.h"
#include "login/fingerprint.h"
#include "login/request-header.h"
#include "request/connection-limiter.h"
#include "request/request-line.h"

namespace eas {

namespace {

/// Unread input that libdovecot-login may have to pass on with the compact header.
constexpr size_t max_unread_bytes = 512;
/// A refused request's body up to this size is skipped, so that the client can go on at once.
constexpr size_t max_skipped_body_bytes = 64 * 1024;
/// What is read and thrown away before a connection is closed, lest a reset overtakes the answer.
constexpr size_t max_drained_bytes = 1024 * 1024;
constexpr unsigned drain_milliseconds = 2000;
/// libdovecot-login 2.3 does not tell when a proxied connection is up, for protocols in which the client
/// speaks first.
constexpr unsigned proxy_poll_milliseconds = 5;

/// From a trusted eas-login in front of this one: what the client's own Authorization looks like.
constexpr char const *credentials_field = "X-Dovecot-EAS-Credentials";
constexpr char const *ttl_field = "X-Dovecot-EAS-TTL";

struct eas_client {
    struct client common;
    LoginClient *login;
};

std::string address_bytes(struct ip_addr const &ip)
{
    if (ip.family == AF_INET)
        return {reinterpret_cast<char const *>(&ip.u.ip4), sizeof(ip.u.ip4)};
    if (ip.family == AF_INET6)
        return {reinterpret_cast<char const *>(&ip.u.ip6), sizeof(ip.u.ip6)};
    return "";
}

void set_remote_address(struct client *client, struct ip_addr const &ip)
{
    client->ip = ip;
    event_add_str(client->event, "remote_ip", net_ip2addr(&ip));
}

/// Bearer has no user name; the plain form of the query has one (MS-ASHTTP 2.2.1.1.1.2.5).
std::string user_of_query(std::string_view target)
{
    size_t const query = target.find('?');
    if (query == target.npos)
        return "";
    for (std::string_view const parameter : split(target.substr(query + 1), '&'))
        if (parameter.size() > 5 && equals_ignoring_case(parameter.substr(0, 5), "User="))
            return login_user_name(percent_decode(parameter.substr(5)).value_or(""));
    return "";
}

template <class Bytes> std::string hex_of(Bytes const &bytes)
{
    return hex_encode({reinterpret_cast<char const *>(bytes.data()), bytes.size()});
}

std::optional<ConnectionCredentials> forwarded_credentials(RequestHeader const &header)
{
    auto const bytes = hex_decode(header.find(credentials_field));
    ConnectionCredentials credentials;
    if (!bytes || bytes->size() != credentials.key.size() + credentials.fingerprint.size())
        return std::nullopt;
    std::copy_n(bytes->begin(), credentials.key.size(), credentials.key.begin());
    std::copy(bytes->begin() + credentials.key.size(), bytes->end(), credentials.fingerprint.begin());
    return credentials;
}

/// Whom the connection limit is for: a user's device. "" if the request names none.
std::string device_of(std::string_view target, std::string const &user)
{
    size_t const query = target.find('?');
    auto const line = parse_query(query == target.npos ? "" : target.substr(query + 1));
    return line && !line->device_id.empty() ? user + ' ' + line->device_id : "";
}

/// Of this process, which may serve connections for years.
ConnectionLimiter &connection_limiter(uint32_t limit)
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

LoginClient::LoginClient(struct client *client, uint32_t connection_limit)
    : m_client(client), m_connection_limit(connection_limit)
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

void LoginClient::receive_relogin()
{
    char bytes[4096];
    int fd = -1;
    ssize_t const count = fd_read(m_client->fd, bytes, sizeof(bytes), &fd);
    if (fd != -1) {
        i_close_fd(&m_relogin_fd);
        m_relogin_fd = fd;
    }
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count <= 0)
        return client_destroy(m_client, "eas-relogin: the eas process hung up");

    m_relogin.append(bytes, count);
    Relogin relogin;
    switch (decode_relogin(m_relogin, relogin)) {
    case DecodeStatus::incomplete:
        return;
    case DecodeStatus::malformed:
        e_error(m_client->event, "eas-relogin: malformed message from an eas process");
        return client_destroy(m_client, "eas-relogin: malformed message");
    case DecodeStatus::ok:
        break;
    }
    if (m_relogin_fd == -1) {
        e_error(m_client->event, "eas-relogin: message without a descriptor");
        return client_destroy(m_client, "eas-relogin: no descriptor");
    }
    safe_memset(m_relogin.data(), 0, m_relogin.size());
    accept_relogin(relogin, std::exchange(m_relogin_fd, -1));
}

/// From here on this client is the connection that came, not the socket over which it came.
void LoginClient::accept_relogin(Relogin const &relogin, int fd)
{
    io_remove(&m_client->io);
    i_stream_unref(&m_client->input);
    o_stream_unref(&m_client->output);
    i_close_fd(&m_client->fd);

    net_set_nonblock(fd, TRUE);
    m_client->fd = fd;
    m_client->input = i_stream_create_fd(fd, max_unread_bytes);
    m_client->output = o_stream_create_fd(fd, LOGIN_MAX_OUTBUF_SIZE);
    o_stream_set_no_error_handling(m_client->output, TRUE);

    struct ip_addr ip;
    if (net_addr2ip(relogin.local_ip.c_str(), &ip) == 0)
        m_client->local_ip = m_client->real_local_ip = ip;
    m_client->local_port = m_client->real_local_port = relogin.local_port;
    if (net_addr2ip(relogin.remote_ip.c_str(), &ip) == 0)
        set_remote_address(m_client, ip);
    m_client->remote_port = m_client->real_remote_port = relogin.remote_port;
    m_client->real_remote_ip = m_client->ip;
    if (net_addr2ip(relogin.origin.peer.c_str(), &ip) == 0) {
        m_client->real_remote_ip = ip;
        m_peer = address_bytes(ip);
    }
    event_add_str(m_client->event, "local_ip", net_ip2addr(&m_client->local_ip));
    event_add_int(m_client->event, "local_port", m_client->local_port);
    event_add_int(m_client->event, "remote_port", m_client->remote_port);
    m_client->trusted = relogin.origin.trusted;
    m_client->secured = relogin.origin.secured;
    // TLS ends in the eas-login process that accepted the connection, as with a proxy that speaks TLS.
    m_client->ssl_secured = m_client->proxied_ssl = relogin.origin.ssl_secured;

    void **other_settings;
    m_client->set = login_settings_read(m_client->pool, &m_client->local_ip, &m_client->ip, nullptr,
                                        &m_client->ssl_set, &m_client->ssl_server_set, &other_settings);

    push_back(m_client->input, relogin.rest);
    m_header = relogin.header;
    m_state = State::reading_header;
    m_client->io = io_add_istream(m_client->input, client_input, m_client);
    io_set_pending(m_client->io);
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
    m_keep_alive = header->version == "1.1" ? !equals_ignoring_case(header->find("Connection"), "close")
                                            : equals_ignoring_case(header->find("Connection"), "keep-alive");
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

/// A trusted reverse proxy tells whom it speaks for.
void LoginClient::take_origin(RequestHeader const &header)
{
    struct ip_addr ip;
    if (!m_client->trusted || net_addr2ip(t_strdup(std::string(forwarded_for(header)).c_str()), &ip) < 0)
        return;
    m_peer = address_bytes(m_client->real_remote_ip);
    set_remote_address(m_client, ip);
}

/// Asked before anybody types a password into a connection that others can read.
bool LoginClient::cleartext_allowed() const
{
    return m_client->secured ||
           (!m_client->set->disable_plaintext_auth && strcmp(m_client->ssl_set->ssl, "required") != 0);
}

bool LoginClient::refuse_loop(RequestHeader const &header, Credentials const &credentials)
{
    m_device =
        device_of(header.target, credentials.kind == Credentials::Kind::basic ? credentials.user
                                                                              : user_of_query(header.target));
    auto const verdict = connection_limiter(m_connection_limit).check(m_device, time_of_loop());
    if (m_device.empty() || verdict == ConnectionLimiter::Verdict::admit)
        return false;
    if (verdict == ConnectionLimiter::Verdict::refuse_and_tell)
        e_warning(m_client->event,
                  "The device is in a loop: it has opened over eas_connection_limit connections: %s",
                  str_sanitize(m_device.c_str(), 128));
    refuse("503 Service Unavailable", "Retry-After: 60\r\nX-MS-ASThrottle: CommandFrequency\r\n");
    return true;
}

bool LoginClient::prepare_hand_over(RequestHeader const &header)
{
    m_compact = compact_header(header);
    if (m_compact.size() > max_compact_header_bytes)
        return false;
    auto const forwarded = m_client->trusted ? forwarded_credentials(header) : std::nullopt;
    m_credentials = forwarded ? *forwarded : credentials_of(header.find("Authorization"));
    if (auto const ttl = parse_unsigned(header.find(ttl_field)); m_client->trusted && ttl)
        m_client->proxy_ttl = *ttl;

    HandOver hand_over;
    hand_over.credentials = m_credentials;
    hand_over.origin.secured = m_client->secured;
    hand_over.origin.ssl_secured = m_client->ssl_secured;
    hand_over.origin.trusted = m_client->trusted;
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
        if (!m_device.empty())
            connection_limiter(m_connection_limit).count(m_device, time_of_loop());
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

void LoginClient::poll_proxy(struct client *client) noexcept
{
    of(client)->send_to_proxy();
}

void LoginClient::wait_for_proxy()
{
    if (m_proxy_timeout == nullptr)
        m_proxy_timeout = timeout_add_short(proxy_poll_milliseconds, poll_proxy, m_client);
}

/// The request goes to the backend with the credentials that the passdb gave. Later requests carry the
/// client's own: the backend, if it trusts us, recognises them by their fingerprint.
void LoginClient::send_to_proxy()
{
    if (m_client->login_proxy == nullptr)
        return timeout_remove(&m_proxy_timeout);
    struct ostream *output = login_proxy_get_ostream(m_client->login_proxy);
    if (output == nullptr)
        return;
    timeout_remove(&m_proxy_timeout);
    std::string user = m_client->proxy_user;
    if (m_client->proxy_master_user != nullptr)
        user.append("*").append(m_client->proxy_master_user);
    std::string request = m_compact.substr(0, m_compact.size() - 2);
    request += "Authorization: Basic " + base64_encode(user + ":" + m_client->proxy_password) + "\r\n";
    if (!m_client->proxy_not_trusted) {
        request += std::string("X-Forwarded-For: ") + net_ip2addr(&m_client->ip) + "\r\n";
        request += std::string(credentials_field) + ": " + hex_of(m_credentials.key) +
                   hex_of(m_credentials.fingerprint) + "\r\n";
        request += std::string(ttl_field) + ": " + std::to_string(m_client->proxy_ttl - 1) + "\r\n";
    }
    request += "\r\n";
    o_stream_nsend(output, request.data(), request.size());
    client_proxy_finish_destroy_client(m_client);
}

void LoginClient::proxy_failed(enum login_proxy_failure_type type, char const *reason, bool reconnecting)
{
    if (!reconnecting) {
        m_body_bytes.reset();
        refuse("503 Service Unavailable", "Retry-After: 30\r\n");
    }
    client_common_proxy_failed(m_client, type, reason, reconnecting);
}

} // namespace eas
