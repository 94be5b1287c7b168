// See meeting-mail.h.
#include "services/meeting-mail.h"
#include "base/random.h"
#include "base/text.h"
#include "services/sending.h"
#include "services/user-name.h"
#include <algorithm>

namespace eas {

namespace {

CalendarPerson sender(Session const &session)
{
    auto const addresses = session.ports.submission.addresses();
    return {addresses.empty() ? "" : addresses.front(), user_display_name(session.ports)};
}

std::optional<SendFailure> send_one(Session &session, ItipMail const &mail, std::string const &name)
{
    std::string const boundary = "=_" + hex_encode(random_bytes(16));
    std::string const mime = itip_mime(mail, sender(session), boundary);
    std::string const note = std::move(session.log_note);
    auto failure = send_message(session, mime, {}, name, true);
    std::string what =
        mail.method + (failure ? " not sent: " + failure->error.message : ' ' + session.log_note);
    session.log_note = note + (note.empty() ? "" : " ") + what;
    session.log_as_warning |= failure.has_value();
    return failure;
}

/// One recipient may be unknown, and then nobody got it.
void send_to_each(Session &session, ItipMail const &mail, std::string const &name)
{
    for (auto const &person : mail.to) {
        auto alone = mail;
        alone.to = {person};
        (void)send_one(session, alone, name + '-' + person.email);
    }
}

} // namespace

Result<void> send_meeting_mails(Session &session, std::vector<ItipMail> const &mails, std::string_view state)
{
    for (auto const &mail : mails) {
        auto const name = itip_mail_name(mail, state);
        auto const &sent = session.device.sent_client_ids;
        if (std::ranges::find(sent, name) != sent.end())
            continue;
        auto const failure = send_one(session, mail, name);
        if (failure && failure->error.kind == ErrorKind::temporary)
            return failure->error;
        if (failure && mail.to.size() > 1)
            send_to_each(session, mail, name);
    }
    return {};
}

} // namespace eas
