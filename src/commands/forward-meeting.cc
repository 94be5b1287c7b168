// See forward-meeting.h.
#include "commands/forward-meeting.h"
#include "base/random.h"
#include "base/text.h"
#include "mapping/addresses.h"
#include "mapping/event-instance.h"
#include "mapping/event-series.h"
#include "mapping/ical-people.h"
#include "mapping/ical-properties.h"
#include "mapping/item-body.h"
#include "mapping/itip.h"
#include "mapping/meeting-update.h"
#include "mapping/mime-entity.h"
#include "mapping/reply-message.h"
#include "services/calendar-owner.h"
#include "services/meeting-calendar.h"
#include <algorithm>
#include <variant>

namespace eas {

namespace {

/// Of an InstanceId, which has punctuation: MS-ASCMD 2.2.3.92.2. Up to 12.1 the query has what the client
/// likes.
constexpr size_t punctuated_datetime_size = 24;

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
        if (std::ranges::none_of(people, [&](CalendarPerson const &person) {
                return equals_ignoring_case(person.email, forwardee.email);
            }))
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

/// The meeting or one instance of it as it would go on to `people`.
std::variant<ItipMail, SendFailure> read_meeting(Session &session, ItemId const &item,
                                                 std::string const &instance_id,
                                                 std::vector<CalendarPerson> const &people,
                                                 std::string const &text, CalendarContext const &context)
{
    auto const instance = session.version <= v12_1 || instance_id.size() == punctuated_datetime_size
                              ? parse_datetime(instance_id)
                              : std::nullopt;
    if (!instance_id.empty() && !instance)
        return bad_send_request(send_status::invalid_datetime, "not a time: InstanceId " + instance_id);
    if (!session.ports.calendars)
        return not_readable({ErrorKind::not_found, "no calendars"});
    auto const stored = read_stored_event(*session.ports.calendars, item.collection, item.item);
    if (!stored)
        return not_readable(stored.error());
    auto const document = IcalDocument::parse(stored->text);
    if (!document)
        return not_readable(document.error());
    if (instance && !describe_meeting(stored->text, context).is_recurring)
        return bad_send_request(send_status::not_recurring, "InstanceId of an event that does not recur");
    auto const original =
        instance ? std::optional(original_of_named(*document, *instance, session.version, context))
                 : instance;
    auto mail = itip_forward(*document, original, people, text, context);
    if (!mail)
        return not_readable({ErrorKind::not_found, "no instance " + instance_id});
    return std::move(*mail);
}

std::string when_of(EventTimes const &times, CalendarContext const &context)
{
    auto const &zone = *context.users_zone.zone;
    auto const text = [&](IcalTime const &time) {
        auto const local = times.is_all_day ? time.local : zone.to_local(time.instant());
        auto const written =
            format_datetime(Instant::from_seconds(local.time_since_epoch().count())).substr(0, 16);
        return times.is_all_day ? written.substr(0, 10) : written.substr(0, 10) + ' ' + written.substr(11);
    };
    if (times.is_all_day)
        return text(times.start);
    return text(times.start) + " - " + text(times.end) + " (" + context.users_zone.name + ')';
}

/// A meeting as the message that a reply quotes.
class MeetingMessage final : public MailMessage {
public:
    MeetingMessage(IcalComponent const &event, IcalZones &zones, CalendarContext const &context)
    {
        auto const organizer = organizer_of(event).value_or(CalendarPerson{});
        std::vector<Address> to;
        for (auto const &attendee : attendees_of(event))
            to.push_back({attendee.name == attendee.email ? "" : attendee.name, attendee.email});
        if (!organizer.email.empty())
            m_headers.from = format_addresses(
                {{organizer.name == organizer.email ? "" : organizer.name, organizer.email}}, ", ");
        m_headers.to = format_addresses(to, ", ");
        m_headers.subject = ical_text_of(event, "SUMMARY");
        auto const stamp = ical_time_of(event, "DTSTAMP", zones);
        m_headers.sent = stamp ? stamp->instant() : context.now;
        if (auto const times = event_times(event, zones))
            m_text = "When: " + when_of(*times, context) + '\n';
        if (auto const place = ical_text_of(event, "LOCATION"); !place.empty())
            m_text += "Where: " + place + '\n';
        m_text += '\n' + ical_text_body(event).plain;
    }

    Uid uid() const override { return 0; }
    Result<MailFlags> flags() override { return MailFlags(); }
    Result<Instant> received() override { return m_headers.sent; }
    Result<MailHeaders> headers() override { return m_headers; }
    Result<MimePart> structure() override
    {
        MimePart part;
        part.id = "1";
        part.type = "text/plain";
        part.charset = "utf-8";
        part.encoded_bytes = part.decoded_bytes = m_text.size();
        return part;
    }
    Result<uint64_t> size() override { return m_text.size(); }
    Result<Text> text(std::string const &, size_t max_bytes) override
    {
        std::string const cut(utf8_prefix(m_text, max_bytes));
        return Text{cut, cut.size() < m_text.size()};
    }
    Result<Content> part(std::string const &) override { return Content(m_text); }
    Result<Content> raw(std::string const &) override { return Content(m_text); }
    Result<std::string> preview() override { return std::string(utf8_prefix_characters(m_text, 255)); }

private:
    MailHeaders m_headers;
    std::string m_text;
};

} // namespace

std::optional<SendFailure> forward_meeting(Session &session, MeetingForward const &forward)
{
    auto const people = people_of(forward);
    if (auto const *failure = std::get_if<SendFailure>(&people))
        return *failure;
    auto const text = text_of(forward);
    if (auto const *failure = std::get_if<SendFailure>(&text))
        return *failure;
    auto const context = calendar_context(session);
    auto const meeting =
        read_meeting(session, forward.item, forward.instance_id,
                     std::get<std::vector<CalendarPerson>>(people), std::get<std::string>(text), context);
    if (auto const *failure = std::get_if<SendFailure>(&meeting))
        return *failure;
    auto const &mail = std::get<ItipMail>(meeting);
    if (forward.mime)
        return send_with_message(session, forward, mail);
    CalendarPerson const from{context.addresses.empty() ? "" : context.addresses.front(),
                              context.user_name()};
    std::string const mime = itip_mime(mail, from, "=_" + hex_encode(random_bytes(16)));
    return send_message(session, mime, {}, forward.client_id, true);
}

std::optional<SendFailure> reply_to_meeting(Session &session, MeetingReply const &reply)
{
    auto const context = calendar_context(session);
    auto const meeting = read_meeting(session, reply.item, reply.instance_id, {}, {}, context);
    if (auto const *failure = std::get_if<SendFailure>(&meeting))
        return *failure;
    auto const &calendar = std::get<ItipMail>(meeting).calendar;
    if (reply.replace_mime)
        return send_message(session, reply.mime, {}, reply.client_id, reply.save_in_sent);
    IcalZones zones(calendar, context);
    for (auto const *event : calendar.items()) {
        if (event->name() != "VEVENT")
            continue;
        MeetingMessage original(*event, zones, context);
        auto const changes = add_original(reply.mime, original, Verb::reply,
                                          "=_" + hex_encode(random_bytes(16)), session.ports.clock.now());
        if (!changes)
            return not_readable(changes.error());
        return send_message(session, reply.mime, *changes, reply.client_id, reply.save_in_sent);
    }
    return not_readable({ErrorKind::not_found, "no event"});
}

} // namespace eas
