// ORGANIZER and ATTENDEE of iCalendar (RFC 5545 3.8.4.1, 3.8.4.3) as EAS has them, and the user among them.
#pragma once
#include "items/calendar.h"
#include "mapping/ical-document.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// The address of "mailto:..." in any case, else of the EMAIL parameter, else the value as it is.
std::string calendar_address(IcalProperty const &person);
/// ASCII case does not matter.
bool is_one_of(std::string_view address, std::vector<std::string> const &addresses);

/// Whether that is one of `addresses`, or EMAIL is, which iCloud has beside an address of its own making.
bool is_person(IcalProperty const &person, std::vector<std::string> const &addresses);
/// Whether mail from `address` is that person's: EMAIL may say so, and SENT-BY who acts in the name of.
bool speaks_for(IcalProperty const &person, std::string_view address);

/// CN, or the address.
struct CalendarPerson {
    std::string email, name;
};
std::optional<CalendarPerson> organizer_of(IcalComponent const &component);
/// Keeps the line if it names that address already; an empty address removes it.
void set_organizer(IcalComponent &component, CalendarPerson const &organizer);

Attendee attendee_of(IcalProperty const &line);
/// Without those that have no address. 2,000 at most.
std::vector<Attendee> attendees_of(IcalComponent const &component);
/// `present` is the attendee's line, which keeps all parameters that EAS does not know. A status or type that
/// is absent stays as it is; a new line without status has NEEDS-ACTION.
IcalProperty attendee_line(Attendee const &attendee, std::optional<IcalProperty> const &present = {});
/// Makes `wanted` the attendees; lines of those who stay are kept.
void set_attendees(IcalComponent &component, std::vector<Attendee> const &wanted);

/// The user's own line among the attendees; nothing if the user is none.
std::optional<IcalProperty> own_attendee_line(IcalComponent const &component,
                                              std::vector<std::string> const &addresses);
/// PARTSTAT of the attendee with one of `addresses`, and no RSVP any more if it is an answer. False if there
/// is none.
bool set_participation(IcalComponent &component, std::vector<std::string> const &addresses,
                       Attendee::Status status);

/// What an attendee proposed by a COUNTER, kept in the attendee's line (X-EAS-PROPOSED) for the organizer.
void set_proposal(IcalProperty &line, std::optional<Instant> start, std::optional<Instant> end);
/// Proposals are of no interest any more: the event has another time.
void forget_proposals(IcalComponent &component);

Attendee::Status attendee_status(std::string_view partstat);
/// "ACCEPTED", ...
std::string_view partstat_of(Attendee::Status status);

/// MS-ASCAL 2.2.2.28. An event with an organizer or attendees is a meeting.
uint8_t meeting_status_of(IcalComponent const &component, std::vector<std::string> const &addresses);
/// MS-ASCAL 2.2.2.40: none for an appointment.
ResponseType response_type_of(IcalComponent const &component, std::vector<std::string> const &addresses);

/// A message of iTIP (RFC 5546) about the item of `document`: METHOD, the components without alarms, and the
/// VTIMEZONEs that they use. `method`: REQUEST, REPLY, CANCEL, COUNTER.
IcalDocument itip_message(IcalDocument const &document, std::string_view method);

} // namespace eas
