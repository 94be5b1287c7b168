// The file in which the requests of a user are written down whole, where eas_debug_users asks for it.
#pragma once
#include "eas/spool.h"
#include "eas/user-session.h"
#include "request/dispatch.h"

namespace eas {

class ContentLog {
public:
    /// `session` must outlive it.
    explicit ContentLog(UserSession const &session) : m_session(session) {}

    /// Appends request and answer, if they are asked for. What cannot be written is told in Dovecot's log
    /// once and is no reason not to serve.
    void add(HttpRequest const &request, HttpResponse const &response, Spool &answer);

private:
    bool is_wanted(std::string const &device_id) const;
    void append(std::string const &entry);
    void give_up(char const *what, std::string const &path);

    UserSession const &m_session;
    bool m_has_failed = false;
};

} // namespace eas
