// The user's own answers to stored meetings, and what is known of them. See meeting-update.h; what an
// invitation does is in meeting-invitations.cc, what others say in meeting-replies.cc.
#include "mapping/meeting-update.h"
#include "base/text.h"
#include "mapping/event-instance.h"
#include "mapping/event-properties.h"
#include "mapping/event-series.h"
#include "mapping/ical-properties.h"
#include "mapping/meeting-document.h"
#include "mapping/meeting-request.h"
#include "mapping/series-end.h"

namespace eas {

using Status = Attendee::Status;

namespace {

/// The user's answer to one instance becomes an exception; a declined one is no instance any more.
std::optional<MeetingUpdate> answer_instance(IcalDocument document, Instant original, Status answer,
                                             CalendarContext const &context)
{
    auto instance = event_instance(document, original, context);
    if (!instance)
        return std::nullopt;
    IcalZones zones(document, context);
    auto const start = original_start(*instance, zones);
    auto *const exception = find_event(document, start, context);
    if (answer != Status::declined) {
        set_answer(*instance, answer, context);
        if (exception)
            document.calendar()->replace(*exception, *std::move(instance));
        else
            add_exception(document, *std::move(instance));
        return MeetingUpdate{.text = document.print()};
    }
    take_out_instances(document, {*start}, context);
    if (events_of(document).empty())
        return MeetingUpdate{.is_removed = true};
    return MeetingUpdate{.text = document.print()};
}

/// Whether the request says something new of `event` without moving it.
bool is_news(MeetingRequest const &request, IcalComponent const &event, IcalDocument const &document,
             ProtocolVersion version, CalendarContext const &context)
{
    IcalZones zones(document, context);
    auto const sent = parse_datetime(stamp_of(event));
    auto const times = event_times(event, zones);
    auto const is_at = [&](std::optional<Instant> const &told, IcalTime const &time) {
        return told == told_instant(time, version, zones);
    };
    return request.sequence == sequence_of(event) && sent && request.dt_stamp > *sent &&
           !is_cancelled(event) && times && is_at(request.start_time, times->start) &&
           is_at(request.end_time, times->end);
}

} // namespace

bool is_stored_meeting_of(std::string_view stored, std::string_view organizer)
{
    auto document = read_meeting(stored);
    return stored.empty() || (document && is_meeting_of(*document, organizer));
}

StoredMeeting describe_meeting(std::string_view stored, CalendarContext const &context)
{
    StoredMeeting meeting;
    auto const document = read_meeting(stored);
    auto const event = document ? event_instance(*document, {}, context) : std::nullopt;
    if (!event)
        return meeting;
    auto const organizer = organizer_of(*event);
    meeting.is_meeting = organizer.has_value();
    meeting.is_organizer = organizer && is_one_of(organizer->email, context.addresses);
    meeting.organizer = organizer ? organizer->email : "";
    meeting.sequence = sequence_of(*event);
    meeting.is_recurring =
        event->property("RRULE") || event->property("RDATE") || event->property("RECURRENCE-ID");
    if (auto const own = own_attendee_line(*event, context.addresses))
        meeting.answer = attendee_status(own->parameter("PARTSTAT"));
    if (auto const time = event->property(reply_time_property))
        meeting.answered = parse_datetime(time->value);
    return meeting;
}

void compare_with_stored(MeetingRequest &request, std::string_view stored, ProtocolVersion version,
                         CalendarContext const &context)
{
    using MessageType = MeetingRequest::MessageType;
    auto document = read_meeting(stored);
    auto const original = request.original ? std::optional(request.original->seconds()) : std::nullopt;
    auto const *const series = document ? find_event(*document, std::nullopt, context) : nullptr;
    auto const *const own = document ? find_event(*document, original, context) : nullptr;
    bool const has_others = document && events_of(*document).size() > (own ? 1 : 0);
    using InstanceType = MeetingRequest::InstanceType;
    if (original)
        request.instance_type =
            has_others || version < v16_0 ? InstanceType::exception : InstanceType::orphan;
    auto const *const known = own ? own : series;
    if (!known || !organizer_of(*known) || request.message_type == MessageType::delegators_copy)
        return;
    if (request.sequence < sequence_of(*known))
        request.message_type = MessageType::outdated;
    else if (auto const present = present_event(*document, original, context);
             present && is_news(request, *present, *document, version, context))
        request.message_type = MessageType::informational;
}

void complete_with_stored(MeetingRequest &request, std::string_view stored, ProtocolVersion version,
                          CalendarContext const &context)
{
    bool const is_proposed = request.proposed_start && request.start_time == request.proposed_start->value;
    auto document = read_meeting(stored);
    if (!document || (request.start_time && !is_proposed))
        return;
    auto const original = request.original ? std::optional(request.original->seconds()) : std::nullopt;
    auto const event = present_event(*document, original, context);
    IcalZones zones(*document, context);
    auto const times = event ? event_times(*event, zones) : std::nullopt;
    auto const organizer = event ? organizer_of(*event) : std::nullopt;
    if (!times || !organizer || !is_one_of(organizer->email, context.addresses))
        return;
    request.all_day_event = times->is_all_day;
    request.start_time = told_instant(times->start, version, zones);
    request.end_time = told_instant(times->end, version, zones);
}

std::optional<MeetingUpdate> answer_item(std::string_view stored, std::optional<Instant> instance,
                                         Status answer, CalendarContext const &context)
{
    auto document = read_meeting(stored);
    if (!document)
        return std::nullopt;
    if (instance)
        return answer_instance(*std::move(document), *instance, answer, context);
    if (answer == Status::declined)
        return MeetingUpdate{.is_removed = true};
    for (auto *event : events_of(*document))
        set_answer(*event, answer, context);
    return MeetingUpdate{.text = document->print()};
}

} // namespace eas
