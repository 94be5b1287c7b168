// What others say of a meeting: answers of its attendees, and that its organizer calls it off. See
// meeting-update.h. What is said of a series holds for its exceptions too, unless they are newer.
#include "base/text.h"
#include "mapping/event-instance.h"
#include "mapping/event-properties.h"
#include "mapping/event-series.h"
#include "mapping/ical-attachments.h"
#include "mapping/meeting-delegation.h"
#include "mapping/meeting-document.h"
#include "mapping/meeting-request.h"
#include "mapping/meeting-update.h"
#include "mapping/series-end.h"
#include <algorithm>
#include <functional>

namespace eas {

namespace {

using Status = Attendee::Status;

/// Of an ATTENDEE: the DTSTAMP of the answer that was entered last. Answers are looked at more than once and
/// in any order, so this tells the newest. RFC 5546 2.1.5.
constexpr auto answered_parameter = "X-EAS-ANSWERED";

struct Proposal {
    std::optional<Instant> start, end;
};

/// The times of a COUNTER, where they are others than the event's. Days are told as 16.1 has them: earlier
/// versions know of no proposals.
Proposal proposal_of(IcalComponent const &said, IcalZones &said_zones, IcalComponent const &event,
                     IcalZones &zones)
{
    auto const proposed = event_times(said, said_zones);
    auto const present = event_times(event, zones);
    if (!proposed || !present || *proposed == *present)
        return {};
    return {told_instant(proposed->start, v16_1, said_zones), told_instant(proposed->end, v16_1, said_zones)};
}

bool is_known(Attendee const &attendee, Proposal const &proposal)
{
    if (!proposal.start)
        return !attendee.proposed_start;
    return attendee.proposed_start && attendee.proposed_start->value == *proposal.start &&
           attendee.proposed_end->value == *proposal.end;
}

void set_answered(IcalComponent &event, std::string_view address, std::string const &stamp,
                  Proposal const &proposal)
{
    auto lines = event.properties("ATTENDEE");
    for (auto &line : lines) {
        if (!is_person(line, {std::string(address)}))
            continue;
        std::erase_if(line.parameters,
                      [](IcalParameter const &each) { return each.name == answered_parameter; });
        line.parameters.push_back({answered_parameter, {stamp}});
        set_proposal(line, proposal.start, proposal.end);
    }
    event.replace("ATTENDEE", lines);
}

/// One VEVENT of a message.
struct Said {
    IcalComponent const *event;
    std::optional<int64_t> original; ///< nothing: it is about the series
    bool may_add;                    ///< what has no component yet may get one
};

/// A message tells of few instances; one that tells of hundreds is to fill the calendar.
constexpr size_t most_added = 50;

std::vector<Said> all_said_by(Invitation const &message, IcalZones &zones)
{
    std::vector<Said> all;
    for (auto const &[original, event] : said_by(message, zones))
        all.push_back({event, original, all.size() < most_added});
    return all;
}

/// The stored meeting that a message changes.
class Meeting {
public:
    Meeting(IcalDocument &document, size_t bytes, CalendarContext const &context)
        : m_document(document), m_context(context), m_events(document, context), m_zones(document, context),
          m_instances(std::in_place, document, context),
          m_room(largest_meeting_bytes - std::min(bytes, largest_meeting_bytes))
    {}

    using Change = std::function<bool(IcalComponent &)>;
    /// Does `change` to what a message says of `original`: that instance, which becomes an exception if
    /// something is changed, or without `original` everything. Whether something was changed.
    bool change(Said const &said, Change const &change);
    bool change_all(Change const &change);

    IcalDocument &document() { return m_document; }
    IcalZones &zones() { return m_zones; }
    IcalComponent *series() const { return m_events.find({}); }
    /// After components were removed.
    void read_again()
    {
        m_events.read();
        m_instances.emplace(m_document, m_context);
    }

private:
    IcalDocument &m_document;
    CalendarContext const &m_context;
    EventsByStart m_events;
    IcalZones m_zones;
    std::optional<EventInstances> m_instances;
    size_t m_room; ///< bytes that may be added
};

bool Meeting::change_all(Change const &change)
{
    bool is_changed = false;
    for (auto *event : events_of(m_document))
        is_changed |= change(*event);
    return is_changed;
}

bool Meeting::change(Said const &said, Change const &change)
{
    if (!said.original)
        return change_all(change);
    if (auto *const event = m_events.find(said.original))
        return change(*event);
    auto made = said.may_add ? m_instances->at(Instant::from_seconds(*said.original))
                             : std::optional<IcalComponent>();
    if (!made || !change(*made))
        return false;
    if (made->text().size() > m_room)
        remove_files(*made); // the series has them
    auto const bytes = made->text().size();
    if (bytes > m_room)
        return false;
    m_room -= bytes;
    auto const original = original_start(*made, m_zones);
    m_events.replace(original, *std::move(made));
    return true;
}

/// No program of an organizer is that far ahead: the attendee made it up.
constexpr int64_t most_uncounted = 1000;

/// What one VEVENT of a REPLY or COUNTER says.
class Reply {
public:
    /// `series` is the stored one; null if there is none. Some programs name all attendees: the sender's line
    /// is the answer.
    Reply(ItipMethod method, IcalComponent const &said, std::string_view sender, IcalZones &said_zones,
          IcalComponent const *series, CalendarContext const &context);

