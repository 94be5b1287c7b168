// eas: the user's mail process. A thin host: it gets connections with their user from eas-login (or back
// from eas-ping), drops to the user's rights, loads mail_plugins, and leaves the rest to the module.
#include "eas/host.h"
#include "eas/resume-listener.h"
#include "ping/park-message.h"

namespace {

using eas::ConnectionInput;

struct event_category event_category_eas = {};
eas::ModuleFunctions const *module_functions = nullptr;
struct mail_storage_service_ctx *storage_service = nullptr;
struct master_login *login_service = nullptr;

constexpr char const *unavailable_answer = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\n"
                                           "Content-Length: 0\r\nConnection: close\r\n\r\n";

void answer_unavailable(int fd)
{
    if (write(fd, unavailable_answer, strlen(unavailable_answer)) < 0) {
        // the client is gone: nobody to tell
    }
}

struct event *create_event(struct mail_storage_service_input const &input)
{
    struct event *event = event_create(nullptr);
    event_add_category(event, &event_category_eas);
    event_add_str(event, "user", input.username);
    if (input.local_ip.family != 0)
        event_add_str(event, "local_ip", net_ip2addr(&input.local_ip));
    if (input.local_port != 0)
        event_add_int(event, "local_port", input.local_port);
    if (input.remote_ip.family != 0)
        event_add_str(event, "remote_ip", net_ip2addr(&input.remote_ip));
    if (input.remote_port != 0)
        event_add_int(event, "remote_port", input.remote_port);
    return event;
}

/// Settings with this user's %variables; order as in setting_roots, behind Dovecot's own at 0.
bool read_settings(struct mail_user *user, struct mail_storage_service_user *service_user,
                   ConnectionInput &connection, char const **error_r)
{
    void **sets = mail_storage_service_user_get_set(service_user);
    auto *smtp_settings = static_cast<struct smtp_submit_settings *>(sets[1]);
    auto *settings = static_cast<struct eas_settings *>(sets[2]);
    struct var_expand_table const *variables = mail_user_var_expand_table(user);
    if (settings_var_expand(&smtp_submit_setting_parser_info, smtp_settings, user->pool, variables,
                            error_r) <= 0 ||
        settings_var_expand(&eas_setting_parser_info, settings, user->pool, variables, error_r) <= 0)
        return false;
    connection.settings = settings;
    connection.smtp_settings = smtp_settings;
    return true;
}

/// Makes the user and gives the connection to the module. "" or why it could not; then fd is still the
/// caller's.
std::string connect_user(struct mail_storage_service_input input, ConnectionInput connection,
                         std::optional<uid_t> required_uid)
{
    input.module = input.service = "eas";
    connection.event = create_event(input);
    input.event_parent = connection.event;
    char const *error = nullptr;
    bool ok = mail_storage_service_lookup_next(storage_service, &input, &connection.service_user,
                                               &connection.user, &error) > 0;
    if (!ok) {
        event_unref(&connection.event);
        return error;
    }
    if (module_functions == nullptr) {
        error = "The module is not loaded: add eas to mail_plugins in protocol eas { }";
        ok = false;
    } else if (required_uid && geteuid() != *required_uid) {
        error = t_strdup_printf("parked by uid %s, but the user's is %s", dec2str(*required_uid),
                                dec2str(geteuid()));
        ok = false;
    } else if (!read_settings(connection.user, connection.service_user, connection, &error)) {
        ok = false;
    }
    std::string const failure = ok ? "" : error;
    if (ok) {
        restrict_access_allow_coredumps(TRUE);
        event_add_str(connection.event, "session", connection.user->session_id);
        module_functions->connected(connection);
    } else {
        mail_user_deinit(&connection.user);
        mail_storage_service_user_unref(&connection.service_user);
    }
    event_unref(&connection.event);
    return failure;
}

void login_connected(struct master_login_client const *client, char const *username,
                     char const *const *extra_fields) noexcept
{
    struct mail_storage_service_input input;
    i_zero(&input);
    input.local_ip = client->auth_req.local_ip;
    input.remote_ip = client->auth_req.remote_ip;
    input.local_port = client->auth_req.local_port;
    input.remote_port = client->auth_req.remote_port;
    input.username = username;
    input.userdb_fields = extra_fields;
    input.session_id = client->session_id;
    input.conn_secured = (client->auth_req.flags & MAIL_AUTH_REQUEST_FLAG_CONN_SECURED) != 0;
    input.conn_ssl_secured = (client->auth_req.flags & MAIL_AUTH_REQUEST_FLAG_CONN_SSL_SECURED) != 0;

    ConnectionInput connection = {};
    connection.fd = client->fd;
    connection.handed_over = {reinterpret_cast<char const *>(client->data), client->auth_req.data_size};
    std::string const failure = connect_user(input, connection, std::nullopt);
    if (failure.empty())
        return;
    i_error("%s", failure.c_str());
    answer_unavailable(client->fd);
    int fd = client->fd;
    i_close_fd(&fd);
    master_service_client_connection_destroyed(master_service);
}

void login_failed(struct master_login_client const *client, char const *) noexcept
{
    answer_unavailable(client->fd);
}

/// A phone that waited, back from eas-ping. The userdb is asked again: eas-ping keeps no rights.
std::string resume_connection(std::string_view body, int fd)
{
    auto const message = eas::decode_resume(body);
    auto const record = message ? eas::decode_connection(message->connection) : std::nullopt;
    struct mail_storage_service_input input;
    i_zero(&input);
    std::string failure = "malformed resume message";
    if (record) {
        (void)net_addr2ip(record->local_ip.c_str(), &input.local_ip);
        (void)net_addr2ip(record->remote_ip.c_str(), &input.remote_ip);
        input.local_port = record->local_port;
        input.remote_port = record->remote_port;
        input.username = message->user.c_str();
        input.session_id = record->session_id.empty() ? nullptr : record->session_id.c_str();
        input.conn_secured = record->secured;
        input.conn_ssl_secured = record->ssl_secured;
        input.flags_override_add = MAIL_STORAGE_SERVICE_FLAG_USERDB_LOOKUP;
        ConnectionInput connection = {};
        connection.fd = fd;
        connection.resume = body;
        failure = connect_user(input, connection, message->parked_by_uid);
    }
    if (!failure.empty()) {
        i_error("eas-master: Cannot resume a waiting connection: %s", failure.c_str());
        i_close_fd(&fd);
        master_service_client_connection_destroyed(master_service);
    }
    return failure;
}

void client_connected(struct master_service_connection *connection) noexcept
{
    master_service_client_connection_accept(connection);
    if (strcmp(connection->name, "eas-master") == 0)
        eas::listen_for_resume(connection->fd, resume_connection, eas_host_connection_ended);
    else
        master_login_add(login_service, connection->fd);
}

void stop() noexcept
{
    if (module_functions != nullptr)
        module_functions->stop();
}

/// As the configuration has them, without %variables expanded and without what the userdb says of a user;
/// order as in setting_roots, behind Dovecot's own at 0, which `user_info` describes. Null, and why.
void **read_configuration(char const *user, pool_t pool, struct setting_parser_info const **user_info_r,
                          char const **error_r)
{
    struct mail_storage_service_input input;
    i_zero(&input);
    input.module = input.service = "eas";
    input.username = user;
    struct setting_parser_context const *parser = nullptr;
    if (mail_storage_service_read_settings(storage_service, &input, pool, user_info_r, &parser, error_r) < 0)
        return nullptr;
    return master_service_settings_parser_get_others(master_service, parser);
}

/// The pool stays: Dovecot refers to what it finds there from its own tables.
struct eas_settings const *read_configured_settings(char const *user, char const **error_r)
{
    pool_t const pool = pool_alloconly_create("configured settings", 4096);
    struct setting_parser_info const *user_info = nullptr;
    void **sets = read_configuration(user, pool, &user_info, error_r);
    return sets == nullptr
               ? nullptr
               : static_cast<struct eas_settings *>(settings_dup(&eas_setting_parser_info, sets[2], pool));
}

/// While nobody waits: Dovecot loads mail_plugins when there is a user, whose answer takes twice as long
/// then. What fails here fails there again, and is logged.
void load_modules()
{
    char const *error = nullptr;
    pool_t pool = pool_alloconly_create("configuration", 4096);
    struct setting_parser_info const *user_info = nullptr;
    if (void **sets = read_configuration(nullptr, pool, &user_info, &error); sets != nullptr) {
        auto const *user_set = static_cast<struct mail_user_settings *>(sets[0]);
        struct module_dir_load_settings module_set;
        i_zero(&module_set);
        module_set.abi_version = DOVECOT_ABI_VERSION;
        module_set.binary_name = master_service_get_name(master_service);
        module_set.setting_name = "mail_plugins";
        module_set.require_init_funcs = TRUE;
        module_set.debug =
            static_cast<struct mail_storage_settings const *>(
                mail_user_set_get_driver_settings(user_info, user_set, MAIL_STORAGE_SET_DRIVER_NAME))
                ->mail_debug;
        (void)module_dir_try_load_missing(&mail_storage_service_modules, user_set->mail_plugin_dir,
                                          user_set->mail_plugins, &module_set, &error);
    }
    pool_unref(&pool);
}

} // namespace

