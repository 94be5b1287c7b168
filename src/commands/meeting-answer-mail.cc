// See meeting-answer-mail.h; mapping/itip.h says what stands in the mail.
#include "commands/meeting-answer-mail.h"
#include "mapping/event-instance.h"
#include "mapping/item-body.h"
#include "mapping/itip.h"
#include "mapping/meeting-document.h"
#include "mapping/series-end.h"
#include "services/meeting-mail.h"

namespace eas {

Result<void> MeetingAnswerMail::send(IcalDocument const &document, std::optional<Instant> instance) const
{
    if (!m_send || !server_sends_meeting_mails(m_session))
        return {};
    auto events = instances_to_answer(document, instance, m_context);
    if (events.empty())
        return Error{ErrorKind::bad_request, "no such instance"};
    if (instance && is_and_future(events.front())) // the answer is to this one alone
        events.front().set(instance_id(events.front()));
    MeetingAnswer answer{m_answer, "", m_send->proposed_start, m_send->proposed_end};
    if (m_send->body && m_send->body->data) {
        auto const text = item_text_of(*m_send->body);
        if (!text)
            return text.error();
        answer.text = text->plain;
    }
    std::vector<ItipMail> mails;
    for (auto const &event : events)
        if (auto mail = itip_answer(document, event, answer, m_context))
            mails.push_back(*std::move(mail));
    return send_meeting_mails(m_session, mails, m_occasion);
}

Result<void> MeetingAnswerMail::send(Invitation const &invitation, std::string_view stored) const
{
    bool const is_declined = m_answer == Attendee::Status::declined;
    auto document = read_meeting(stored);
    IcalZones zones(invitation.document(), m_context);
    auto const original = original_start(invitation.event(), zones);
    auto const *const known = document && !is_declined ? find_event(*document, original, m_context) : nullptr;
    if (!known || sequence_of(*known) <= invitation.sequence())
        return send(invitation.document(), std::nullopt);
    return send(*document, original ? std::optional(Instant::from_seconds(*original)) : std::nullopt);
}

} // namespace eas
