// The mail that tells the organizer what the user answered. From 16.0 on the server sends it, where the
// client asks for it with SendResponse; up to 14.1 the client does. MS-ASCMD 2.2.1.11.
#pragma once
#include "commands/meeting-response-messages.h"
#include "items/calendar.h"
#include "mapping/calendar-context.h"
#include "mapping/invitation.h"
#include "session/session.h"
#include <optional>
#include <string>
#include <string_view>

namespace eas {

class MeetingAnswerMail {
public:
    /// The session, `send` and `context` must stay alive. `occasion` names this answer among all: it is sent
    /// once.
    MeetingAnswerMail(Session &session, std::optional<SendResponse> const &send, Attendee::Status answer,
                      CalendarContext const &context, std::string occasion)
        : m_session(session), m_send(send), m_answer(answer), m_context(context),
          m_occasion(std::move(occasion))
    {}

    /// To the whole of `document`, or to one instance of it. bad_request: it has no such instance. temporary:
    /// nothing was sent.
    Result<void> send(IcalDocument const &document, std::optional<Instant> instance) const;
    /// To an invitation to what is `stored` ("" for nothing). One that is outdated changes no more than the
    /// answer, which is to the meeting as it is now: to an older SEQUENCE it would not count.
    Result<void> send(Invitation const &invitation, std::string_view stored) const;

private:
    Session &m_session;
    std::optional<SendResponse> const &m_send;
    Attendee::Status m_answer;
    CalendarContext const &m_context;
    std::string m_occasion;
};

} // namespace eas
