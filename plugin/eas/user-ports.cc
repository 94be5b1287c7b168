// See user-ports.h. The only place that picks implementations of the ports.
#include "eas/user-ports.h"
#include "base/text.h"
#include "eas/dovecot-mail-store.h"
#include "eas/other-calendars.h"
#include "eas/sieve-out-of-office.h"
#include "eas/smtp-submission.h"
#include "eas/user-state.h"
#include "stores/ics-store.h"
#include "stores/openssl-certificates.h"

namespace eas {

namespace {

std::unique_ptr<CertificateChecker> certificates(struct eas_settings const &set)
{
    return std::make_unique<OpenSslCertificates>(
        CertificateFiles{set.eas_smime_ca_file, set.eas_smime_ca_dir, set.eas_smime_crl_file});
}

/// Null if the user has no calendars. `state` must outlive it.
std::unique_ptr<CalendarStore> calendars(UserSession const &session, StateStore &state)
{
    auto const &set = session.dovecot_settings();
    IcsStoreSettings settings;
    settings.directory = session.calendar_directory();
    settings.default_calendar = set.eas_default_calendar;
    settings.default_tasks = set.eas_default_tasks;
    settings.files.fsync =
        mail_user_set_get_storage_set(session.user())->parsed_fsync_mode != FSYNC_MODE_NEVER;
    settings.files.warn = [](std::string const &text) { i_warning("%s", text.c_str()); };
    if (settings.directory.empty())
        return nullptr;
    return std::make_unique<IcsStore>(std::move(settings), state);
}

std::unique_ptr<OutOfOfficeStore> out_of_office(UserSession const &session, Submission &submission)
{
    SieveOutOfOffice::Identity identity{submission.addresses(), {}};
    for (auto const word : split(session.dovecot_settings().eas_internal_domains, ' '))
        if (!word.empty())
            identity.internal_domains.push_back(to_lower(word));
    return std::make_unique<SieveOutOfOffice>(session.user(), std::move(identity));
}

std::unique_ptr<FreeBusy> free_busy(UserSession const &session, Submission &submission)
{
    return std::make_unique<CalendarFreeBusy>([&](std::string_view address) {
        return open_calendars_of(session, address, submission.addresses());
    });
}

} // namespace

UserPorts::UserPorts(UserSession const &session)
    : m_state(open_state(session.user(), session.dovecot_settings().eas_state_dir)),
      m_mail(std::make_unique<DovecotMailStore>(session.user(), *m_state,
                                                session.dovecot_settings().eas_namespaces,
                                                session.dovecot_settings().eas_notes_mailbox)),
      m_submission(std::make_unique<SmtpSubmission>(session.user(), &session.smtp_settings())),
      m_clock(std::make_unique<SystemClock>()), m_certificates(certificates(session.dovecot_settings())),
      m_calendars(calendars(session, *m_state)), m_out_of_office(out_of_office(session, *m_submission)),
      m_free_busy(free_busy(session, *m_submission)),
      m_ldap(session, *m_state), m_ports{*m_mail,           *m_state,           *m_submission,
                                         *m_clock,          session.settings(), m_certificates.get(),
                                         m_calendars.get(), m_ldap.directory(), m_ldap.collected()}
{
    m_ports.contacts = m_ldap.contacts();
    m_ports.out_of_office = m_out_of_office.get();
    m_ports.free_busy = m_free_busy.get();
}

} // namespace eas
