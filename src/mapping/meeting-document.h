// A stored meeting as scheduling messages see it: the VEVENTs of one UID, a series and its exceptions, or
// instances of a series that the user has no invitation to. An instance is known by its original start.
#pragma once
#include "mapping/calendar-context.h"
#include "mapping/ical-document.h"
#include "mapping/ical-people.h"
#include "mapping/ical-time.h"
#include "mapping/invitation.h"
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// When the user answered, as event-properties.cc reads it.
constexpr auto reply_time_property = "X-MICROSOFT-CDO-REPLYTIME";
constexpr auto busy_status_property = "X-MICROSOFT-CDO-BUSYSTATUS";
/// What an invitation makes of that when it is accepted. MS-ASEMAIL 2.2.2.14
constexpr auto intended_status_property = "X-MICROSOFT-CDO-INTENDEDSTATUS";

/// The SEQUENCE that somebody answered to, where the event's own is lower: up to 14.1 a client of the
/// organizer invites, and counts by itself. What the server sends when another client of the organizer
/// changes the meeting would be outdated to attendees if it counted less.
constexpr auto answered_sequence_property = "X-EAS-ANSWERED-SEQUENCE";

/// What the user has added to the item and the organizer does not know. Alarms are, too.
constexpr std::array<std::string_view, 2> kept_properties{"CATEGORIES", "COLOR"};
/// What goes with the user's answer.
constexpr std::array<std::string_view, 3> answer_properties{reply_time_property, busy_status_property,
                                                            "TRANSP"};

/// More is not stored: stores/ics-item.h.
constexpr size_t largest_meeting_bytes = 8 << 20;

/// Nothing if there is no VEVENT to be read.
std::optional<IcalDocument> read_meeting(std::string_view stored);

std::vector<IcalComponent *> events_of(IcalDocument &document);

/// In seconds; nothing for the series.
std::optional<int64_t> original_start(IcalComponent const &event, IcalZones &zones);

/// The components of a document's VEVENTs by their original starts, nothing standing for the series. Of
/// several for one instance the last counts.
class EventsByStart {
public:
    /// The document must stay alive. Components that are removed, or added by others, make it read() again.
    EventsByStart(IcalDocument &document, CalendarContext const &context);

    void read();
    /// Null if the document has none.
    IcalComponent *find(std::optional<int64_t> original) const;
    void add(std::optional<int64_t> original, IcalComponent event);
    void replace(std::optional<int64_t> original, IcalComponent event);

private:
    IcalDocument &m_document;
    CalendarContext const &m_context;
    std::map<std::optional<int64_t>, IcalComponent *> m_events;
};

/// The events of a message by their original starts, nothing standing for the series. Of several that claim
/// to be the same one counts, as in EventsByStart. `message` must stay alive; `zones` are its own.
using SaidEvents = std::map<std::optional<int64_t>, IcalComponent const *>;
SaidEvents said_by(Invitation const &message, IcalZones &zones);

/// One of them.
IcalComponent *find_event(IcalDocument &document, std::optional<int64_t> original,
                          CalendarContext const &context);

/// What the meeting has at `original`: one of them, or an instance of its series. Nothing if it has none.
std::optional<IcalComponent> present_event(IcalDocument &document, std::optional<int64_t> original,
                                           CalendarContext const &context);

/// RECURRENCE-ID without RANGE: that instance and no other.
IcalProperty instance_id(IcalComponent const &instance);

/// The series has that instance no more: EXDATE.
void exclude_instance(IcalComponent &series, IcalComponent const &instance);

/// A series has these instances (seconds) no more. Its exceptions for them go, but for those that later
/// instances are like (RANGE); where there is no series, they alone.
void take_out_instances(IcalDocument &document, std::set<int64_t> const &originals,
                        CalendarContext const &context);

/// Adds an exception to a series. It has the files of the series, since other programs look at it alone,
/// unless the item would become too large; clients take what it has not from the series.
void add_exception(IcalDocument &document, IcalComponent exception);

/// Removes the components of instances after `last`, or of all, that `is_wanted` names. Whether there was
/// one.
bool remove_instances(IcalDocument &document, std::optional<Instant> last, CalendarContext const &context,
                      std::function<bool(IcalComponent const &)> const &is_wanted);

/// DTSTAMP: "20261122T100000Z"; "" if it is absent. Such texts are in the order of time.
std::string stamp_of(IcalComponent const &event);

/// The higher one of SEQUENCE and answered_sequence_property.
int64_t invited_sequence(IcalComponent const &event);

/// Whether a message says of an event what was so before what `event` has: SEQUENCE decides, and among equal
/// ones DTSTAMP. RFC 5546 2.1.5.
bool is_older(IcalComponent const &message, IcalComponent const &event);

/// Whether mail from `address` is its organizer's, or that of who acts for the organizer (SENT-BY).
bool is_organizer(IcalComponent const &event, std::string_view address);

/// Whether all of it is organized from that address.
bool is_meeting_of(IcalDocument &document, std::string_view address);

/// Enters the user's answer, and when it was given (now); not_responded waits for one.
void set_answer(IcalComponent &event, Attendee::Status answer, CalendarContext const &context);

/// The user's PARTSTAT; who was not invited by name becomes an attendee.
void set_own_participation(IcalComponent &event, Attendee::Status answer, CalendarContext const &context);

} // namespace eas
