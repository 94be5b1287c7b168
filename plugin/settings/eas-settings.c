/* Names, types and defaults of our settings. Compiled into each program that reads them, and
   into libeas_settings.so, by which doveconf and Dovecot's config process know them. */
#define HAVE_CONFIG_H 1
#include "config.h"
#include "lib.h"
#include "settings-parser.h"
#include "mail-storage-settings.h"
#include "smtp-submit-settings.h"
#include "settings/device-rules-check.h"
#include "settings/eas-settings.h"

#include <stddef.h>

static bool eas_settings_verify(void *_set, pool_t pool, const char **error_r);

#define DEF(type, name) \
	SETTING_DEFINE_STRUCT_##type(#name, name, struct eas_settings)

static const struct setting_define eas_setting_defines[] = {
	DEF(BOOL, verbose_proctitle),
	DEF(STR_VARS, rawlog_dir),

	DEF(TIME, eas_ping_min_interval),
	DEF(TIME, eas_ping_max_interval),
	DEF(SIZE, eas_max_request_size),
	DEF(STR_VARS, eas_state_dir),
	DEF(STR_VARS, eas_calendar_dir),
	DEF(STR, eas_default_calendar),
	DEF(STR, eas_default_tasks),
	DEF(STR, eas_time_zone),
	DEF(ENUM, eas_free_busy),
	DEF(BOOL, eas_invitations_tentative),
	DEF(BOOL, eas_require_provisioning),
	DEF(BOOL, eas_enabled),
	DEF(ENUM, eas_device_policy),
	DEF(STR, eas_device_rules),
	DEF(UINT, eas_max_devices),
	DEF(STR, eas_quarantine_subject),
	DEF(STR, eas_quarantine_text),
	DEF(BOOL, eas_policy_allow_partial),
	DEF(TIME, eas_policy_refresh),
#define EAS_POLICY_BOOL(name, value, member) DEF(BOOL, eas_policy_##name),
#define EAS_POLICY_NUMBER(name, value, member, low, high, other) DEF(UINT, eas_policy_##name),
#define EAS_POLICY_LIMIT(name, member, low, high) DEF(STR, eas_policy_##name),
#define EAS_POLICY_LIST(name, member) DEF(STR, eas_policy_##name),
#include "settings/eas-policy-settings.def"
#undef EAS_POLICY_BOOL
#undef EAS_POLICY_NUMBER
#undef EAS_POLICY_LIMIT
#undef EAS_POLICY_LIST
	DEF(STR, eas_server_name),
	DEF(STR, eas_redirect_url),
	DEF(STR, eas_debug_users),
	DEF(STR_VARS, eas_debug_log),
	DEF(STR, eas_namespaces),
	DEF(STR, eas_notes_mailbox),
	DEF(UINT, eas_recipient_cache),
	DEF(STR, eas_internal_domains),
	DEF(UINT, eas_repeat_limit),
	DEF(TIME, eas_login_lifetime),
	DEF(STR, eas_smime_ca_file),
	DEF(STR, eas_smime_ca_dir),
	DEF(STR, eas_smime_crl_file),

	DEF(STR, eas_ldap_uris),
	DEF(STR, eas_ldap_bind_dn),
	DEF(STR, eas_ldap_password),
	DEF(BOOL, eas_ldap_sasl_external),
	DEF(BOOL, eas_ldap_start_tls),
	DEF(BOOL, eas_ldap_tls_verify),
	DEF(STR, eas_ldap_tls_ca_file),
	DEF(STR, eas_ldap_tls_cert_file),
	DEF(STR, eas_ldap_tls_key_file),
	DEF(STR, eas_ldap_authorization_id),
	DEF(TIME, eas_ldap_connect_timeout),
	DEF(TIME, eas_ldap_timeout),
	DEF(STR, eas_ldap_contacts_base),
	DEF(STR, eas_ldap_contacts_map),
	DEF(BOOL, eas_ldap_contacts_persistent_search),
	DEF(TIME, eas_ldap_contacts_poll_interval),
	DEF(STR, eas_ldap_directory_bases),
	DEF(STR, eas_ldap_directory_filter),
	DEF(STR, eas_ldap_directory_attributes),
	DEF(UINT, eas_ldap_directory_min_length),
	DEF(STR, eas_ldap_collected_base),
	DEF(UINT, eas_collect_recipients),

	SETTING_DEFINE_LIST_END
};

