/* libeas_settings.so: with it in modules/settings, doveconf and the config process know our settings
   and have the services eas-login, eas, eas-ping and eas-ldap-watch with these defaults; conf.d/20-eas.conf repeats
   what an admin may want to change.

   Who may connect to whom, as with imap and imap-hibernate: mail processes keep the supplementary group
   $default_internal_group after they have dropped root for whatever uid the user has, and the sockets
   that they need are open for that group. eas-ping runs as $default_internal_user and alone may hand a
   connection back through eas-master. */
#define HAVE_CONFIG_H 1
#include "config.h"
#include "lib.h"
#include "buffer.h"
#include "module-dir.h"
#include "settings-parser.h"
#include "service-settings.h"
#include "login-settings.h"
#include "settings/eas-login-settings.h"
#include "settings/eas-settings.h"

#define EXPORT __attribute__((visibility("default")))
#define LISTENERS(array) \
	{ { &array##_buf, sizeof(array[0]) } }
#define LISTENER_BUF(array) \
	static buffer_t array##_buf = { { { array, sizeof(array) } } }

static struct file_listener_settings eas_master_listener =
	{ "eas-master", 0600, "$default_internal_user", "" };
static struct file_listener_settings eas_login_socket =
	{ "login/eas", 0666, "", "" };
static struct file_listener_settings *eas_unix_listeners[] = {
	&eas_login_socket,
	&eas_master_listener
};
LISTENER_BUF(eas_unix_listeners);

static struct service_settings eas_service_settings = {
	.name = "eas",
	.protocol = "eas",
	.type = "",
	.executable = "eas",
	.user = "",
	.group = "",
	.privileged_group = "",
	.extra_groups = "$default_internal_group",
	.chroot = "",

	.drop_priv_before_exec = FALSE,

	.process_min_avail = 1,
	.process_limit = 1024,
	.client_limit = 1,
	.service_count = 1,
	.idle_kill = 0,
	.vsz_limit = UOFF_T_MAX,

	.unix_listeners = LISTENERS(eas_unix_listeners),
	.fifo_listeners = ARRAY_INIT,
	.inet_listeners = ARRAY_INIT
};

static struct inet_listener_settings eas_http_listener =
	{ .name = "eas", .address = "127.0.0.1", .port = 8008 };
static struct inet_listener_settings eas_https_listener =
	{ .name = "eass", .address = "", .port = 8443, .ssl = TRUE };
static struct inet_listener_settings *eas_inet_listeners[] = {
	&eas_http_listener,
	&eas_https_listener
};
LISTENER_BUF(eas_inet_listeners);

/* A request with other credentials than the connection's comes back to be authenticated. */
static struct file_listener_settings eas_relogin_listener =
	{ "eas-relogin", 0660, "", "$default_internal_group" };
static struct file_listener_settings *eas_login_unix_listeners[] = {
	&eas_relogin_listener
};
LISTENER_BUF(eas_login_unix_listeners);

static struct service_settings eas_login_service_settings = {
	.name = "eas-login",
	.protocol = "eas",
	.type = "login",
	.executable = "eas-login",
	.user = "$default_login_user",
	.group = "",
	.privileged_group = "",
	.extra_groups = "",
	.chroot = "login",

	.drop_priv_before_exec = FALSE,

	/* Phones keep TLS connections open for hours: one process for many of them, as IMAP's
	   high-performance mode has it, instead of a process a connection. */
	.process_min_avail = 0,
	.process_limit = 0,
	.client_limit = 0,
	.service_count = 0,
	.idle_kill = 0,
	.vsz_limit = UOFF_T_MAX,

	.unix_listeners = LISTENERS(eas_login_unix_listeners),
	.fifo_listeners = ARRAY_INIT,
	.inet_listeners = LISTENERS(eas_inet_listeners)
};

static struct file_listener_settings eas_ping_listener =
	{ "eas-ping", 0660, "", "$default_internal_group" };
/* Lists who waits for what, for doveadm eas who. */
static struct file_listener_settings eas_ping_status_listener =
	{ "eas-ping-status", 0600, "$default_internal_user", "" };
static struct file_listener_settings *eas_ping_unix_listeners[] = {
	&eas_ping_listener,
	&eas_ping_status_listener
};
LISTENER_BUF(eas_ping_unix_listeners);

static struct service_settings eas_ping_service_settings = {
	.name = "eas-ping",
	.protocol = "eas",
	.type = "",
	.executable = "eas-ping",
	.user = "$default_internal_user",
	.group = "",
	.privileged_group = "",
	.extra_groups = "",
	.chroot = "",

	.drop_priv_before_exec = FALSE,

	/* One process holds every waiting phone. */
	.process_min_avail = 0,
	.process_limit = 1,
	.client_limit = 10000,
	.service_count = 0,
	.idle_kill = 0,
	.vsz_limit = UOFF_T_MAX,

	.unix_listeners = LISTENERS(eas_ping_unix_listeners),
	.fifo_listeners = ARRAY_INIT,
	.inet_listeners = ARRAY_INIT
};

/* One process watches the address books of all phones that wait. */
static struct file_listener_settings eas_ldap_watch_listener =
	{ "eas-ldap-watch", 0600, "$default_internal_user", "" };
static struct file_listener_settings *eas_ldap_watch_unix_listeners[] = {
	&eas_ldap_watch_listener
};
LISTENER_BUF(eas_ldap_watch_unix_listeners);

static struct service_settings eas_ldap_watch_service_settings = {
	.name = "eas-ldap-watch",
	.protocol = "eas",
	.type = "",
	.executable = "eas-ldap-watch",
	.user = "$default_internal_user",
	.group = "",
	.privileged_group = "",
	.extra_groups = "",
	.chroot = "",

	.drop_priv_before_exec = FALSE,

	.process_min_avail = 0,
	.process_limit = 1,
	.client_limit = 10,
	.service_count = 0,
	.idle_kill = 0,
	.vsz_limit = UOFF_T_MAX,

	.unix_listeners = LISTENERS(eas_ldap_watch_unix_listeners),
	.fifo_listeners = ARRAY_INIT,
	.inet_listeners = ARRAY_INIT
};

/* What Dovecot looks for in a settings module. */
EXPORT extern const struct setting_parser_info *eas_settings_set_roots[];
const struct setting_parser_info *eas_settings_set_roots[] = {
	&eas_setting_parser_info,
	&eas_login_setting_parser_info,
	NULL
};
EXPORT extern struct service_settings *eas_settings_service_settings_array[];
struct service_settings *eas_settings_service_settings_array[] = {
	&eas_service_settings,
	&eas_login_service_settings,
	&eas_ping_service_settings,
	&eas_ldap_watch_service_settings,
	NULL
};
EXPORT extern const char *eas_settings_version;
const char *eas_settings_version = DOVECOT_ABI_VERSION;
EXPORT void eas_settings_init(struct module *module);
EXPORT void eas_settings_deinit(void);

void eas_settings_init(struct module *module ATTR_UNUSED)
{
}

void eas_settings_deinit(void)
{
}
