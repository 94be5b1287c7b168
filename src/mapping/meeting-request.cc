// See meeting-request.h.
#include "mapping/meeting-request.h"
#include "base/text.h"
#include "mapping/addresses.h"
#include "mapping/event-series.h"
#include "mapping/ical-people.h"
#include "mapping/ical-properties.h"
#include "mapping/ical-time.h"
#include "mapping/recurrence.h"
#include "mapping/time-zone.h"
#include <algorithm>
#include <array>
#include <limits>

namespace eas {

namespace {

using namespace std::chrono;
using InstanceType = MeetingRequest::InstanceType;
using MessageType = MeetingRequest::MessageType;

constexpr size_t max_location_bytes = 32768; // MS-ASEMAIL 2.2.2.46: characters
constexpr size_t max_uid_characters = 300;   // MS-ASCAL 2.2.2.46

/// The bytes that begin every GlobalObjId, in hexadecimal: MS-ASEMAIL 2.2.2.37.
constexpr std::string_view class_id = "040000008200E00074C5B7101A82E008";
constexpr size_t shortest_outlook_id = 80; ///< hexadecimal digits up to BYTECOUNT

std::string little_endian(size_t value)
{
    std::string bytes;
    for (int i = 0; i < 4; ++i, value >>= 8)
        bytes.push_back(static_cast<char>(value & 0xff));
    return bytes;
}

std::string date_bytes(std::optional<year_month_day> date)
{
    if (!date)
        return std::string(4, '\0');
    int const year = static_cast<int>(date->year());
    return {static_cast<char>(year >> 8), static_cast<char>(year & 0xff),
            static_cast<char>(static_cast<unsigned>(date->month())),
            static_cast<char>(static_cast<unsigned>(date->day()))};
}

std::string value_of(IcalComponent const &event, std::string_view name)
{
    auto const property = event.property(name);
    return property ? std::string(trim(property->value)) : "";
}

struct BusyName {
    std::string_view name;
    BusyStatus status;
};
constexpr std::array busy_names{
    BusyName{"FREE", BusyStatus::free},
    BusyName{"TENTATIVE", BusyStatus::tentative},
    BusyName{"BUSY", BusyStatus::busy},
    BusyName{"OOF", BusyStatus::out_of_office},
    BusyName{"WORKINGELSEWHERE", BusyStatus::working_elsewhere},
};

/// What the user will be when the meeting is accepted.
BusyStatus intended_status(IcalComponent const &event, ProtocolVersion version)
{
    for (auto const *name : {"X-MICROSOFT-CDO-INTENDEDSTATUS", "X-MICROSOFT-CDO-BUSYSTATUS"}) {
        auto const value = value_of(event, name);
        for (auto const &row : busy_names)
            if (equals_ignoring_case(value, row.name))
                return row.status == BusyStatus::working_elsewhere && version < v16_0 ? BusyStatus::free
                                                                                      : row.status;
    }
    if (equals_ignoring_case(value_of(event, "TRANSP"), "TRANSPARENT"))
        return BusyStatus::free;
    return equals_ignoring_case(value_of(event, "STATUS"), "TENTATIVE") ? BusyStatus::tentative
                                                                        : BusyStatus::busy;
}

/// Makes the properties of one VEVENT those of the MeetingRequest.
class Reading {
public:
    Reading(Invitation const &invitation, ProtocolVersion version, CalendarContext const &context)
        : m_invitation(invitation), m_event(invitation.event()), m_version(version), m_context(context),
          m_zones(invitation.document(), context)
    {}

    MeetingRequest read(Instant received);

private:
    std::optional<IcalTime> time(std::string_view name) { return ical_time_of(m_event, name, m_zones); }
    void read_times();
    void read_proposal();
    void read_instance();
    void read_recurrence();
    void read_place();
    void read_people();
    void read_reminder();
    void read_id();
    Instant instant_of(IcalTime const &time) const { return told_instant(time, m_version, m_zones); }

