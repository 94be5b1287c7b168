// What the protocol works with for one user: Dovecot's storage, state files in the user's home, sending
// with the user's envelope, the clock of the machine.
#pragma once
#include "eas/ldap-ports.h"
#include "eas/user-session.h"
#include "session/session.h"
#include <memory>

namespace eas {

class UserPorts {
public:
    /// `session` must outlive this.
    explicit UserPorts(UserSession const &session);
    Ports &ports() { return m_ports; }

private:
    std::unique_ptr<StateStore> m_state;
    std::unique_ptr<MailStore> m_mail; ///< after the state: it keeps annotations there
    std::unique_ptr<Submission> m_submission;
    std::unique_ptr<Clock> m_clock;
    std::unique_ptr<CertificateChecker> m_certificates;
    std::unique_ptr<CalendarStore> m_calendars; ///< null: the user has none
    std::unique_ptr<OutOfOfficeStore> m_out_of_office;
    std::unique_ptr<FreeBusy> m_free_busy;
    LdapPorts m_ldap;
    Ports m_ports;
};

} // namespace eas
