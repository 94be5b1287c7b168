// What others say of a meeting: answers of its attendees, and that its organizer calls it off. See
// meeting-update.h. What is said of a series holds for its exceptions too, unless they are newer.
#include "base/text.h"
#include "mapping/event-instance.h"
#include "mapping/event-series.h"
#include "mapping/meeting-document.h"
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

/// The times of a COUNTER, where they are others than the event's.
Proposal proposal_of(IcalComponent const &said, IcalZones &said_zones, IcalComponent const &event,
                     IcalZones &zones)
{
    auto const proposed = event_times(said, said_zones);
    auto const present = event_times(event, zones);
    if (!proposed || !present || *proposed == *present)
        return {};
    return {proposed->start.instant(), proposed->end.instant()};
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
        if (!equals_ignoring_case(calendar_address(line), address))
            continue;
        std::erase_if(line.parameters,
                      [](IcalParameter const &each) { return each.name == answered_parameter; });
        line.parameters.push_back({answered_parameter, {stamp}});
        set_proposal(line, proposal.start, proposal.end);
    }
    event.replace("ATTENDEE", lines);
}

/// Does `change` to what a message says of `original`: that instance, which becomes an exception if something
/// is changed, or without `original` everything. Whether something was changed.
bool change_events(IcalDocument &document, std::optional<int64_t> original, CalendarContext const &context,
                   std::function<bool(IcalComponent &)> const &change)
{
    bool is_changed = false;
    if (!original) {
        for (auto *event : events_of(document))
            is_changed |= change(*event);
        return is_changed;
    }
    if (auto *const event = find_event(document, original, context))
        return change(*event);
    auto made = event_instance(document, Instant::from_seconds(*original), context);
    is_changed = made && change(*made);
    if (is_changed)
        document.calendar()->add(*std::move(made));
    return is_changed;
}

/// What one VEVENT of a REPLY or COUNTER says.
class Reply {
public:
    Reply(ItipMethod method, IcalComponent const &said, IcalZones &said_zones, CalendarContext const &context)
        : m_method(method), m_said(said), m_said_zones(said_zones), m_context(context)
    {
        if (auto const attendee = said.property("ATTENDEE")) {
            m_address = calendar_address(*attendee);
            m_status = attendee_status(attendee->parameter("PARTSTAT"));
        }
    }

    bool is_from(std::string_view sender) const
    {
        return !m_address.empty() && equals_ignoring_case(m_address, sender) &&
               !is_one_of(m_address, m_context.addresses) && m_status != Status::unknown &&
               m_status != Status::not_responded;
    }
    bool enter(IcalDocument &document) const;

private:
    bool enter(IcalDocument const &document, IcalComponent &event) const;

    ItipMethod m_method;
    IcalComponent const &m_said;
    IcalZones &m_said_zones;
    CalendarContext const &m_context;
    std::string m_address;
    Status m_status = Status::unknown;
};

bool Reply::enter(IcalDocument const &document, IcalComponent &event) const
{
    if (!is_one_of(organizer_of(event).value_or(CalendarPerson{}).email, m_context.addresses) ||
        sequence_of(m_said) < sequence_of(event))
        return false;
    auto const present = own_attendee_line(event, {m_address});
    auto const stamp = stamp_of(m_said);
    if (!present || stamp < present->parameter(answered_parameter))
        return false;
    IcalZones zones(document, m_context);
    bool const is_same = original_start(event, zones) == original_start(m_said, m_said_zones);
    auto const proposal = m_method == ItipMethod::counter && is_same
                              ? proposal_of(m_said, m_said_zones, event, zones)
                              : Proposal{};
    auto const known = attendee_of(*present);
    if (known.status == m_status && is_known(known, proposal))
        return false;
    set_participation(event, {m_address}, m_status);
    set_answered(event, m_address, stamp, proposal);
    return true;
}

bool Reply::enter(IcalDocument &document) const
{
    return change_events(document, original_start(m_said, m_said_zones), m_context,
                         [&](IcalComponent &event) { return enter(document, event); });
}

/// So that an invitation that is older is known.
void set_revision(IcalComponent &event, IcalComponent const &said)
{
    event.set({"SEQUENCE", {}, std::to_string(std::max(sequence_of(said), sequence_of(event)))});
    if (auto const stamp = stamp_of(said); !stamp.empty())
        event.set({"DTSTAMP", {}, stamp});
}

