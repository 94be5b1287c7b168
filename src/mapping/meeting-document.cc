// See meeting-document.h.
#include "mapping/meeting-document.h"
#include "base/text.h"
#include "mapping/event-instance.h"
#include "mapping/event-properties.h"
#include "mapping/ical-attachments.h"
#include "mapping/ical-properties.h"
#include "mapping/series-end.h"
#include <algorithm>

namespace eas {

using Status = Attendee::Status;

std::optional<IcalDocument> read_meeting(std::string_view stored)
{
    auto document = IcalDocument::parse(stored);
    if (!document || !document->calendar() || events_of(*document).empty())
        return std::nullopt;
    return *std::move(document);
}

std::vector<IcalComponent *> events_of(IcalDocument &document)
{
    auto items = document.items();
    std::erase_if(items, [](auto *item) { return item->name() != "VEVENT"; });
    return items;
}

std::optional<int64_t> original_start(IcalComponent const &event, IcalZones &zones)
{
    auto const id = ical_time_of(event, "RECURRENCE-ID", zones);
    return id ? std::optional(id->instant().seconds()) : std::nullopt;
}

EventsByStart::EventsByStart(IcalDocument &document, CalendarContext const &context)
    : m_document(document), m_context(context)
{
    read();
}

void EventsByStart::read()
{
    m_events.clear();
    IcalZones zones(m_document, m_context);
    for (auto *event : events_of(m_document)) {
        auto const original = original_start(*event, zones);
        if (original)
            m_events[original] = event;
        else
            m_events.emplace(original, event); // the first is the series
    }
}

IcalComponent *EventsByStart::find(std::optional<int64_t> original) const
{
    auto const found = m_events.find(original);
    return found == m_events.end() ? nullptr : found->second;
}

void EventsByStart::add(std::optional<int64_t> original, IcalComponent event)
{
    m_events[original] = &m_document.calendar()->add(std::move(event));
}

void EventsByStart::replace(std::optional<int64_t> original, IcalComponent event)
{
    if (auto *const present = find(original))
        *present = std::move(event);
    else
        add(original, std::move(event));
}

SaidEvents said_by(Invitation const &message, IcalZones &zones)
{
    SaidEvents said;
    for (auto const *event : message.events())
        if (auto const original = original_start(*event, zones))
            said.insert_or_assign(original, event);
        else
            said.try_emplace(original, event);
    return said;
}

IcalComponent *find_event(IcalDocument &document, std::optional<int64_t> original,
                          CalendarContext const &context)
{
    return EventsByStart(document, context).find(original);
}

std::optional<IcalComponent> present_event(IcalDocument &document, std::optional<int64_t> original,
                                           CalendarContext const &context)
{
    auto const *const event = find_event(document, original, context);
    if (event || !original)
        return event ? std::optional(*event) : std::nullopt;
    return event_instance(document, Instant::from_seconds(*original), context);
}

IcalProperty instance_id(IcalComponent const &instance)
{
    auto id = *instance.property("RECURRENCE-ID");
    std::erase_if(id.parameters, [](IcalParameter const &each) { return each.name == "RANGE"; });
    return id;
}

void exclude_instance(IcalComponent &series, IcalComponent const &instance)
{
    auto const id = instance_id(instance);
    auto dates = series.properties("EXDATE");
    dates.push_back({"EXDATE", id.parameters, id.value});
    series.replace("EXDATE", dates);
}

void take_out_instances(IcalDocument &document, std::set<int64_t> const &originals,
                        CalendarContext const &context)
{
    EventInstances instances(document, context);
    std::vector<IcalComponent> gone;
    for (auto const original : originals)
        if (auto instance = instances.at(Instant::from_seconds(original)))
            gone.push_back(*std::move(instance));
    IcalZones zones(document, context);
    remove_instances(document, std::nullopt, context, [&](IcalComponent const &event) {
        return !is_and_future(event) && originals.contains(*original_start(event, zones));
    });
    if (auto *const series = find_event(document, std::nullopt, context))
        for (auto const &instance : gone)
            exclude_instance(*series, instance);
}

void add_exception(IcalDocument &document, IcalComponent exception)
{
    auto const room = largest_meeting_bytes - std::min(document.print().size(), largest_meeting_bytes);
    if (exception.text().size() > room)
        remove_files(exception);
    document.calendar()->add(std::move(exception));
}

bool remove_instances(IcalDocument &document, std::optional<Instant> last, CalendarContext const &context,
                      std::function<bool(IcalComponent const &)> const &is_wanted)
{
    IcalZones zones(document, context);
    std::vector<IcalComponent const *> doomed;
    for (auto const *event : events_of(document)) {
        auto const original = original_start(*event, zones);
        if (original && (!last || *original > last->seconds()) && is_wanted(*event))
            doomed.push_back(event);
    }
    for (auto const *event : doomed)
        document.calendar()->remove(*event);
    return !doomed.empty();
}

std::string stamp_of(IcalComponent const &event)
{
    auto const property = event.property("DTSTAMP");
    return property ? std::string(trim(property->value)) : "";
}

int64_t invited_sequence(IcalComponent const &event)
{
    auto const answered = event.property(answered_sequence_property);
    auto const number = answered ? parse_unsigned(trim(answered->value)) : std::nullopt;
    return std::max(sequence_of(event),
                    static_cast<int64_t>(std::min<uint64_t>(number.value_or(0), INT32_MAX)));
}

bool is_older(IcalComponent const &message, IcalComponent const &event)
{
    auto const sequence = sequence_of(message), present = sequence_of(event);
    if (sequence != present)
        return sequence < present;
    auto const stamp = stamp_of(message);
    return !stamp.empty() && stamp < stamp_of(event);
}

bool is_organizer(IcalComponent const &event, std::string_view address)
{
    auto const organizer = event.property("ORGANIZER");
    return organizer && !address.empty() && speaks_for(*organizer, address);
}

bool is_meeting_of(IcalDocument &document, std::string_view address)
{
    return std::ranges::all_of(events_of(document),
                               [&](IcalComponent const *event) { return is_organizer(*event, address); });
}

void set_own_participation(IcalComponent &event, Status answer, CalendarContext const &context)
{
    if (set_participation(event, context.addresses, answer) || context.addresses.empty())
        return;
    auto attendees = attendees_of(event); // invited by a list, or by somebody who forwarded it
    attendees.push_back(
        {context.addresses.front(), context.user_name(), answer, Attendee::Type::required, {}, {}});
    set_attendees(event, attendees);
}

void set_answer(IcalComponent &event, Status answer, CalendarContext const &context)
{
    set_own_participation(event, answer, context);
    if (answer != Status::not_responded)
        event.set({reply_time_property, {}, format_compact_datetime(context.now)});
    if (is_cancelled(event)) // nobody is busy with it
        return;
    auto const intended = event.property(intended_status_property);
    if (answer != Status::accepted)
        event.set({busy_status_property, {}, "TENTATIVE"});
    else if (intended)
        event.set({busy_status_property, {}, intended->value});
    else
        event.remove(busy_status_property);
}

} // namespace eas
