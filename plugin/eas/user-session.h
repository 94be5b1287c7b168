// The user of a connection: Dovecot's mail_user with what was read for it, known to anvil, so that
// `doveadm who` shows it and mail_max_userip_connections counts it. One a connection; no globals, since
// a process may serve several users (client_limit > 1).
#pragma once
#include "base/settings.h"
#include "eas/host.h"
#include <memory>

namespace eas {

class UserSession {
public:
    explicit UserSession(ConnectionInput const &input);
    /// Frees the user; the host learns that the connection has ended.
    ~UserSession();
    UserSession(UserSession const &) = delete;
    UserSession &operator=(UserSession const &) = delete;

    struct mail_user *user() const { return m_user; }
    struct event *event() const { return m_event; }
    Settings const &settings() const { return m_settings; }
    struct eas_settings const &dovecot_settings() const { return *m_dovecot_settings; }
    struct smtp_submit_settings const &smtp_settings() const { return *m_smtp_settings; }

    /// How this process asks about other users.
    struct mail_storage_service_ctx *service_context() const
    {
        return mail_storage_service_user_get_service_ctx(m_service_user);
    }

    /// The user's log prefix and other context, for what is not called by the event loop (which sets them).
    void activate() const { mail_storage_service_io_activate_user(m_service_user); }

    /// Path and start of the name of temporary files (mail_temp_dir).
    std::string temp_prefix() const;
    /// eas_calendar_dir; "" if the user has no calendars: the setting is empty, or it needs a home and the
    /// user has none.
    std::string calendar_directory() const;
    /// eas_debug_log with the user's home; "" likewise.
    std::string debug_log() const;

private:
    struct mail_user *m_user;
    struct mail_storage_service_user *m_service_user;
    struct event *m_event;
    struct eas_settings const *m_dovecot_settings;
    struct smtp_submit_settings const *m_smtp_settings;
    Settings m_settings;
    std::string m_anvil_ident; ///< "" when anvil was not told
};

} // namespace eas