bool call_off(IcalComponent &event, IcalComponent const &said)
{
    auto const status = event.property("STATUS");
    if (status && equals_ignoring_case(trim(status->value), "CANCELLED"))
        return false;
    event.set({"STATUS", {}, "CANCELLED"});
    set_revision(event, said);
    event.set({"TRANSP", {}, "TRANSPARENT"});
    event.set({busy_status_property, {}, "FREE"});
    return true;
}

/// What one VEVENT of a CANCEL says.
class Cancellation {
public:
    Cancellation(IcalComponent const &said, IcalZones &said_zones, std::string_view sender,
                 CalendarContext const &context)
        : m_said(said), m_sender(sender), m_context(context), m_original(original_start(said, said_zones)),
          m_holds_for_rest(is_and_future(said))
    {}

    /// Whether something was changed.
    bool enter(IcalDocument &document) const;

private:
    bool may_change(IcalComponent const &event) const
    {
        return !is_older(m_said, event) && is_organizer(event, m_sender);
    }
    bool enter_all(IcalDocument &document, IcalComponent const *series) const;
    bool enter_instance(IcalDocument &document) const;
    bool enter_rest(IcalDocument &document, IcalComponent const &series) const;
    bool enter_later_instances(IcalDocument &document) const;

    IcalComponent const &m_said;
    std::string_view m_sender;
    CalendarContext const &m_context;
    std::optional<int64_t> m_original;
    bool m_holds_for_rest;
};

bool Cancellation::enter(IcalDocument &document) const
{
    auto *const series = find_event(document, std::nullopt, m_context);
    if (!m_original)
        return enter_all(document, series);
    if (!m_holds_for_rest)
        return enter_instance(document);
    if (!series)
        return enter_later_instances(document);
    IcalZones zones(document, m_context);
    auto const start = ical_time_of(*series, "DTSTART", zones);
    if (start && start->instant().seconds() >= *m_original)
        return enter_all(document, series);
    return enter_rest(document, *series);
}

/// Exceptions of a series that is called off go with it, whatever they counted by themselves.
bool Cancellation::enter_all(IcalDocument &document, IcalComponent const *series) const
{
    if (series && !may_change(*series))
        return false;
    return change_events(document, std::nullopt, m_context, [&](IcalComponent &event) {
        return (series ? is_organizer(event, m_sender) : may_change(event)) && call_off(event, m_said);
    });
}

bool Cancellation::enter_instance(IcalDocument &document) const
{
    return change_events(document, m_original, m_context,
                         [&](IcalComponent &event) { return may_change(event) && call_off(event, m_said); });
}

/// The series ends with the instance, which stays and says why.
bool Cancellation::enter_rest(IcalDocument &document, IcalComponent const &series) const
{
    if (!may_change(series))
        return false;
    auto const last = Instant::from_seconds(*m_original);
    auto ended = series; // the document's components move when others come
    end_series(document, ended, last, m_context);
    bool is_changed = enter_instance(document);
    is_changed |= remove_instances(document, last, m_context,
                                   [&](IcalComponent const &event) { return !is_older(m_said, event); });
    auto *const present = find_event(document, std::nullopt, m_context);
    if (ended == *present)
        return is_changed;
    set_revision(ended, m_said);
    document.calendar()->replace(*present, std::move(ended));
    return true;
}

/// Who was invited to instances only has no series that could end.
bool Cancellation::enter_later_instances(IcalDocument &document) const
{
    IcalZones zones(document, m_context);
    bool is_changed = false;
    for (auto *event : events_of(document))
        if (original_start(*event, zones) >= m_original && may_change(*event))
            is_changed |= call_off(*event, m_said);
    return is_changed;
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
    for (auto const *event : reply.events())
        if (Reply const said(reply.method(), *event, zones, context); said.is_from(sender))
            is_changed |= said.enter(*document);
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
    for (auto const *said : cancel.events())
        is_changed |= Cancellation(*said, zones, sender, context).enter(*document);
    return is_changed ? MeetingUpdate{.text = document->print()} : MeetingUpdate{};
}

} // namespace eas