    Invitation const &m_invitation;
    IcalComponent const &m_event;
    ProtocolVersion m_version;
    CalendarContext const &m_context;
    IcalZones m_zones;
    MeetingRequest m_request;
    std::optional<IcalTime> m_start, m_instance;
};

/// As the calendar item will have them.
void Reading::read_times()
{
    m_start = time("DTSTART");
    if (auto const times = event_times(m_event, m_zones)) {
        m_request.all_day_event = times->is_all_day;
        m_request.start_time = instant_of(times->start);
        m_request.end_time = instant_of(times->end);
    }
    bool const is_zoned = m_start && m_start->form == IcalTime::Form::zoned;
    auto const &zone = is_zoned ? m_zones.zone(m_start->tzid) : m_zones.users_zone();
    m_request.time_zone =
        format_time_zone(structure_of(*zone.zone, m_start ? m_start->instant() : m_context.now,
                                      m_context.zone_names.windows_name(zone.name)));
}

/// The times of a COUNTER are those that are proposed; Outlook adds what they were.
void Reading::read_proposal()
{
    if (m_invitation.method() != ItipMethod::counter || !m_request.start_time)
        return;
    m_request.proposed_start = *m_request.start_time;
    m_request.proposed_end = *m_request.end_time;
    auto const start = time("X-MS-OLK-ORIGINALSTART"), end = time("X-MS-OLK-ORIGINALEND");
    if (start && end) {
        m_request.start_time = instant_of(*start);
        m_request.end_time = instant_of(*end);
    }
}

void Reading::read_instance()
{
    m_instance = time("RECURRENCE-ID");
    if (m_instance) {
        m_request.instance_type = InstanceType::exception;
        m_request.recurrence_id = instant_of(*m_instance);
        m_request.original = m_instance->instant();
    }
}

/// The pattern; unlike a calendar item the request has no exceptions to it. Of what EAS cannot say
/// InstanceType tells alone: an approximation would show the user meetings that are none.
void Reading::read_recurrence()
{
    auto const rules = m_event.properties("RRULE");
    if (m_instance || !m_start || (rules.empty() && !m_event.property("RDATE")))
        return;
    m_request.instance_type = InstanceType::series;
    if (rules.size() != 1)
        return;
    auto const rule = RecurrenceRule::parse(rules.front().value);
    if (!rule)
        return;
    auto const said = express(*rule, {m_start->local, m_start->is_date(), *m_start->zone}, m_version);
    if (!said)
        return;
    MeetingRecurrence recurrence{said->recurrence, {}};
    recurrence.interval = said->recurrence.interval.value_or(1);
    recurrence.is_leap_month = said->recurrence.is_leap_month.value_or(false);
    if (*recurrence.type != Recurrence::Type::daily && *recurrence.type != Recurrence::Type::weekly)
        recurrence.calendar_type = said->recurrence.calendar_type.value_or(0);
    if (said->until)
        recurrence.until = *said->until;
    m_request.recurrences = std::vector{recurrence};
}

void Reading::read_place()
{
    auto const text = ical_text_of(m_event, "LOCATION");
    if (text.empty())
        return;
    std::string const location(utf8_prefix(text, max_location_bytes));
    m_request.location = location;
    m_request.structured_location.emplace().display_name = location;
}

void Reading::read_people()
{
    if (auto const organizer = organizer_of(m_event)) {
        auto const name = organizer->name == organizer->email ? "" : organizer->name;
        m_request.organizer = format_addresses({{name, organizer->email}}, ", ");
    }
    auto const own = own_attendee_line(m_event, m_context.addresses);
    auto const line = own ? own : m_event.property("ATTENDEE");
    m_request.response_requested = m_invitation.method() == ItipMethod::request && line &&
                                   equals_ignoring_case(line->parameter("RSVP"), "TRUE");
    m_request.disallow_new_time_proposal =
        equals_ignoring_case(value_of(m_event, "X-MICROSOFT-DISALLOW-COUNTER"), "TRUE");
}

void Reading::read_reminder()
{
    if (!m_request.start_time)
        return;
    auto const minutes = reminder_minutes(m_event, *m_request.start_time, *m_request.end_time, m_zones);
    if (minutes)
        m_request.reminder_seconds = static_cast<uint16_t>(
            std::min<uint64_t>(uint64_t{*minutes} * 60, std::numeric_limits<uint16_t>::max()));
}

void Reading::read_id()
{
    auto const uid = sanitize_utf8(m_invitation.uid());
    m_request.uid = std::string(utf8_prefix_characters(uid, max_uid_characters));
    m_request.global_object_id = global_object_id(
        *m_request.uid,
        m_instance ? std::optional(year_month_day(floor<days>(m_instance->local))) : std::nullopt);
}

MeetingRequest Reading::read(Instant received)
{
    read_instance();
    read_times();
    read_proposal();
    read_recurrence();
    read_place();
    read_people();
    read_reminder();
    read_id();
    auto const stamp = time("DTSTAMP");
    m_request.dt_stamp = stamp ? stamp->instant() : received;
    m_request.sensitivity = static_cast<int>(sensitivity_of(m_event));
    m_request.busy_status = static_cast<int>(intended_status(m_event, m_version));
    m_request.sequence = m_invitation.sequence();
    if (m_invitation.method() == ItipMethod::request)
        m_request.message_type = m_request.sequence > 0 ? MessageType::full_update : MessageType::initial;
    if (auto const own = own_attendee_line(m_event, m_context.addresses);
        own && !own->parameter("DELEGATED-TO").empty() && m_invitation.method() == ItipMethod::request)
        m_request.message_type = MessageType::delegators_copy;
    return std::move(m_request);
}

} // namespace

Instant told_instant(IcalTime const &time, ProtocolVersion version, IcalZones const &zones)
{
    return time.is_date() && version >= v16_0 ? zones.utc().zone->to_instant(time.local) : time.instant();
}

std::string global_object_id(std::string_view uid, std::optional<year_month_day> instance)
{
    bool const is_outlook =
        uid.size() >= shortest_outlook_id && equals_ignoring_case(uid.substr(0, class_id.size()), class_id);
    auto own = is_outlook ? hex_decode(uid) : std::nullopt;
    if (own) {
        own->replace(16, 4, date_bytes(instance));
        return base64_encode(*own);
    }
    std::string const data = "vCal-Uid" + little_endian(1) + std::string(uid) + '\0';
    return base64_encode(*hex_decode(class_id) + date_bytes(instance) + std::string(16, '\0') +
                         little_endian(data.size()) + data);
}

std::optional<MeetingRequest> meeting_request_from(Invitation const &invitation, Instant received,
                                                   ProtocolVersion version, CalendarContext const &context)
{
    auto const organizer = organizer_of(invitation.event());
    bool const is_from_organizer =
        invitation.method() == ItipMethod::request || invitation.method() == ItipMethod::cancel;
    if (is_from_organizer && organizer && is_one_of(organizer->email, context.addresses))
        return std::nullopt;
    auto request = Reading(invitation, version, context).read(received);
    if (invitation.method() == ItipMethod::request && !request.start_time)
        return std::nullopt;
    return request;
}

std::optional<std::vector<Forwardee>> forwardees_of(Invitation const &invitation, std::string_view from,
                                                    std::string_view to)
{
    auto const &event = invitation.event();
    auto const senders = parse_addresses(from);
    auto const organizer = event.property("ORGANIZER");
    if (invitation.method() != ItipMethod::request || senders.size() != 1 || !organizer ||
        !own_attendee_line(event, {senders[0].address}))
        return std::nullopt;
    auto const &sender = senders[0].address;
    if (speaks_for(*organizer, sender))
        return std::nullopt;
    std::vector<Forwardee> forwardees;
    for (auto const &[name, address] : parse_addresses(to))
        forwardees.push_back({address, name.empty() ? std::nullopt : std::optional(name)});
    return forwardees.empty() ? std::nullopt : std::optional(std::move(forwardees));
}

} // namespace eas