static const struct eas_settings eas_default_settings = {
	.verbose_proctitle = FALSE,
	.rawlog_dir = "",

	.eas_ping_min_interval = 60,
	.eas_ping_max_interval = 59*60,
	.eas_max_request_size = 64*1024*1024,
	.eas_state_dir = "~/.eas",
	.eas_calendar_dir = "~/calendars",
	.eas_default_calendar = "calendar",
	.eas_default_tasks = "tasks",
	.eas_time_zone = "",
	.eas_free_busy = "domain:no:all",
	.eas_invitations_tentative = FALSE,
	.eas_require_provisioning = FALSE,
	.eas_enabled = TRUE,
	.eas_device_policy = "quarantine:allow:block",
	.eas_device_rules = "",
	.eas_max_devices = 100,
	.eas_quarantine_subject = "Your mail is not on this device yet",
	.eas_quarantine_text = "This device has to be allowed before it shows your mail. "
		"Your administrator sees in the list of devices that it asks. "
		"As soon as the device is allowed, your folders appear by themselves.\\n\\n"
		"User: {user}\\nDevice: {device_type} {model}\\nDevice id: {device_id}\\n"
		"Asked at: {time}",
	.eas_policy_allow_partial = TRUE,
	.eas_policy_refresh = 0,
#define EAS_POLICY_BOOL(name, value, member) .eas_policy_##name = value,
#define EAS_POLICY_NUMBER(name, value, member, low, high, other) .eas_policy_##name = value,
#define EAS_POLICY_LIMIT(name, member, low, high) .eas_policy_##name = "",
#define EAS_POLICY_LIST(name, member) .eas_policy_##name = "",
#include "settings/eas-policy-settings.def"
#undef EAS_POLICY_BOOL
#undef EAS_POLICY_NUMBER
#undef EAS_POLICY_LIMIT
#undef EAS_POLICY_LIST
	.eas_server_name = "",
	.eas_redirect_url = "",
	.eas_debug_users = "",
	.eas_debug_log = "~/.eas/debug.log",
	.eas_namespaces = "",
	.eas_notes_mailbox = "Notes",
	.eas_recipient_cache = 200,
	.eas_internal_domains = "",
	.eas_repeat_limit = 50000,
	.eas_login_lifetime = 10 * 60,
	.eas_smime_ca_file = "",
	.eas_smime_ca_dir = "",
	.eas_smime_crl_file = "",

	.eas_ldap_uris = "",
	.eas_ldap_bind_dn = "",
	.eas_ldap_password = "",
	.eas_ldap_sasl_external = FALSE,
	.eas_ldap_start_tls = FALSE,
	.eas_ldap_tls_verify = TRUE,
	.eas_ldap_tls_ca_file = "",
	.eas_ldap_tls_cert_file = "",
	.eas_ldap_tls_key_file = "",
	.eas_ldap_authorization_id = "",
	.eas_ldap_connect_timeout = 3,
	.eas_ldap_timeout = 15,
	.eas_ldap_contacts_base = "",
	.eas_ldap_contacts_map = "",
	.eas_ldap_contacts_persistent_search = FALSE,
	.eas_ldap_contacts_poll_interval = 60,
	.eas_ldap_directory_bases = "",
	.eas_ldap_directory_filter = "(mail=*)",
	.eas_ldap_directory_attributes = "cn displayName givenName sn uid mail",
	.eas_ldap_directory_min_length = 2,
	.eas_ldap_collected_base = "",
	.eas_collect_recipients = 0,
};

static const struct setting_parser_info *eas_setting_dependencies[] = {
	&mail_user_setting_parser_info,
	&smtp_submit_setting_parser_info,
	NULL
};

const struct setting_parser_info eas_setting_parser_info = {
	.module_name = "eas",
	.defines = eas_setting_defines,
	.defaults = &eas_default_settings,

	.type_offset = SIZE_MAX,
	.struct_size = sizeof(struct eas_settings),

	.parent_offset = SIZE_MAX,

	.check_func = eas_settings_verify,
	.dependencies = eas_setting_dependencies
};

