// See forward-meeting.h.
#include "commands/forward-meeting.h"
#include "base/random.h"
#include "base/text.h"
#include "commands/calendar-owner.h"
#include "commands/meeting-calendar.h"
#include "mapping/item-body.h"
#include "mapping/itip.h"
#include "mapping/meeting-update.h"
#include "mapping/mime-entity.h"
#include <variant>

namespace eas {

namespace {

SendFailure not_readable(Error error)
{
    int const status = error.kind == ErrorKind::temporary ? send_status::server_error_retry_later
                       : error.kind == ErrorKind::not_found || error.kind == ErrorKind::denied
                           ? send_status::item_not_found
                           : send_status::server_error;
    return {status, std::move(error)};
}

std::variant<std::vector<CalendarPerson>, SendFailure> people_of(MeetingForward const &forward)
{
    std::vector<CalendarPerson> people;
    for (auto const &forwardee : forward.forwardees.value_or(std::vector<Forwardee>())) {
        if (forwardee.email.find('@') == std::string::npos)
            return bad_send_request(send_status::invalid_smart_forward_parameters,
                                    "no address: ForwardeeEmail " + forwardee.email);
        people.push_back({forwardee.email, forwardee.name.value_or("")});
    }
    if (forward.forwardees && people.empty())
        return bad_send_request(send_status::invalid_smart_forward_parameters, "nobody to forward to");
    return people;
}

std::variant<std::string, SendFailure> text_of(MeetingForward const &forward)
{
    if (!forward.body || !forward.body->data)
        return std::string();
    auto text = item_text_of(*forward.body);
    if (!text)
        return SendFailure{send_status::invalid_smart_forward_parameters, text.error()};
    return std::move(text->plain);
}

/// The client's message with the meeting behind it.
std::optional<SendFailure> send_with_message(Session &session, MeetingForward const &forward,
                                             ItipMail const &mail)
{
    auto const entity = entity_of(std::string(*forward.mime));
    if (!entity)
        return SendFailure{send_status::invalid_mime, entity.error()};
    auto mixed = multipart_entity(
        "mixed", "=_" + hex_encode(random_bytes(16)),
        {as_part(*entity), as_part(text_entity("calendar; method=" + mail.method, mail.calendar.print()))});
    OutgoingChanges changes;
    changes.body = OutgoingChanges::Body{std::move(mixed.fields), std::move(mixed.body)};
    return send_message(session, *forward.mime, changes, forward.client_id, forward.save_in_sent);
}

} // namespace

std::optional<SendFailure> forward_meeting(Session &session, MeetingForward const &forward)
{
    auto const instance = parse_datetime(forward.instance_id);
    if (!forward.instance_id.empty() && !instance)
        return bad_send_request(send_status::invalid_datetime,
                                "not a time: InstanceId " + forward.instance_id);
    auto const people = people_of(forward);
    if (auto const *failure = std::get_if<SendFailure>(&people))
        return *failure;
    auto const text = text_of(forward);
    if (auto const *failure = std::get_if<SendFailure>(&text))
        return *failure;
    if (!session.ports.calendars)
        return not_readable({ErrorKind::not_found, "no calendars"});
    auto const stored =
        read_stored_event(*session.ports.calendars, forward.item.collection, forward.item.item);
    if (!stored)
        return not_readable(stored.error());
    auto const document = IcalDocument::parse(stored->text);
    if (!document)
        return not_readable(document.error());
    auto const context = calendar_context(session);
    if (instance && !describe_meeting(stored->text, context).is_recurring)
        return bad_send_request(send_status::not_recurring, "InstanceId of an event that does not recur");
    auto const mail = itip_forward(*document, instance, std::get<std::vector<CalendarPerson>>(people),
                                   std::get<std::string>(text), context);
    if (!mail)
        return not_readable({ErrorKind::not_found, "no instance " + forward.instance_id});
    if (forward.mime)
        return send_with_message(session, forward, *mail);
    CalendarPerson const from{context.addresses.empty() ? "" : context.addresses.front(),
                              context.user_name()};
    std::string const mime = itip_mime(*mail, from, "=_" + hex_encode(random_bytes(16)));
    return send_message(session, mime, {}, forward.client_id, true);
}

} // namespace eas
