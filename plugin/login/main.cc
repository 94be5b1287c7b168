// eas-login: the unprivileged, chrooted front, on libdovecot-login as imap-login is. Here is only the
// table by which the library calls us; login-client.cc does the work. No exception may pass through the
// library: what throws loses its own connection and no other.
#include "login/login-client.h"
#include <exception>

namespace {

using eas::LoginClient;

template <class Function> void guard(struct client *client, Function function) noexcept
{
    LoginClient *login = LoginClient::of(client);
    if (login == nullptr)
        return; // destroyed meanwhile
    try {
        function(login);
    } catch (std::exception const &exception) {
        e_error(client->event, "eas-login: %s", exception.what());
        if (!client->destroyed)
            client_destroy(client, "Internal error");
    }
}

struct client *eas_client_alloc(pool_t pool) noexcept
{
    return LoginClient::allocate(pool);
}

void eas_client_create(struct client *client, void **other_sets) noexcept
{
    auto const *set = static_cast<struct eas_login_settings const *>(other_sets[0]);
    (new LoginClient(client, {set->eas_connection_limit, set->eas_user_connection_limit}))->start();
}

void eas_client_destroy(struct client *client) noexcept
{
    LoginClient::free(client);
}

void eas_client_notify_auth_ready(struct client *client) noexcept
{
    client->banner_sent = TRUE; // HTTP has no greeting
    if (client->io != nullptr)
        io_set_pending(client->io);
}

void eas_client_notify_disconnect(struct client *client, enum client_disconnect_reason reason,
                                  char const *) noexcept
{
    guard(client, [&](LoginClient *login) { login->disconnecting(reason); });
}

void eas_client_notify_status(struct client *, bool, char const *) noexcept {}

void eas_client_input(struct client *client) noexcept
{
    struct client *kept = client;
    client_ref(kept);
    guard(client, [](LoginClient *login) { login->input(); });
    client_unref(&kept);
}

void eas_client_auth_result(struct client *client, enum client_auth_result result,
                            struct client_auth_reply const *, char const *text) noexcept
{
    guard(client, [&](LoginClient *login) { login->auth_result(result, text); });
}

/// OAUTHBEARER explains a failure in a challenge, which the client acknowledges; HTTP has none of that.
void eas_client_auth_send_challenge(struct client *, char const *) noexcept {}

void eas_client_auth_parse_response(struct client *client) noexcept
{
    client_auth_respond(client, "");
}

void eas_client_proxy_reset(struct client *) noexcept {}

int eas_client_proxy_parse_line(struct client *, char const *) noexcept
{
    return 0;
}

void eas_client_proxy_failed(struct client *client, enum login_proxy_failure_type type, char const *reason,
                             bool reconnecting) noexcept
{
    guard(client, [&](LoginClient *login) { login->proxy_failed(type, reason, reconnecting); });
}

char const *eas_client_proxy_get_state(struct client *) noexcept
{
    return "connecting";
}

struct client_vfuncs make_vfuncs()
{
    struct client_vfuncs vfuncs = {};
    vfuncs.alloc = eas_client_alloc;
    vfuncs.create = eas_client_create;
    vfuncs.destroy = eas_client_destroy;
    vfuncs.notify_auth_ready = eas_client_notify_auth_ready;
    vfuncs.notify_disconnect = eas_client_notify_disconnect;
    vfuncs.notify_status = eas_client_notify_status;
    vfuncs.input = eas_client_input;
    vfuncs.auth_send_challenge = eas_client_auth_send_challenge;
    vfuncs.auth_parse_response = eas_client_auth_parse_response;
    vfuncs.auth_result = eas_client_auth_result;
    vfuncs.proxy_reset = eas_client_proxy_reset;
    vfuncs.proxy_parse_line = eas_client_proxy_parse_line;
    vfuncs.proxy_failed = eas_client_proxy_failed;
    vfuncs.proxy_get_state = eas_client_proxy_get_state;
    vfuncs.send_raw_data = client_common_send_raw_data;
    vfuncs.free = client_common_default_free;
    return vfuncs;
}

struct setting_parser_info const *login_roots[] = {&login_setting_parser_info, &eas_login_setting_parser_info,
                                                   nullptr};

void eas_login_preinit() noexcept
{
    login_set_roots = login_roots;
}

void eas_login_init() noexcept {}

void eas_login_deinit() noexcept
{
    clients_destroy_all();
}

} // namespace

int main(int argc, char *argv[])
{
    struct client_vfuncs const vfuncs = make_vfuncs();
    struct login_binary binary = {};
    binary.protocol = "eas";
    binary.process_name = "eas-login";
    binary.default_port = 80;
    binary.default_ssl_port = 443;
    binary.event_category.name = "eas";
    binary.client_vfuncs = &vfuncs;
    binary.preinit = eas_login_preinit;
    binary.init = eas_login_init;
    binary.deinit = eas_login_deinit;
    return login_binary_run(&binary, argc, argv);
}
