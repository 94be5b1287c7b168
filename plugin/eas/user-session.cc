// See user-session.h. What is told to anvil is what imap tells (imap/imap-client.c), for the service eas.
#include "eas/user-session.h"
#include "base/text.h"
#include <filesystem>

namespace eas {

namespace {

void tell_anvil(char const *command, std::string const &ident)
{
    std::string const line = std::string(command) + "\t" + my_pid + "\teas/" + ident + "\n";
    master_service_anvil_send(master_service, line.c_str());
}

/// The name that /etc/localtime is a link to.
std::string machines_time_zone()
{
    constexpr std::string_view directory = "/zoneinfo/";
    std::error_code error;
    auto const target = std::filesystem::read_symlink("/etc/localtime", error).string();
    auto const found = target.find(directory);
    return error || found == target.npos ? "UTC" : target.substr(found + directory.size());
}

void read_policy_value(char const *text, Policy::Limit &value)
{
    value = text;
}

void read_policy_value(char const *text, int32_t &value)
{
    value = *text == '\0' ? -1 : static_cast<int32_t>(parse_signed(text).value_or(-1));
}

void read_policy_value(char const *text, std::optional<std::vector<std::string>> &value)
{
    for (auto piece : split(text, ';'))
        if (piece = trim(piece); !piece.empty()) {
            if (!value)
                value.emplace();
            value->emplace_back(piece);
        }
}

Policy policy(struct eas_settings const &set)
{
    Policy policy;
#define EAS_POLICY_BOOL(name, value, member) policy.member = set.eas_policy_##name;
#define EAS_POLICY_NUMBER(name, value, member, low, high, other) policy.member = set.eas_policy_##name;
#define EAS_POLICY_LIMIT(name, member, low, high) read_policy_value(set.eas_policy_##name, policy.member);
#define EAS_POLICY_LIST(name, member) read_policy_value(set.eas_policy_##name, policy.member);
#include "settings/eas-policy-settings.def"
#undef EAS_POLICY_BOOL
#undef EAS_POLICY_NUMBER
#undef EAS_POLICY_LIMIT
#undef EAS_POLICY_LIST
    return policy;
}

DevicePolicy device_policy(std::string_view name)
{
    return name == "allow"   ? DevicePolicy::allow
           : name == "block" ? DevicePolicy::block
                             : DevicePolicy::quarantine;
}

/// What plugin acl takes as the user's groups.
std::vector<std::string> groups(struct mail_user *user)
{
    std::vector<std::string> groups;
    char const *names = mail_user_plugin_getenv(user, "acl_groups");
    for (auto name : split(names == nullptr ? "" : names, ','))
        if (!name.empty())
            groups.emplace_back(name);
    return groups;
}

Settings protocol_settings(struct eas_settings const &set, struct mail_user *user)
{
    Settings settings;
    settings.ping_min_interval_seconds = set.eas_ping_min_interval;
    settings.ping_max_interval_seconds = set.eas_ping_max_interval;
    settings.max_request_bytes = set.eas_max_request_size;
    settings.repeat_limit = set.eas_repeat_limit;
    settings.login_lifetime_seconds = set.eas_login_lifetime;
    settings.server_name = set.eas_server_name;
    settings.redirect_url = set.eas_redirect_url;
    settings.recipient_cache_messages = set.eas_recipient_cache;
    settings.tentative_invitations = set.eas_invitations_tentative;
    if (char const *name = mail_user_plugin_getenv(user, "eas_user_name"); name != nullptr)
        settings.user_name = name;
    settings.require_provisioning = set.eas_require_provisioning;
    settings.enabled = set.eas_enabled;
    settings.device_policy = device_policy(set.eas_device_policy);
    settings.device_rules = set.eas_device_rules;
    settings.max_devices = set.eas_max_devices;
    settings.groups = groups(user);
    settings.quarantine_subject = set.eas_quarantine_subject;
    settings.quarantine_text = set.eas_quarantine_text;
    settings.policy = policy(set);
    settings.policy_allow_partial = set.eas_policy_allow_partial;
    settings.policy_refresh_hours = set.eas_policy_refresh / 3600;
    settings.time_zone = *set.eas_time_zone != '\0' ? set.eas_time_zone : machines_time_zone();
    return settings;
}

} // namespace

UserSession::UserSession(ConnectionInput const &input)
    : m_user(input.user), m_service_user(input.service_user), m_event(input.event),
      m_dovecot_settings(input.settings), m_smtp_settings(input.smtp_settings),
      m_settings(protocol_settings(*input.settings, input.user))
{
    event_ref(m_event);
    if (char const *ident = mail_user_get_anvil_userip_ident(m_user); ident != nullptr) {
        m_anvil_ident = ident;
        tell_anvil("CONNECT", m_anvil_ident);
    }
}

UserSession::~UserSession()
{
    if (!m_anvil_ident.empty())
        tell_anvil("DISCONNECT", m_anvil_ident);
    mail_user_deinit(&m_user);
    mail_storage_service_user_unref(&m_service_user);
    event_unref(&m_event);
    eas_host_connection_ended();
}

std::string UserSession::temp_prefix() const
{
    DataStackFrame frame;
    string_t *prefix = t_str_new(128);
    mail_user_set_get_temp_prefix(prefix, m_user->set);
    return str_c(prefix);
}

std::string UserSession::debug_log() const
{
    DataStackFrame frame;
    char const *path = m_dovecot_settings->eas_debug_log;
    return mail_user_try_home_expand(m_user, &path) < 0 || *path != '/' ? "" : path;
}

std::string UserSession::calendar_directory() const
{
    DataStackFrame frame;
    char const *path = m_dovecot_settings->eas_calendar_dir;
    return mail_user_try_home_expand(m_user, &path) < 0 || *path != '/' ? "" : path;
}

} // namespace eas
