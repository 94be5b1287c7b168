// eas-ldap-watch: tells eas-ping when address books in the LDAP directory change (stores/ldap-watch.h). A
// process of its own, because libldap blocks and eas-ping must not; and so that only it and the users'
// processes have the directory's password.
#include "compat/storage.h"
#include "eas/ldap-settings.h"
#include "ldap-watch/watcher.h"

namespace {

using namespace eas;

Watcher *watcher;

void client_connected(struct master_service_connection *connection)
{
    master_service_client_connection_accept(connection);
    watcher->add(connection->fd);
}

struct eas_settings const &read_settings()
{
    struct setting_parser_info const *roots[] = {&eas_setting_parser_info, nullptr};
    struct master_service_settings_input input;
    struct master_service_settings_output output;
    char const *error;
    i_zero(&input);
    input.roots = roots;
    input.module = "eas";
    input.service = "eas";
    if (master_service_settings_read(master_service, &input, &output, &error) < 0)
        i_fatal("Error reading configuration: %s", error);
    return *static_cast<struct eas_settings *>(master_service_settings_get_others(master_service)[0]);
}

LdapWatchSettings watch_settings(struct eas_settings const &set)
{
    LdapWatchSettings settings;
    settings.connection = ldap_settings(set, "");
    settings.is_persistent = set.eas_ldap_contacts_persistent_search;
    settings.contacts_base = set.eas_ldap_contacts_base;
    settings.poll_seconds = set.eas_ldap_contacts_poll_interval;
    settings.warn = [](std::string const &text) { i_warning("%s", text.c_str()); };
    settings.inform = [](std::string const &text) { i_info("%s", text.c_str()); };
    return settings;
}

} // namespace

int main(int argc, char *argv[])
{
    master_service = master_service_init("eas-ldap-watch", master_service_flags(0), &argc, &argv, "");
    if (master_getopt(master_service) > 0)
        return FATAL_DEFAULT;
    struct eas_settings const &settings = read_settings();
    master_service_init_log(master_service);
    restrict_access_by_env(RESTRICT_ACCESS_FLAG_ALLOW_ROOT, nullptr);
    restrict_access_allow_coredumps(true);
    watcher = new Watcher(watch_settings(settings));
    master_service_init_finish(master_service);

    master_service_run(master_service, client_connected);

    delete watcher;
    master_service_deinit(&master_service);
    return 0;
}