static bool in_range(uintmax_t value, uintmax_t low, uintmax_t high, uintmax_t other)
{
	return (value >= low && value <= high) || value == other;
}

static bool is_limit(const char *text, uintmax_t low, uintmax_t high)
{
	uintmax_t value;

	return *text == '\0' ||
		(str_to_uintmax(text, &value) == 0 && in_range(value, low, high, low));
}

static bool eas_policy_verify(const struct eas_settings *set, pool_t pool, const char **error_r)
{
#define EAS_POLICY_BOOL(name, value, member)
#define EAS_POLICY_NUMBER(name, value, member, low, high, other) \
	if (!in_range(set->eas_policy_##name, low, high, other)) { \
		*error_r = p_strdup_printf(pool, "eas_policy_" #name " must be %s, or from %s to %s", \
					   #other, #low, #high); \
		return FALSE; \
	}
#define EAS_POLICY_LIMIT(name, member, low, high) \
	if (!is_limit(set->eas_policy_##name, low, high)) { \
		*error_r = p_strdup_printf(pool, "eas_policy_" #name " must be empty, " \
					   "or a number from %s to %s", #low, #high); \
		return FALSE; \
	}
#define EAS_POLICY_LIST(name, member)
#include "settings/eas-policy-settings.def"
#undef EAS_POLICY_BOOL
#undef EAS_POLICY_NUMBER
#undef EAS_POLICY_LIMIT
#undef EAS_POLICY_LIST
	return TRUE;
}

static bool eas_settings_verify(void *_set, pool_t pool, const char **error_r)
{
	const struct eas_settings *set = _set;
	char rules_error[512];

	/* MS-ASCMD 2.2.3.84 (HeartbeatInterval): 60 to 3540 seconds in Sync; Ping's is the server's choice. */
	if (set->eas_ping_min_interval == 0) {
		*error_r = "eas_ping_min_interval must not be 0";
		return FALSE;
	}
	if (set->eas_ping_max_interval < set->eas_ping_min_interval) {
		*error_r = "eas_ping_max_interval must not be "
			"shorter than eas_ping_min_interval";
		return FALSE;
	}
	if (set->eas_max_request_size < 64*1024) {
		*error_r = "eas_max_request_size must be 64 kB at least";
		return FALSE;
	}
	if (strspn(set->eas_server_name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "abcdefghijklmnopqrstuvwxyz0123456789-.:[]") !=
	    strlen(set->eas_server_name)) {
		*error_r = "eas_server_name must be a host name, "
			"with :port behind it if it is not 443";
		return FALSE;
	}
	if (*set->eas_redirect_url != '\0' &&
	    (!str_begins(set->eas_redirect_url, "https://") ||
	     strpbrk(set->eas_redirect_url, " \t\r\n\"<>") != NULL ||
	     strcspn(set->eas_redirect_url + strlen("https://"), "/?#") == 0)) {
		*error_r = "eas_redirect_url must be a URL that begins with https://";
		return FALSE;
	}
	if (set->eas_ldap_connect_timeout == 0 || set->eas_ldap_timeout == 0) {
		*error_r = "eas_ldap_connect_timeout and eas_ldap_timeout must not be 0";
		return FALSE;
	}
	if (*set->eas_ldap_directory_filter != '\0' && *set->eas_ldap_directory_filter != '(') {
		*error_r = "eas_ldap_directory_filter must be in parentheses";
		return FALSE;
	}
	if (*set->eas_ldap_directory_attributes == '\0') {
		*error_r = "eas_ldap_directory_attributes must not be empty";
		return FALSE;
	}
	if (eas_device_rules_check(set->eas_device_rules, rules_error, sizeof(rules_error)) < 0) {
		*error_r = p_strdup_printf(pool, "eas_device_rules: %s", rules_error);
		return FALSE;
	}
	if (set->eas_policy_refresh % 3600 != 0) {
		*error_r = "eas_policy_refresh must be whole hours";
		return FALSE;
	}
	if (!eas_policy_verify(set, pool, error_r))
		return FALSE;
	if (*set->eas_state_dir == '\0') {
		*error_r = "eas_state_dir must not be empty";
		return FALSE;
	}
	return TRUE;
}
