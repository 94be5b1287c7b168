// See meeting-update.h.
#include "mapping/meeting-update.h"
#include "base/text.h"
#include "mapping/event-series.h"
#include "mapping/ical-people.h"
#include "mapping/ical-properties.h"
#include "mapping/ical-time.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

using Status = Attendee::Status;

/// What the user has added to the item and the organizer does not know. Alarms come along, too.
constexpr std::array kept_properties{"CATEGORIES", "COLOR"};

/// When the user answered, as event-properties.cc reads it.
constexpr auto reply_time_property = "X-MICROSOFT-CDO-REPLYTIME";

std::vector<IcalComponent *> events_of(IcalDocument &document)
{
    auto items = document.items();
    std::erase_if(items, [](auto *item) { return item->name() != "VEVENT"; });
    return items;
}

/// "" for the series.
std::optional<int64_t> original_start(IcalComponent const &event, IcalZones &zones)
{
    auto const id = ical_time_of(event, "RECURRENCE-ID", zones);
    return id ? std::optional(id->instant().seconds()) : std::nullopt;
}

IcalComponent *find_event(IcalDocument &document, std::optional<int64_t> original,
                          CalendarContext const &context)
{
    IcalZones zones(document, context);
    for (auto *event : events_of(document))
        if (original_start(*event, zones) == original)
            return event;
    return nullptr;
}

void set_answer(IcalComponent &event, Status answer, CalendarContext const &context)
{
    if (!set_participation(event, context.addresses, answer) && !context.addresses.empty()) {
        auto attendees = attendees_of(event); // invited by a list, or by somebody who forwarded it
        attendees.push_back(
            {context.addresses.front(), context.user_name(), answer, Attendee::Type::required, {}, {}});
        set_attendees(event, attendees);
    }
    if (answer != Status::not_responded)
        event.set({reply_time_property, {}, format_compact_datetime(context.now)});
    auto const intended = event.property("X-MICROSOFT-CDO-INTENDEDSTATUS");
    if (answer != Status::accepted)
        event.set({"X-MICROSOFT-CDO-BUSYSTATUS", {}, "TENTATIVE"});
    else if (intended)
        event.set({"X-MICROSOFT-CDO-BUSYSTATUS", {}, intended->value});
    else
        event.remove("X-MICROSOFT-CDO-BUSYSTATUS");
}

/// `event` as the organizer has it, with what the user added to `present`.
IcalComponent with_own_of(IcalComponent event, IcalComponent const *present)
{
    if (!present)
        return event;
    for (auto const *name : kept_properties)
        event.replace(name, present->properties(name));
    while (!event.components("VALARM").empty())
        event.remove(*event.components("VALARM").front());
    for (auto const *alarm : present->components("VALARM"))
        event.add(*alarm);
    return event;
}

void add_zones(IcalDocument const &from, IcalDocument &to)
{
    auto const missing = to.undefined_time_zones();
    for (auto const *calendar : from.root().components("VCALENDAR"))
        for (auto const *zone : calendar->components("VTIMEZONE")) {
            auto const tzid = zone->property("TZID");
            if (tzid && std::ranges::find(missing, tzid->value) != missing.end())
                to.calendar()->add(*zone);
        }
}

/// Puts the invitation's events into the file. A new version of the series replaces its exceptions, too.
bool merge(Invitation const &invitation, IcalDocument &document, CalendarContext const &context)
{
    IcalZones zones(invitation.document(), context);
    bool const has_series = !invitation.event().property("RECURRENCE-ID");
    auto *const series = find_event(document, std::nullopt, context);
    if (has_series && series && sequence_of(*series) > invitation.sequence())
        return false;
    std::vector<IcalComponent> merged;
    for (auto const *event : invitation.events()) {
        auto *const present = find_event(document, original_start(*event, zones), context);
        if (!has_series && present && sequence_of(*present) > sequence_of(*event))
            return false;
        merged.push_back(with_own_of(*event, present ? present : has_series ? series : nullptr));
    }
    for (auto &event : merged) {
        if (auto *present = find_event(document, original_start(event, zones), context))
            document.calendar()->remove(*present);
    }
    if (has_series)
        while (!events_of(document).empty())
            document.calendar()->remove(*events_of(document).front());
    for (auto &event : merged)
        document.calendar()->add(std::move(event));
    add_zones(invitation.document(), document);
    return true;
}

/// Of an ATTENDEE: the DTSTAMP of the answer that was entered last. Answers are looked at more than once and
/// in any order, so this tells the newest. RFC 5546 2.1.5.
constexpr auto answered_parameter = "X-EAS-ANSWERED";

std::string stamp_of(IcalComponent const &event)
{
    auto const property = event.property("DTSTAMP");
    return property ? std::string(trim(property->value)) : "";
}

struct Proposal {
    std::optional<Instant> start, end;
};

