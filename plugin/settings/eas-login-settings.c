/* See eas-login-settings.h. Compiled twice, as eas-settings.c is: into eas-login, and into
   libeas_settings.so. */
#define HAVE_CONFIG_H 1
#include "config.h"
#include "lib.h"
#include "settings-parser.h"
#include "login-settings.h"
#include "settings/eas-login-settings.h"

#include <stddef.h>

#define DEF(type, name) \
	SETTING_DEFINE_STRUCT_##type(#name, name, struct eas_login_settings)

static const struct setting_define eas_login_setting_defines[] = {
	DEF(UINT, eas_connection_limit),
	DEF(UINT, eas_user_connection_limit),

	SETTING_DEFINE_LIST_END
};

static const struct eas_login_settings eas_login_default_settings = {
	.eas_connection_limit = 50000,
	.eas_user_connection_limit = 200000,
};

static const struct setting_parser_info *eas_login_setting_dependencies[] = {
	&login_setting_parser_info,
	NULL
};

/* The module has the name of the service: so eas-login gets what the admin configured. */
const struct setting_parser_info eas_login_setting_parser_info = {
	.module_name = "eas-login",
	.defines = eas_login_setting_defines,
	.defaults = &eas_login_default_settings,

	.type_offset = SIZE_MAX,
	.struct_size = sizeof(struct eas_login_settings),

	.parent_offset = SIZE_MAX,

	.dependencies = eas_login_setting_dependencies
};
