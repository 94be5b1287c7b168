// Where a connection of LoginClient goes when the passdb says that another server has the user.
#include "base/text.h"
#include "login/forwarded.h"
#include "login/login-client.h"

namespace eas {

namespace {

/// libdovecot-login 2.3 does not tell when a proxied connection is up, for protocols in which the client
/// speaks first.
constexpr unsigned proxy_poll_milliseconds = 5;

} // namespace

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
    if (!m_client->proxy_not_trusted)
        request += forwarding_fields(net_ip2addr(&m_client->ip), m_credentials, m_client->proxy_ttl - 1);
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
