// doveadm eas policy show: what new devices of a user meet, and what policy they are asked to apply. See
// device-commands.h.
#include "doveadm/device-commands.h"
#include "doveadm/print.h"
#include "doveadm/user-command.h"

namespace eas {

namespace {

/// Settings, or the beginnings of their names.
constexpr std::array<std::string_view, 5> shown_settings{"eas_enabled", "eas_device_", "eas_max_devices",
                                                         "eas_require_provisioning", "eas_policy_"};

bool is_shown(std::string_view name)
{
    return std::ranges::any_of(shown_settings, [&](auto known) { return name.starts_with(known); });
}

/// As it may stand in the configuration. An enumeration that nobody set still has all its values: the first
/// counts.
std::string value_of(struct setting_define const &define, struct eas_settings const &settings)
{
    auto const *value = reinterpret_cast<char const *>(&settings) + define.offset;
    switch (define.type) {
    case SET_BOOL:
        return *reinterpret_cast<bool const *>(value) ? "yes" : "no";
    case SET_TIME:
        return std::to_string(*reinterpret_cast<unsigned const *>(value)) + " secs";
    case SET_UINT:
        return std::to_string(*reinterpret_cast<unsigned const *>(value));
    case SET_SIZE:
        return std::to_string(*reinterpret_cast<uoff_t const *>(value));
    case SET_ENUM: {
        std::string const text = *reinterpret_cast<char const *const *>(value);
        return text.substr(0, text.find(':'));
    }
    case SET_STR:
    case SET_STR_VARS:
        return *reinterpret_cast<char const *const *>(value);
    default:
        return "";
    }
}

class PolicyShow final : public UserCommand {
public:
    void start() override
    {
        if (!arguments().empty())
            help();
        print_columns({{"setting", "Setting"}, {"value", "Value"}});
    }
    Result<void> run(AdministeredUser &user) override
    {
        for (auto *define = eas_setting_parser_info.defines; define->key != nullptr; ++define)
            if (is_shown(define->key))
                print_row({define->key, value_of(*define, user.settings)});
        return {};
    }
};

} // namespace

struct doveadm_mail_cmd_context *policy_show()
{
    return attach_command(std::make_unique<PolicyShow>(), "", DOVEADM_PRINT_TYPE_TABLE);
}

} // namespace eas
