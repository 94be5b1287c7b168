// What others say of a meeting: answers of its attendees, and that its organizer calls it off. See
// meeting-update.h. What is said of a series holds for its exceptions too, unless they are newer.
#include "base/text.h"
#include "mapping/event-series.h"
#include "mapping/meeting-document.h"
#include "mapping/meeting-update.h"
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

bool call_off(IcalComponent &event, IcalComponent const &said)
{
    auto const status = event.property("STATUS");
    if (status && equals_ignoring_case(trim(status->value), "CANCELLED"))
        return false;
    event.set({"STATUS", {}, "CANCELLED"});
    event.set({"SEQUENCE", {}, std::to_string(std::max(sequence_of(said), sequence_of(event)))});
    if (auto const stamp = stamp_of(said); !stamp.empty()) // so that an invitation that is older is known
        event.set({"DTSTAMP", {}, stamp});
    event.set({"TRANSP", {}, "TRANSPARENT"});
    event.set({busy_status_property, {}, "FREE"});
    return true;
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
    for (auto const *said : cancel.events()) {
        auto const original = original_start(*said, zones);
        auto const *const series = find_event(*document, std::nullopt, context);
        bool const is_late_for_all = !original && series && is_older(*said, *series);
        is_changed |= change_events(*document, original, context, [&](IcalComponent &event) {
            // Exceptions of a series that is called off go with it, whatever they counted by themselves.
            bool const is_late = original || !series ? is_older(*said, event) : is_late_for_all;
            return !is_late && is_organizer(event, sender) && call_off(event, *said);
        });
    }
    return is_changed ? MeetingUpdate{.text = document->print()} : MeetingUpdate{};
}

} // namespace eas