    bool is_answer() const
    {
        bool const has_said = m_status != Status::unknown && m_status != Status::not_responded;
        return !m_address.empty() && !is_one_of(m_address, m_context.addresses) &&
               (has_said || !m_delegates.empty());
    }
    /// Whether something was changed.
    bool enter(IcalComponent &event, IcalZones &zones) const;

private:
    bool is_late(IcalComponent const &event, bool is_same) const;
    bool note_sequence(IcalComponent &event) const;
    bool enter_answer(IcalComponent &event, IcalZones &zones, IcalProperty const &present,
                      bool is_same) const;

    ItipMethod m_method;
    IcalComponent const &m_said;
    IcalZones &m_said_zones;
    IcalComponent const *m_series;
    CalendarContext const &m_context;
    std::string m_address;
    Status m_status = Status::unknown;
    std::vector<IcalProperty> m_delegates; ///< who come in the attendee's place
    std::string m_known_answer;            ///< to the series, before this one: its DTSTAMP
};

Reply::Reply(ItipMethod method, IcalComponent const &said, std::string_view sender, IcalZones &said_zones,
             IcalComponent const *series, CalendarContext const &context)
    : m_method(method), m_said(said), m_said_zones(said_zones), m_series(series), m_context(context)
{
    auto const attendee = own_attendee_line(said, {std::string(sender)});
    if (!attendee)
        return;
    m_address = calendar_address(*attendee);
    m_status = attendee_status(attendee->parameter("PARTSTAT"));
    m_delegates = delegates_of(*attendee, said);
    if (auto const known = series ? own_attendee_line(*series, {m_address}) : std::nullopt)
        m_known_answer = known->parameter(answered_parameter);
}

/// An answer to a series has its SEQUENCE: an exception may count higher, but be older than the answer.
bool Reply::is_late(IcalComponent const &event, bool is_same) const
{
    if (is_same || !m_series)
        return sequence_of(m_said) < sequence_of(event);
    return sequence_of(m_said) < sequence_of(*m_series) || stamp_of(m_said) < stamp_of(event);
}

bool Reply::enter(IcalComponent &event, IcalZones &zones) const
{
    bool const is_same = original_start(event, zones) == original_start(m_said, m_said_zones);
    auto const present = own_attendee_line(event, {m_address});
    auto const organizer = organizer_of(event).value_or(CalendarPerson{}).email;
    if (!is_one_of(organizer, m_context.addresses) || is_late(event, is_same) || !present ||
        stamp_of(m_said) < present->parameter(answered_parameter))
        return false;
    bool const is_noted = is_same && note_sequence(event);
    return enter_answer(event, zones, *present, is_same) || is_noted;
}

/// See answered_sequence_property.
bool Reply::note_sequence(IcalComponent &event) const
{
    auto const answered = sequence_of(m_said), present = invited_sequence(event);
    if (answered <= present || answered > present + most_uncounted)
        return false;
    event.set({answered_sequence_property, {}, std::to_string(answered)});
    return true;
}

bool Reply::enter_answer(IcalComponent &event, IcalZones &zones, IcalProperty const &present,
                         bool is_same) const
{
    auto const stamp = stamp_of(m_said);
    if (!m_delegates.empty()) {
        bool const is_changed = set_delegated(event, m_address, m_delegates);
        if (is_changed)
            set_answered(event, m_address, stamp, {});
        return is_changed;
    }
    auto const proposal = m_method == ItipMethod::counter && is_same
                              ? proposal_of(m_said, m_said_zones, event, zones)
                              : Proposal{};
    auto const known = attendee_of(present);
    auto const answered = present.parameter(answered_parameter);
    bool const is_declined_alone = !is_same && known.status == Status::declined && answered != m_known_answer;
    if (is_declined_alone && m_status != Status::declined) // it is not in the series that is accepted
        return false;
    if (known.status == m_status && is_known(known, proposal) && (!is_declined_alone || answered == stamp))
        return false;
    set_participation(event, {m_address}, m_status);
    take_back_delegation(event, m_address);
    set_answered(event, m_address, stamp, proposal);
    return true;
}

/// So that an invitation that is older is known.
void set_revision(IcalComponent &event, IcalComponent const &said)
{
    event.set({"SEQUENCE", {}, std::to_string(std::max(sequence_of(said), sequence_of(event)))});
    if (auto const stamp = stamp_of(said); !stamp.empty())
        event.set({"DTSTAMP", {}, stamp});
}

/// What is called off already may be so by a later word.
bool call_off(IcalComponent &event, IcalComponent const &said)
{
    auto const before = event;
    event.set({"STATUS", {}, "CANCELLED"});
    set_revision(event, said);
    event.set({"TRANSP", {}, "TRANSPARENT"});
    event.set({busy_status_property, {}, "FREE"});
    return event != before;
}

/// What one VEVENT of a CANCEL says.
class Cancellation {
public:
    Cancellation(Said const &said, std::string_view sender, CalendarContext const &context)
        : m_said(said), m_sender(sender), m_context(context)
    {}

