/* Settings of the service eas-login beside those of Dovecot's log-in library. See eas-settings.h. */
#ifndef EAS_LOGIN_SETTINGS_H
#define EAS_LOGIN_SETTINGS_H

struct eas_login_settings {
	unsigned int eas_connection_limit;      /* connections of one device; 0 for no limit */
	unsigned int eas_user_connection_limit; /* of all devices of a user; likewise */
};

extern const struct setting_parser_info eas_login_setting_parser_info;

#endif
