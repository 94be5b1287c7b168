// What an invitation makes of the calendar. See meeting-update.h.
#include "mapping/event-properties.h"
#include "mapping/event-series.h"
#include "mapping/meeting-document.h"
#include "mapping/meeting-merge.h"
#include "mapping/meeting-update.h"
#include "mapping/series-end.h"
#include <algorithm>
#include <set>

namespace eas {

namespace {

using Status = Attendee::Status;

std::vector<IcalComponent *> items_of(IcalComponent &calendar)
{
    auto items = calendar.components();
    std::erase_if(items, [](auto *item) { return item->name() == "VTIMEZONE"; });
    return items;
}

/// A new item: the invitation's own text without what makes it a message, and without what is of other UIDs.
IcalDocument item_of(Invitation const &invitation, CalendarContext const &context)
{
    auto document = invitation.document();
    document.calendar()->remove("METHOD");
    for (auto *calendar : document.root().components())
        for (auto const *item : items_of(*calendar))
            calendar->remove(*item);
    IcalZones zones(invitation.document(), context);
    for (auto const &[original, event] : said_by(invitation, zones))
        document.calendar()->add(*event);
    return document;
}

/// Of a series that is accepted, the instances that stay declined: who declined one is not back in it by
/// accepting the series, and its organizer takes it so. Who declined all of it is back in all of it.
std::set<int64_t> still_declined(Invitation const &invitation, IcalDocument *stored,
                                 std::vector<DeclinedInstance> const &declined,
                                 CalendarContext const &context)
{
    IcalZones zones(invitation.document(), context);
    auto const said = said_by(invitation, zones);
    std::set<int64_t> originals;
    if (!said.contains({}))
        return originals;
    bool const is_all_declined = is_declined(*said.at({}), context);
    for (auto const &[original, event] : said)
        if (original && !is_all_declined && is_declined(*event, context))
            originals.insert(*original);
    for (auto const &[original, sequence] : declined) {
        auto const own = said.find(original.seconds());
        auto const &event = own == said.end() ? *said.at({}) : *own->second;
        if (sequence_of(event) <= sequence)
            originals.insert(original.seconds());
    }
    if (stored)
        std::erase_if(originals, [known = EventsByStart(*stored, context)](int64_t original) {
            return known.find(original) != nullptr; // the user has another mind now
        });
    return originals;
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

/// With the answer that the user gave.
MeetingUpdate merge_news(Invitation const &invitation, IcalDocument &document, std::string_view stored,
                         CalendarContext const &context)
{
    if (!merge_invitation(invitation, document, true, context))
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
                                CalendarContext const &context, std::vector<DeclinedInstance> const &declined)
{
    auto document = read_meeting(stored);
    auto const left_out = still_declined(invitation, document ? &*document : nullptr, declined, context);
    bool const is_new = !document;
    if (!document)
        document = item_of(invitation, context);
    else if (!merge_invitation(invitation, *document, false, context) && answer == Status::not_responded)
        return {};
    IcalZones zones(invitation.document(), context), own_zones(*document, context);
    bool const is_for_all = is_new || !invitation.event().property("RECURRENCE-ID");
    std::set<std::optional<int64_t>> originals;
    for (auto const *event : invitation.events())
        originals.insert(original_start(*event, zones));
    for (auto *event : events_of(*document))
        if (is_for_all || originals.contains(original_start(*event, own_zones)))
            set_answer(*event, answer, context);
    take_out_instances(*document, left_out, context);
    auto text = document->print();
    if (!is_new && text == stored)
        return {};
    return {.text = std::move(text)};
}

namespace {

/// An invitation that has just arrived, before the calendar.
class Arrival {
public:
    Arrival(Invitation const &invitation, std::string_view stored, CalendarContext const &context)
        : m_invitation(invitation), m_stored(stored), m_context(context),
          m_zones(invitation.document(), context), m_document(read_meeting(stored)),
          m_present(m_document
                        ? present_event(*m_document, original_start(invitation.event(), m_zones), context)
                        : std::nullopt)
    {}

    bool may_change(std::string_view sender);
    bool is_known() const { return m_present.has_value(); }
    /// RFC 5546 2.1.5
    bool is_newer() const
    {
        return !is_same_revision() || stamp_of(m_invitation.event()) > stamp_of(*m_present);
    }
    bool is_news();
    MeetingUpdate take_news() { return merge_news(m_invitation, *m_document, m_stored, m_context); }

private:
    bool is_same_revision() const { return m_present && sequence_of(*m_present) == m_invitation.sequence(); }

    Invitation const &m_invitation;
    std::string_view m_stored;
    CalendarContext const &m_context;
    IcalZones m_zones;
    std::optional<IcalDocument> m_document;
    std::optional<IcalComponent> m_present; ///< what the invitation is about
};

bool Arrival::may_change(std::string_view sender)
{
    return m_invitation.method() == ItipMethod::request && is_organizer(m_invitation.event(), sender) &&
           !is_one_of(sender, m_context.addresses) && has_times(m_invitation, m_context) &&
           !is_over(m_invitation, m_context) && (!m_document || is_meeting_of(*m_document, sender));
}

/// What moves needs a new answer, although some organizers do not count it.
bool Arrival::is_news()
{
    if (!is_same_revision() || is_cancelled(*m_present))
        return false;
    IcalZones zones(*m_document, m_context);
    return have_same_pattern(m_invitation.event(), m_zones, *m_present, zones) &&
           event_times(m_invitation.event(), m_zones) == event_times(*m_present, zones);
}

} // namespace

MeetingUpdate take_invitation(Invitation const &invitation, std::string_view stored, std::string_view sender,
                              CalendarContext const &context)
{
    Arrival arrival(invitation, stored, context);
    if (!arrival.may_change(sender) || !arrival.is_newer())
        return {};
    if (arrival.is_news())
        return arrival.take_news();
    if (!arrival.is_known() && is_declined(invitation.event(), context)) // what others are told anew
        return {};
    auto update = accept_invitation(invitation, stored, Status::not_responded, context);
    update.is_new = !arrival.is_known();
    return update;
}

MeetingUpdate take_news(Invitation const &invitation, std::string_view stored, std::string_view sender,
                        CalendarContext const &context)
{
    Arrival arrival(invitation, stored, context);
    bool const is_wanted = arrival.may_change(sender) && arrival.is_newer() && arrival.is_news();
    return is_wanted ? arrival.take_news() : MeetingUpdate{};
}

MeetingUpdate decline_invitation(Invitation const &invitation, std::string_view stored,
                                 CalendarContext const &context)
{
    auto document = read_meeting(stored);
    if (!document)
        return {.is_removed = !stored.empty()};
    EventsByStart const present(*document, context);
    auto const is_outdated = [&](IcalComponent const &event, std::optional<int64_t> original) {
        auto const *const own = present.find(original);
        auto const *const known = own ? own : present.find({});
        return known && sequence_of(event) < sequence_of(*known);
    };
    if (!invitation.event().property("RECURRENCE-ID"))
        return {.is_removed = !is_outdated(invitation.event(), {})};
    IcalZones zones(invitation.document(), context);
    MeetingUpdate update{.text = std::string(stored)};
    for (auto const *event : invitation.events()) {
        auto const original = original_start(*event, zones);
        if (!original || is_outdated(*event, original))
            continue;
        auto const from = Instant::from_seconds(*original);
        auto const declined = is_and_future(*event)
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