    /// Whether something was changed.
    bool enter(Meeting &meeting) const;

private:
    bool may_change(IcalComponent const &event) const
    {
        return !is_older(*m_said.event, event) && is_organizer(event, m_sender);
    }
    bool is_for_others() const;
    bool enter_all(Meeting &meeting) const;
    bool enter_instance(Meeting &meeting) const;
    bool enter_rest(Meeting &meeting) const;
    bool enter_later_instances(Meeting &meeting) const;

    Said m_said;
    std::string_view m_sender;
    CalendarContext const &m_context;
};

bool Cancellation::enter(Meeting &meeting) const
{
    if (is_for_others())
        return false;
    if (!m_said.original)
        return enter_all(meeting);
    if (!is_and_future(*m_said.event))
        return enter_instance(meeting);
    if (!m_said.may_add)
        return false;
    auto const *const series = meeting.series();
    if (!series)
        return enter_later_instances(meeting);
    auto const start = ical_time_of(*series, "DTSTART", meeting.zones());
    return start && start->instant().seconds() >= *m_said.original ? enter_all(meeting) : enter_rest(meeting);
}

/// Attendees who are not wanted any more stand in it, and no STATUS. RFC 5546 3.2.5.
bool Cancellation::is_for_others() const
{
    return !is_cancelled(*m_said.event) && m_said.event->property("ATTENDEE") &&
           !own_attendee_line(*m_said.event, m_context.addresses);
}

/// Exceptions of a series that is called off go with it, whatever they counted by themselves.
bool Cancellation::enter_all(Meeting &meeting) const
{
    auto const *const series = meeting.series();
    if (series && !may_change(*series))
        return false;
    return meeting.change_all([&](IcalComponent &event) {
        return (series ? is_organizer(event, m_sender) : may_change(event)) && call_off(event, *m_said.event);
    });
}

bool Cancellation::enter_instance(Meeting &meeting) const
{
    return meeting.change(
        m_said, [&](IcalComponent &event) { return may_change(event) && call_off(event, *m_said.event); });
}

/// The series ends with the instance, which stays and says why.
bool Cancellation::enter_rest(Meeting &meeting) const
{
    if (!may_change(*meeting.series()))
        return false;
    auto const last = Instant::from_seconds(*m_said.original);
    auto ended = *meeting.series();
    end_series(meeting.document(), ended, last, m_context);
    bool is_changed = enter_instance(meeting);
    is_changed |= remove_instances(meeting.document(), last, m_context, [&](IcalComponent const &event) {
        return !is_older(*m_said.event, event);
    });
    meeting.read_again();
    if (ended == *meeting.series())
        return is_changed;
    set_revision(ended, *m_said.event);
    *meeting.series() = std::move(ended);
    meeting.read_again();
    return true;
}

/// Who was invited to instances only has no series that could end.
bool Cancellation::enter_later_instances(Meeting &meeting) const
{
    return meeting.change_all([&](IcalComponent &event) {
        return original_start(event, meeting.zones()) >= m_said.original && may_change(event) &&
               call_off(event, *m_said.event);
    });
}

} // namespace

MeetingUpdate take_reply(Invitation const &reply, std::string_view stored, std::string_view sender,
                         CalendarContext const &context)
{
    auto document = read_meeting(stored);
    if (!document || (reply.method() != ItipMethod::reply && reply.method() != ItipMethod::counter))
        return {};
    IcalZones zones(reply.document(), context);
    bool is_changed = false;
    Meeting meeting(*document, stored.size(), context);
    for (auto const &said : all_said_by(reply, zones)) {
        Reply const answer(reply.method(), *said.event, sender, zones, meeting.series(), context);
        if (answer.is_answer())
            is_changed |= meeting.change(
                said, [&](IcalComponent &event) { return answer.enter(event, meeting.zones()); });
    }
    return is_changed ? MeetingUpdate{.text = document->print()} : MeetingUpdate{};
}

MeetingUpdate take_cancel(Invitation const &cancel, std::string_view stored, std::string_view sender,
                          CalendarContext const &context)
{
    auto document = read_meeting(stored);
    if (!document || cancel.method() != ItipMethod::cancel || is_one_of(sender, context.addresses))
        return {};
    IcalZones zones(cancel.document(), context);
    bool is_changed = false;
    Meeting meeting(*document, stored.size(), context);
    for (auto const &said : all_said_by(cancel, zones))
        is_changed |= Cancellation(said, sender, context).enter(meeting);
    return is_changed ? MeetingUpdate{.text = document->print()} : MeetingUpdate{};
}

} // namespace eas
