/* Settings of the service eas, as Dovecot's configuration reads them. C, since Dovecot's tables of
   settings do not compile as C++, in the style of Dovecot. conf.d/20-eas.conf explains each setting. */
/* clang-format off */
#ifndef EAS_SETTINGS_H
#define EAS_SETTINGS_H

struct eas_settings {
	bool verbose_proctitle;
	const char *rawlog_dir;

	unsigned int eas_ping_min_interval; /* seconds */
	unsigned int eas_ping_max_interval; /* seconds */
	uoff_t eas_max_request_size;        /* bytes */
	const char *eas_state_dir;          /* %variables are expanded, a leading ~/ is the user's home */
	const char *eas_calendar_dir;       /* as eas_state_dir; "" for no calendars */
	const char *eas_default_calendar;   /* names of directories in eas_calendar_dir */
	const char *eas_default_tasks;
	const char *eas_time_zone;          /* Olson or Windows name; "" for the machine's */
	const char *eas_free_busy;          /* who sees when the user is busy: no, domain or all */
	bool eas_invitations_tentative;
	bool eas_require_provisioning;
	bool eas_enabled;
	const char *eas_device_policy;      /* allow:quarantine:block */
	const char *eas_device_rules;       /* src/device/device-rules.h */
	unsigned int eas_max_devices;       /* 0 for no limit */
	const char *eas_quarantine_subject;
	const char *eas_quarantine_text;
	bool eas_policy_allow_partial;
	unsigned int eas_policy_refresh;    /* seconds, whole hours; 0 for never */
#define EAS_POLICY_BOOL(name, value, member) bool eas_policy_##name;
#define EAS_POLICY_NUMBER(name, value, member, low, high, other) unsigned int eas_policy_##name;
#define EAS_POLICY_LIMIT(name, member, low, high) const char *eas_policy_##name;
#define EAS_POLICY_LIST(name, member) const char *eas_policy_##name;
#include "settings/eas-policy-settings.def"
#undef EAS_POLICY_BOOL
#undef EAS_POLICY_NUMBER
#undef EAS_POLICY_LIMIT
#undef EAS_POLICY_LIST
	unsigned int eas_repeat_limit;      /* requests; 0 for no limit */
	unsigned int eas_login_lifetime;    /* seconds */
	const char *eas_redirect_url;       /* https://host/Microsoft-Server-ActiveSync; "" for here */
	const char *eas_server_name;        /* host or host:port; "" for the name in the request */
	const char *eas_debug_users;        /* masks of users, or of user/device id; space separated */
	const char *eas_debug_log;          /* as eas_state_dir, but a file */
	const char *eas_namespaces;         /* names or prefixes, space separated; "" for all */
	const char *eas_notes_mailbox;      /* "" for no notes */
	unsigned int eas_recipient_cache;   /* messages in Sent; 0 for no cache */
	const char *eas_internal_domains;   /* space separated; "" for those of the user's addresses */
	const char *eas_smime_ca_file;      /* PEM; "" with "" below: what the system trusts */
	const char *eas_smime_ca_dir;       /* as openssl rehash makes it, with lists of revocations */
	const char *eas_smime_crl_file;     /* PEM; "" for none */

	const char *eas_ldap_uris;          /* space separated; "" for no directory */
	const char *eas_ldap_bind_dn;
	const char *eas_ldap_password;
	bool eas_ldap_sasl_external;
	bool eas_ldap_start_tls;
	bool eas_ldap_tls_verify;
	const char *eas_ldap_tls_ca_file;
	const char *eas_ldap_tls_cert_file;
	const char *eas_ldap_tls_key_file;
	const char *eas_ldap_authorization_id; /* RFC 4513 5.2.1.8, with %variables; "" for none */
	unsigned int eas_ldap_connect_timeout; /* seconds */
	unsigned int eas_ldap_timeout;      /* seconds */
	const char *eas_ldap_contacts_base; /* DN with %variables */
	const char *eas_ldap_contacts_map;  /* a file; "" for the built-in one */
	bool eas_ldap_contacts_persistent_search; /* RFC 4533 3.4 */
	unsigned int eas_ldap_contacts_poll_interval; /* seconds; 0 for never */
	const char *eas_ldap_directory_bases; /* "Name: DN; Name: DN", with %variables */
	const char *eas_ldap_directory_filter; /* "" for all entries */
	const char *eas_ldap_directory_attributes; /* space separated */
	unsigned int eas_ldap_directory_min_length; /* characters */
	const char *eas_ldap_collected_base; /* DN with %variables */
	unsigned int eas_collect_recipients; /* addresses; 0 for none */
};

extern const struct setting_parser_info eas_setting_parser_info;

#endif