void eas_host_register(eas::ModuleFunctions const *functions)
{
    module_functions = functions;
}

void eas_host_connection_ended()
{
    master_service_client_connection_destroyed(master_service);
}

struct eas_settings const *eas_host_settings_of(char const *user, struct var_expand_table const *variables,
                                                pool_t pool, char const **error_r)
{
    static struct eas_settings const *configured = nullptr;
    if (configured == nullptr)
        configured = read_configured_settings(user, error_r);
    if (configured == nullptr)
        return nullptr;
    auto *settings =
        static_cast<struct eas_settings *>(settings_dup(&eas_setting_parser_info, configured, pool));
    if (settings_var_expand(&eas_setting_parser_info, settings, pool, variables, error_r) <= 0)
        return nullptr;
    return settings;
}

int main(int argc, char *argv[])
{
    static struct setting_parser_info const *setting_roots[] = {&smtp_submit_setting_parser_info,
                                                                &eas_setting_parser_info, nullptr};
    struct master_login_settings login_settings;
    char const *error;

    i_zero(&login_settings);
    login_settings.postlogin_timeout_secs = MASTER_POSTLOGIN_TIMEOUT_DEFAULT;
    login_settings.request_auth_token = TRUE;
    event_category_eas.name = "eas";

    master_service = master_service_init("eas", MASTER_SERVICE_FLAG_KEEP_CONFIG_OPEN, &argc, &argv, "");
    if (master_getopt(master_service) > 0)
        return FATAL_DEFAULT;
    if (getenv(MASTER_IS_PARENT_ENV) == nullptr)
        i_fatal("eas is started by Dovecot, not by hand");
    master_service_set_die_callback(master_service, stop);

    if (t_abspath("auth-master", &login_settings.auth_socket_path, &error) < 0)
        i_fatal("t_abspath(auth-master) failed: %s", error);
    if (argv[optind] != nullptr && t_abspath(argv[optind], &login_settings.postlogin_socket_path, &error) < 0)
        i_fatal("t_abspath(%s) failed: %s", argv[optind], error);
    login_settings.callback = login_connected;
    login_settings.failure_callback = login_failed;
    login_service = master_login_init(master_service, &login_settings);
    storage_service =
        mail_storage_service_init(master_service, setting_roots, MAIL_STORAGE_SERVICE_FLAG_NO_SSL_CA);
    load_modules();
    master_service_init_finish(master_service);

    master_service_run(master_service, client_connected);

    eas::close_resume_listeners();
    if (module_functions != nullptr)
        module_functions->deinit();
    master_login_deinit(&login_service);
    mail_storage_service_deinit(&storage_service);
    master_service_deinit(&master_service);
    return 0;
}
