// What an invitation makes of the calendar. See meeting-update.h.
#include "base/text.h"
#include "mapping/event-series.h"
#include "mapping/ical-properties.h"
#include "mapping/meeting-document.h"
#include "mapping/meeting-update.h"
#include "mapping/series-end.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

using Status = Attendee::Status;

/// What the user has added to the item and the organizer does not know. Alarms come along, too.
constexpr std::array kept_properties{"CATEGORIES", "COLOR"};
/// What goes with the user's answer.
constexpr std::array answer_properties{reply_time_property, busy_status_property, "TRANSP"};

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

void keep_answer(IcalComponent &event, IcalComponent const &present, CalendarContext const &context)
{
    if (auto const own = own_attendee_line(present, context.addresses))
        set_own_participation(event, attendee_status(own->parameter("PARTSTAT")), context);
    for (auto const *name : answer_properties)
        event.replace(name, present.properties(name));
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

/// Whether both are the same series of times, so that its exceptions still are some of it.
bool have_same_pattern(IcalComponent const &a, IcalZones &zones_of_a, IcalComponent const &b,
                       IcalZones &zones_of_b)
{
    auto const values = [](IcalComponent const &event, std::string_view name) {
        std::vector<std::string> values;
        for (auto const &line : event.properties(name))
            values.push_back(line.value);
        return values;
    };
    auto const times = event_times(a, zones_of_a), others = event_times(b, zones_of_b);
    return times && others && times->start.instant() == others->start.instant() &&
           times->is_all_day == others->is_all_day && values(a, "RRULE") == values(b, "RRULE") &&
           values(a, "RDATE") == values(b, "RDATE");
}

/// An invitation to an instance that the user, or the organizer, took out of the series puts it in again.
void include(IcalComponent &series, int64_t original, IcalZones &zones)
{
    std::vector<IcalProperty> kept;
    for (auto line : series.properties("EXDATE")) {
        std::string values;
        for (auto const value : split(line.value, ',')) {
            auto const time = parse_ical_time(line, value, zones);
            if (!time || time->instant().seconds() != original)
                values.append(values.empty() ? "" : ",").append(value);
        }
        line.value = std::move(values);
        if (!line.value.empty())
            kept.push_back(std::move(line));
    }
    series.replace("EXDATE", kept);
}

/// Instances that the user took out stay out.
void keep_excluded(IcalComponent &master, IcalComponent const &series)
{
    auto excluded = master.properties("EXDATE");
    for (auto const &line : series.properties("EXDATE"))
        if (std::ranges::find(excluded, line) == excluded.end())
            excluded.push_back(line);
    master.replace("EXDATE", excluded);
}

/// Puts an invitation into the item that there is already.
class Merging {
public:
    Merging(Invitation const &invitation, IcalDocument &document, CalendarContext const &context)
        : m_invitation(invitation), m_document(document), m_context(context),
          m_zones(invitation.document(), context), m_has_series(!invitation.event().property("RECURRENCE-ID"))
    {}

    /// False, and nothing is done, if the item has a newer SEQUENCE.
    bool run(bool keeps_answers);

private:
    IcalComponent *present(IcalComponent const &event)
    {
        return find_event(m_document, original_start(event, m_zones), m_context);
    }
    bool is_outdated();
    void drop_older_exceptions(IcalComponent const &master);
    void make_room(std::vector<IcalComponent> &merged, IcalComponent const *series);

    Invitation const &m_invitation;
    IcalDocument &m_document;
    CalendarContext const &m_context;
    IcalZones m_zones;
    bool m_has_series;
};

bool Merging::is_outdated()
{
    if (m_has_series) {
        auto const *const series = present(m_invitation.event());
        return series && is_older(m_invitation.event(), *series);
    }
    return std::ranges::any_of(m_invitation.events(), [&](IcalComponent const *event) {
        auto const *const own = present(*event);
        return own && is_older(*event, *own);
    });
}

/// A series with other times has none of its exceptions any more, but for those that the organizer told of
/// later: messages are read in any order.
void Merging::drop_older_exceptions(IcalComponent const &master)
{
    auto const next = [&] {
        auto const events = events_of(m_document);
        auto const found = std::ranges::find_if(events, [&](IcalComponent const *event) {
            return event->property("RECURRENCE-ID") && is_older(*event, master);
        });
        return found == events.end() ? nullptr : *found;
    };
    while (auto const *event = next())
        m_document.calendar()->remove(*event);
}

/// Removes what `merged` takes the place of.
void Merging::make_room(std::vector<IcalComponent> &merged, IcalComponent const *series)
{
    IcalZones zones(m_document, m_context);
    auto const is_master = [](IcalComponent const &event) { return !event.property("RECURRENCE-ID"); };
    auto const master = std::ranges::find_if(merged, is_master);
    if (master != merged.end()) {
        if (series && have_same_pattern(*master, m_zones, *series, zones))
            keep_excluded(*master, *series);
        else
            drop_older_exceptions(*master);
    }
    for (auto const &event : merged) {
        if (auto const *own = present(event))
            m_document.calendar()->remove(*own);
        if (auto const original = original_start(event, m_zones); original && is_and_future(event))
            remove_instances(m_document, Instant::from_seconds(*original), m_context,
                             [&](IcalComponent const &each) { return is_older(each, event); });
    }
}

bool Merging::run(bool keeps_answers)
{
    if (is_outdated())
        return false;
    auto const *const series = find_event(m_document, std::nullopt, m_context);
    std::vector<IcalComponent> merged;
    for (auto const *event : m_invitation.events()) {
        auto const *const own = present(*event);
        merged.push_back(with_own_of(*event, own ? own : m_has_series ? series : nullptr));
        if (own && keeps_answers)
            keep_answer(merged.back(), *own, m_context);
    }
    make_room(merged, series);
    for (auto &event : merged)
        m_document.calendar()->add(std::move(event));
    add_zones(m_invitation.document(), m_document);
    IcalZones zones(m_document, m_context);
    auto *const master = find_event(m_document, std::nullopt, m_context);
    for (auto const *event : m_invitation.events())
        if (auto const original = original_start(*event, m_zones); master && original)
            include(*master, *original, zones);
    return true;
}

std::vector<IcalComponent *> items_of(IcalComponent &calendar)
{
    auto items = calendar.components();
    std::erase_if(items, [](auto *item) { return item->name() == "VTIMEZONE"; });
    return items;
}

/// A new item: the invitation's own text without what makes it a message, and without what is of other UIDs.
IcalDocument item_of(Invitation const &invitation)
{
    auto document = invitation.document();
    document.calendar()->remove("METHOD");
    std::vector<IcalComponent> events;
    for (auto const *event : invitation.events())
        events.push_back(*event);
    for (auto *calendar : document.root().components())
        while (!items_of(*calendar).empty())
            calendar->remove(*items_of(*calendar).front());
    for (auto &event : events)
        document.calendar()->add(std::move(event));
    return document;
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

bool is_called_off(IcalComponent const &event)
{
    auto const status = event.property("STATUS");
    return status && equals_ignoring_case(trim(status->value), "CANCELLED");
}

/// What the organizer says anew without moving the meeting, with the answer that the user gave.
MeetingUpdate take_news(Invitation const &invitation, IcalDocument &document, std::string_view stored,
                        CalendarContext const &context)
{
    if (!Merging(invitation, document, context).run(true))
        return {};
    auto text = document.print();
    return text == stored ? MeetingUpdate{} : MeetingUpdate{.text = std::move(text)};
}

/// The series ends before that instance; of instances without their series those from there on go.
std::optional<MeetingUpdate> decline_rest(std::string_view stored, Instant from,
                                          CalendarContext const &context)
{
    auto document = read_meeting(stored);
    if (!document)
        return std::nullopt;
    auto const before = Instant::from_seconds(from.seconds() - 1);
    if (auto *const series = find_event(*document, std::nullopt, context)) {
        IcalZones zones(*document, context);
        auto const start = ical_time_of(*series, "DTSTART", zones);
        if (start && from <= start->instant())
            return MeetingUpdate{.is_removed = true};
        end_series(*document, *series, before, context);
    }
    remove_instances(*document, before, context, [](IcalComponent const &) { return true; });
    if (events_of(*document).empty())
        return MeetingUpdate{.is_removed = true};
    return MeetingUpdate{.text = document->print()};
}

} // namespace

bool has_times(Invitation const &invitation, CalendarContext const &context)
{
    IcalZones zones(invitation.document(), context);
    return event_times(invitation.event(), zones).has_value();
}

MeetingUpdate accept_invitation(Invitation const &invitation, std::string_view stored, Status answer,
                                CalendarContext const &context)
{
    auto document = read_meeting(stored);
    bool const is_new = !document;
    if (!document)
        document = item_of(invitation);
    else if (!Merging(invitation, *document, context).run(false) && answer == Status::not_responded)
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
    return {.text = std::move(text)};
}

MeetingUpdate take_invitation(Invitation const &invitation, std::string_view stored, std::string_view sender,
                              CalendarContext const &context)
{
    auto const &event = invitation.event();
    if (invitation.method() != ItipMethod::request || !is_organizer(event, sender) ||
        is_one_of(sender, context.addresses) || !has_times(invitation, context) ||
        is_over(invitation, context))
        return {};
    IcalComponent const *present = nullptr;
    auto document = read_meeting(stored);
    if (document) {
        IcalZones zones(invitation.document(), context);
        present = find_event(*document, original_start(event, zones), context);
        if (!is_meeting_of(*document, sender))
            return {};
    }
    bool const is_same_revision = present && sequence_of(*present) == invitation.sequence();
    if (is_same_revision && stamp_of(event) <= stamp_of(*present)) // RFC 5546 2.1.5
        return {};
    if (is_same_revision && !is_called_off(*present))
        return take_news(invitation, *document, stored, context);
    auto update = accept_invitation(invitation, stored, Status::not_responded, context);
    update.is_new = !present;
    return update;
}

MeetingUpdate decline_invitation(Invitation const &invitation, std::string_view stored,
                                 CalendarContext const &context)
{
    if (stored.empty() || !invitation.event().property("RECURRENCE-ID"))
        return {.is_removed = !stored.empty()};
    IcalZones zones(invitation.document(), context);
    MeetingUpdate update{.text = std::string(stored)};
    for (auto const *event : invitation.events()) {
        auto const original = original_start(*event, zones);
        auto const from = Instant::from_seconds(original.value_or(0));
        auto const declined = !original ? std::nullopt
                              : is_and_future(*event)
                                  ? decline_rest(*update.text, from, context)
                                  : answer_item(*update.text, from, Status::declined, context);
        if (declined && declined->is_removed)
            return *declined;
        if (declined)
            update = *declined;
    }
    return update.text == stored ? MeetingUpdate{} : update;
}

} // namespace eas