/// The times of a COUNTER, where they are others than the event's.
Proposal proposal_of(ItipMethod method, IcalComponent const &said, IcalZones &said_zones,
                     IcalComponent const &event, IcalZones &zones)
{
    auto const proposed = method == ItipMethod::counter ? event_times(said, said_zones) : std::nullopt;
    auto const present = event_times(event, zones);
    if (!proposed || !present || *proposed == *present)
        return {};
    return {proposed->start.instant(), proposed->end.instant()};
}

void set_answered(IcalComponent &event, std::string_view address, std::string const &stamp,
                  Proposal const &proposal)
{
    auto lines = event.properties("ATTENDEE");
    for (auto &line : lines) {
        if (!equals_ignoring_case(calendar_address(line), address))
            continue;
        std::erase_if(line.parameters,
                      [](IcalParameter const &each) { return each.name == answered_parameter; });
        line.parameters.push_back({answered_parameter, {stamp}});
        set_proposal(line, proposal.start, proposal.end);
    }
    event.replace("ATTENDEE", lines);
}

std::optional<IcalDocument> read_stored(std::string_view stored)
{
    auto document = IcalDocument::parse(stored);
    if (!document || !document->calendar() || events_of(*document).empty())
        return std::nullopt;
    return *std::move(document);
}

/// A new item: the invitation's own text without what makes it a message.
IcalDocument item_of(Invitation const &invitation)
{
    auto document = invitation.document();
    document.calendar()->remove("METHOD");
    return document;
}

bool is_organizer(IcalComponent const &event, std::string_view sender)
{
    auto const organizer = organizer_of(event);
    return organizer && equals_ignoring_case(organizer->email, sender);
}

/// Series go on.
bool is_over(Invitation const &invitation, CalendarContext const &context)
{
    IcalZones zones(invitation.document(), context);
    return std::ranges::all_of(invitation.events(), [&](IcalComponent const *event) {
        auto const times = event_times(*event, zones);
        return times && times->end.instant() < context.now && !event->property("RRULE") &&
               !event->property("RDATE");
    });
}

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
            document.calendar()->add(*std::move(instance));
        return MeetingUpdate{document.print(), false};
    }
    auto const id = *instance->property("RECURRENCE-ID");
    if (exception)
        document.calendar()->remove(*exception);
    if (auto *series = find_event(document, std::nullopt, context)) {
        auto dates = series->properties("EXDATE");
        dates.push_back({"EXDATE", id.parameters, id.value});
        series->replace("EXDATE", dates);
    }
    if (events_of(document).empty())
        return MeetingUpdate{std::nullopt, true};
    return MeetingUpdate{document.print(), false};
}

} // namespace

MeetingUpdate accept_invitation(Invitation const &invitation, std::string_view stored, Status answer,
                                CalendarContext const &context)
{
    auto document = read_stored(stored);
    bool const is_new = !document;
    if (!document)
        document = item_of(invitation);
    else if (!merge(invitation, *document, context) && answer == Status::not_responded)
        return {};
    IcalZones zones(invitation.document(), context);
    bool const is_for_all = is_new || !invitation.event().property("RECURRENCE-ID");
    for (auto *event : events_of(*document)) {
        IcalZones own_zones(*document, context);
        auto const is_same = [&](IcalComponent const *each) {
            return original_start(*each, zones) == original_start(*event, own_zones);
        };
        if (is_for_all || std::ranges::any_of(invitation.events(), is_same))
            set_answer(*event, answer, context);
    }
    auto text = document->print();
    if (!is_new && text == stored)
        return {};
    return {std::move(text), false};
}

MeetingUpdate take_invitation(Invitation const &invitation, std::string_view stored, std::string_view sender,
                              CalendarContext const &context)
{
    auto const &event = invitation.event();
    if (invitation.method() != ItipMethod::request || !is_organizer(event, sender) ||
        is_one_of(sender, context.addresses) || is_over(invitation, context))
        return {};
    auto document = read_stored(stored);
    if (document) {
        IcalZones zones(invitation.document(), context);
        auto const *series = find_event(*document, std::nullopt, context);
        auto const *present = find_event(*document, original_start(event, zones), context);
        if ((series && !is_organizer(*series, sender)) || (present && !is_organizer(*present, sender)) ||
            (present && sequence_of(*present) >= invitation.sequence()))
            return {};
    }
    return accept_invitation(invitation, stored, Status::not_responded, context);
}

MeetingUpdate decline_invitation(Invitation const &invitation, std::string_view stored,
                                 CalendarContext const &context)
{
    if (stored.empty() || !invitation.event().property("RECURRENCE-ID"))
        return {std::nullopt, !stored.empty()};
    IcalZones zones(invitation.document(), context);
    MeetingUpdate update{std::string(stored), false};
    for (auto const *event : invitation.events()) {
        auto const original = original_start(*event, zones);
        auto const declined =
            original ? answer_item(*update.text, Instant::from_seconds(*original), Status::declined, context)
                     : std::nullopt;
        if (declined && declined->is_removed)
            return *declined;
        if (declined)
            update = *declined;
    }
    return update.text == stored ? MeetingUpdate{} : update;
}

