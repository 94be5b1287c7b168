// See user-settings.h. doveadm asks the configuration for the service doveadm, so it sees what stands outside
// of protocol eas { }.
#include "doveadm/user-settings.h"

namespace eas {

namespace {

struct CloseParser {
    void operator()(struct setting_parser_context *parser) const { settings_parser_deinit(&parser); }
};
using Parser = std::unique_ptr<struct setting_parser_context, CloseParser>;

size_t value_bytes(enum setting_type type)
{
    switch (type) {
    case SET_BOOL:
        return sizeof(bool);
    case SET_SIZE:
        return sizeof(uoff_t);
    case SET_STR:
    case SET_STR_VARS:
    case SET_ENUM:
        return sizeof(char const *);
    default:
        return sizeof(unsigned int);
    }
}

/// Dovecot keeps userdb fields that are no settings of its own as if they were settings of a plugin.
Result<void> apply_userdb(struct mail_user *user, struct eas_settings *settings)
{
    Parser const parser(
        settings_parser_init(user->pool, &eas_setting_parser_info, SETTINGS_PARSER_FLAG_IGNORE_UNKNOWN_KEYS));
    auto *parsed = static_cast<char const *>(settings_parser_get(parser.get()));
    for (auto *define = eas_setting_parser_info.defines; define->key != nullptr; ++define) {
        char const *value = mail_user_plugin_getenv(user, define->key);
        if (value == nullptr)
            continue;
        if (settings_parse_keyvalue(parser.get(), define->key, value) < 0)
            return Error{ErrorKind::temporary, std::string("userdb: ") + define->key + ": " +
                                                   settings_parser_get_error(parser.get())};
        memcpy(reinterpret_cast<char *>(settings) + define->offset, parsed + define->offset,
               value_bytes(define->type));
    }
    return {};
}

} // namespace

void announce_settings()
{
    doveadm_setting_roots_add(&eas_setting_parser_info);
}

Result<struct eas_settings *> settings_of(struct mail_user *user)
{
    DataStackFrame frame;
    auto *settings = static_cast<struct eas_settings *>(settings_dup(
        &eas_setting_parser_info, doveadm_setting_roots_get_settings(&eas_setting_parser_info), user->pool));
    if (auto const applied = apply_userdb(user, settings); !applied)
        return applied.error();
    char const *error;
    if (settings_var_expand(&eas_setting_parser_info, settings, user->pool, mail_user_var_expand_table(user),
                            &error) <= 0)
        return Error{ErrorKind::temporary, std::string("Cannot expand the settings of EAS: ") + error};
    return settings;
}

} // namespace eas
