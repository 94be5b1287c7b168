// Where a connection of LoginClient comes from: back from an eas process (the listener eas-relogin), or
// through a reverse proxy.
#include "compat/push-back.h"
#include "login/login-client.h"
#include "login/request-header.h"

namespace eas {

namespace {

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

} // namespace

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

/// A trusted reverse proxy tells whom it speaks for.
void LoginClient::take_origin(RequestHeader const &header)
{
    struct ip_addr ip;
    if (!m_client->trusted || net_addr2ip(t_strdup(std::string(forwarded_for(header)).c_str()), &ip) < 0)
        return;
    m_peer = address_bytes(m_client->real_remote_ip);
    set_remote_address(m_client, ip);
}

} // namespace eas