StoredMeeting describe_meeting(std::string_view stored, CalendarContext const &context)
{
    StoredMeeting meeting;
    auto const document = read_stored(stored);
    auto const event = document ? event_instance(*document, {}, context) : std::nullopt;
    if (!event)
        return meeting;
    auto const organizer = organizer_of(*event);
    meeting.is_meeting = organizer.has_value();
    meeting.is_organizer = organizer && is_one_of(organizer->email, context.addresses);
    meeting.organizer = organizer ? organizer->email : "";
    meeting.sequence = sequence_of(*event);
    meeting.stamp = stamp_of(*event);
    meeting.is_recurring = event->property("RRULE") || event->property("RDATE");
    if (auto const own = own_attendee_line(*event, context.addresses))
        meeting.answer = attendee_status(own->parameter("PARTSTAT"));
    if (auto const time = event->property(reply_time_property))
        meeting.answered = parse_datetime(time->value);
    return meeting;
}

std::optional<MeetingUpdate> answer_item(std::string_view stored, std::optional<Instant> instance,
                                         Status answer, CalendarContext const &context)
{
    auto document = read_stored(stored);
    if (!document)
        return std::nullopt;
    if (instance)
        return answer_instance(*std::move(document), *instance, answer, context);
    if (answer == Status::declined)
        return MeetingUpdate{std::nullopt, true};
    for (auto *event : events_of(*document))
        set_answer(*event, answer, context);
    return MeetingUpdate{document->print(), false};
}

MeetingUpdate take_reply(Invitation const &reply, std::string_view stored, std::string_view sender,
                         CalendarContext const &context)
{
    auto document = read_stored(stored);
    if (!document || (reply.method() != ItipMethod::reply && reply.method() != ItipMethod::counter))
        return {};
    IcalZones reply_zones(reply.document(), context);
    bool is_changed = false;
    for (auto const *said : reply.events()) {
        auto const attendee = said->property("ATTENDEE");
        auto const address = attendee ? calendar_address(*attendee) : "";
        if (address.empty() || !equals_ignoring_case(address, sender) ||
            is_one_of(address, context.addresses))
            continue;
        auto const status = attendee_status(attendee->parameter("PARTSTAT"));
        auto const original = original_start(*said, reply_zones);
        auto *event = find_event(*document, original, context);
        std::optional<IcalComponent> made;
        if (!event && original) {
            made = event_instance(*document, Instant::from_seconds(*original), context);
            event = made ? &*made : nullptr;
        }
        if (!event || status == Status::unknown || status == Status::not_responded ||
            !is_one_of(organizer_of(*event).value_or(CalendarPerson{}).email, context.addresses) ||
            sequence_of(*said) < sequence_of(*event))
            continue;
        auto const present = own_attendee_line(*event, {address});
        auto const stamp = stamp_of(*said);
        if (!present || stamp < present->parameter(answered_parameter))
            continue;
        IcalZones zones(*document, context);
        auto const proposal = proposal_of(reply.method(), *said, reply_zones, *event, zones);
        auto const known = attendee_of(*present);
        bool const is_known_proposal = proposal.start ? known.proposed_start &&
                                                            known.proposed_start->value == *proposal.start &&
                                                            known.proposed_end->value == *proposal.end
                                                      : !known.proposed_start;
        if (known.status == status && is_known_proposal)
            continue;
        set_participation(*event, {address}, status);
        set_answered(*event, address, stamp, proposal);
        if (made)
            document->calendar()->add(*std::move(made));
        is_changed = true;
    }
    return is_changed ? MeetingUpdate{document->print(), false} : MeetingUpdate{};
}

MeetingUpdate take_cancel(Invitation const &cancel, std::string_view stored, std::string_view sender,
                          CalendarContext const &context)
{
    auto document = read_stored(stored);
    if (!document || cancel.method() != ItipMethod::cancel)
        return {};
    IcalZones zones(cancel.document(), context);
    bool is_changed = false;
    for (auto const *said : cancel.events()) {
        auto const original = original_start(*said, zones);
        auto *event = find_event(*document, original, context);
        std::optional<IcalComponent> made;
        if (!event && original) {
            made = event_instance(*document, Instant::from_seconds(*original), context);
            event = made ? &*made : nullptr;
        }
        if (!event || !is_organizer(*event, sender) || is_one_of(sender, context.addresses) ||
            sequence_of(*said) < sequence_of(*event))
            continue;
        auto const status = event->property("STATUS");
        if (status && equals_ignoring_case(trim(status->value), "CANCELLED"))
            continue;
        event->set({"STATUS", {}, "CANCELLED"});
        event->set({"SEQUENCE", {}, std::to_string(sequence_of(*said))});
        event->set({"TRANSP", {}, "TRANSPARENT"});
        event->set({"X-MICROSOFT-CDO-BUSYSTATUS", {}, "FREE"});
        if (made)
            document->calendar()->add(*std::move(made));
        is_changed = true;
    }
    return is_changed ? MeetingUpdate{document->print(), false} : MeetingUpdate{};
}

} // namespace eas
