// A calendar item as Sync, ItemOperations and Search write it and Sync's Add and Change read it.
// MS-ASCAL 2.2.2. Absent members are not sent; in a request they are ghosted or stay as they are, and an
// empty element clears (an empty string, list, Location, Recurrence or Reminder; AllDayEvent, BusyStatus and
// Sensitivity become what everything has at first: MS-ASCAL 3.1.5.3.1).
#pragma once
#include "base/time.h"
#include "items/email.h"
#include "items/location.h"
#include "items/recurrence.h"
#include "schema/schema.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eas {

/// Minutes before the start; without minutes an empty element: no reminder. MS-ASCAL 2.2.2.38.
struct Reminder {
    std::optional<uint32_t> minutes;
    bool operator==(Reminder const &) const = default;
};

// The schema layer finds these two by their argument.
inline bool read_value(schema::Reader &reader, Element const &element, Reminder &out, RowLimits const &limits)
{
    out = Reminder{};
    return element.text.empty() || read_value(reader, element, out.minutes, limits);
}

inline void write_value(Encoder &encoder, Tag tag, Reminder const &value, ProtocolVersion version)
{
    if (value.minutes)
        schema::write_value(encoder, tag, *value.minutes, version);
    else
        encoder.element(tag, "");
}

enum class BusyStatus { free = 0, tentative = 1, busy = 2, out_of_office = 3, working_elsewhere = 4 };
enum class Sensitivity { normal = 0, personal = 1, is_private = 2, confidential = 3 };

/// What the user answered to an invitation. MS-ASCAL 2.2.2.40.
enum class ResponseType {
    none = 0,
    organizer = 1,
    tentative = 2,
    accepted = 3,
    declined = 4,
    not_responded = 5
};

/// MeetingStatus's bits. MS-ASCAL 2.2.2.28.
namespace meeting_status {
constexpr uint8_t is_meeting = 1, is_received = 2, is_cancelled = 4;
}

/// MS-ASCAL 2.2.2.3
struct Attendee {
    std::string email, name;
    enum class Status { unknown = 0, tentative = 2, accepted = 3, declined = 4, not_responded = 5 };
    enum class Type { required = 1, optional = 2, resource = 3 };
    std::optional<Status> status; ///< clients of 16.0 on do not send it
    std::optional<Type> type;
    std::optional<Compact<Instant>> proposed_start, proposed_end; ///< both or none; in answers, 16.1 on
};

struct CalendarRecurrence : Recurrence {
    std::optional<Compact<Instant>> until; ///< the start of the last instance, or later; excludes Occurrences
};

/// What both a calendar item and an exception to a series have.
struct EventProperties {
    std::optional<bool> all_day_event;
    std::optional<Body> body;
    std::optional<BusyStatus> busy_status;
    std::optional<Compact<Instant>> dt_stamp; ///< clients of 16.0 on do not send it
    /// All-day events: midnight in the event's time zone; from 16.0 on midnight UTC of the date itself, with
    /// no Timezone. MS-ASCAL 2.2.2.1.
    std::optional<Compact<Instant>> start_time, end_time;
    std::optional<std::string> location;                ///< until 14.1
    std::optional<Location> structured_location;        ///< 16.0 on
    std::optional<std::vector<Attachment>> attachments; ///< in answers, 16.0 on
    std::optional<Reminder> reminder;
    std::optional<Sensitivity> sensitivity;
    std::optional<std::string> subject;
    std::optional<uint8_t> meeting_status;
    std::optional<std::vector<Attendee>> attendees; ///< of an exception: 14.0 on
    std::optional<std::vector<std::string>> categories;
    std::optional<Compact<Instant>> appointment_reply_time; ///< in answers, 14.0 on
    std::optional<ResponseType> response_type;              ///< in answers, 14.0 on
    std::optional<std::string> online_meeting_conf_link,
        online_meeting_external_link; ///< in answers, 14.1 on
};

/// MS-ASCAL 2.2.2.21. Absent members are those of the series.
struct EventException : EventProperties {
    std::optional<bool> deleted;
    std::optional<Compact<Instant>> exception_start_time; ///< the instance's original start; until 14.1
    std::optional<Compact<Instant>> instance_id;          ///< the same; 16.0 on
};

struct Event : EventProperties {
    std::optional<std::string> timezone;                        ///< base64; mapping/time-zone.h
    std::optional<std::string> organizer_name, organizer_email; ///< clients of 16.0 on do not send them
    std::optional<std::string> uid;        ///< at most 300 characters; clients of 16.0 on do not send it
    std::optional<std::string> client_uid; ///< in requests, 16.0 on: tells an Add that is repeated
    std::optional<CalendarRecurrence> recurrence;
    std::optional<std::vector<EventException>> exceptions;
    /// In answers, 16.0 on: the original start of an instance whose series the user has not.
    /// MS-ASAIRS 2.2.2.25.
    std::optional<Compact<Instant>> instance_id;
    std::optional<bool> response_requested;         ///< 14.0 on
    std::optional<bool> disallow_new_time_proposal; ///< 14.0 on
    std::optional<BodyType> native_body_type;
};

template <> struct Schema<Attendee> {
    static constexpr auto properties = Rows{
        property(Tag::Calendar_Email, &Attendee::email),
        property(Tag::Calendar_Name, &Attendee::name),
        property(Tag::Calendar_AttendeeStatus, &Attendee::status, in_range(0, 5)),
        property(Tag::Calendar_AttendeeType, &Attendee::type, in_range(1, 3)),
        property(Tag::MeetingResponse_ProposedStartTime, &Attendee::proposed_start, since(v16_1)),
        property(Tag::MeetingResponse_ProposedEndTime, &Attendee::proposed_end, since(v16_1)),
    };
};

template <> struct Schema<CalendarRecurrence> {
    static constexpr auto properties = Rows{
        property(Tag::Calendar_Type, &CalendarRecurrence::type, in_range(0, 6)),
        property(Tag::Calendar_Occurrences, &CalendarRecurrence::occurrences, in_range(1, 999)),
        property(Tag::Calendar_Interval, &CalendarRecurrence::interval, in_range(0, 999)),
        property(Tag::Calendar_WeekOfMonth, &CalendarRecurrence::week_of_month, in_range(1, 5)),
        property(Tag::Calendar_DayOfWeek, &CalendarRecurrence::day_of_week, in_range(1, 127)),
        property(Tag::Calendar_MonthOfYear, &CalendarRecurrence::month_of_year, in_range(1, 12)),
        property(Tag::Calendar_Until, &CalendarRecurrence::until),
        property(Tag::Calendar_DayOfMonth, &CalendarRecurrence::day_of_month, in_range(1, 31)),
        property(Tag::Calendar_CalendarType, &CalendarRecurrence::calendar_type, since(v14_0),
                 in_range(0, 23)),
        property(Tag::Calendar_IsLeapMonth, &CalendarRecurrence::is_leap_month, since(v14_0)),
        property(Tag::Calendar_FirstDayOfWeek, &CalendarRecurrence::first_day_of_week, since(v14_1),
                 in_range(0, 6)),
    };
};

template <> struct Schema<EventException> {
    static constexpr auto properties = Rows{
        property(Tag::Calendar_Deleted, &EventException::deleted),
        property(Tag::Calendar_ExceptionStartTime, &EventException::exception_start_time, until(v14_1)),
        property(Tag::Calendar_Subject, &EventException::subject),
        property(Tag::Calendar_StartTime, &EventException::start_time),
        property(Tag::Calendar_EndTime, &EventException::end_time),
        property(Tag::AirSyncBase_Body, &EventException::body),
        property(Tag::Calendar_Location, &EventException::location, until(v14_1)),
        property(Tag::AirSyncBase_Location, &EventException::structured_location, since(v16_0)),
        list(Tag::AirSyncBase_Attachments, Tag::AirSyncBase_Attachment, &EventException::attachments,
             since(v16_0)),
        list(Tag::Calendar_Categories, Tag::Calendar_Category, &EventException::categories),
        property(Tag::Calendar_Sensitivity, &EventException::sensitivity, in_range(0, 3),
                 when_empty(Sensitivity::normal)),
        property(Tag::Calendar_BusyStatus, &EventException::busy_status, in_range(0, 4),
                 when_empty(BusyStatus::busy)),
        property(Tag::Calendar_AllDayEvent, &EventException::all_day_event, when_empty(false)),
        property(Tag::Calendar_Reminder, &EventException::reminder),
        property(Tag::Calendar_DtStamp, &EventException::dt_stamp),
        property(Tag::AirSyncBase_InstanceId, &EventException::instance_id, since(v16_0)),
        property(Tag::Calendar_MeetingStatus, &EventException::meeting_status, in_range(0, 15)),
        list(Tag::Calendar_Attendees, Tag::Calendar_Attendee, &EventException::attendees, since(v14_0)),
        property(Tag::Calendar_AppointmentReplyTime, &EventException::appointment_reply_time, since(v14_0)),
        property(Tag::Calendar_ResponseType, &EventException::response_type, since(v14_0), in_range(0, 5)),
        property(Tag::Calendar_OnlineMeetingConfLink, &EventException::online_meeting_conf_link,
                 since(v14_1)),
        property(Tag::Calendar_OnlineMeetingExternalLink, &EventException::online_meeting_external_link,
                 since(v14_1)),
    };
};

template <> struct Schema<Event> {
    static constexpr auto properties = Rows{
        property(Tag::Calendar_Timezone, &Event::timezone),
        property(Tag::Calendar_AllDayEvent, &Event::all_day_event, when_empty(false)),
        property(Tag::AirSyncBase_Body, &Event::body),
        property(Tag::Calendar_BusyStatus, &Event::busy_status, in_range(0, 4), when_empty(BusyStatus::busy)),
        property(Tag::Calendar_OrganizerName, &Event::organizer_name),
        property(Tag::Calendar_OrganizerEmail, &Event::organizer_email),
        property(Tag::Calendar_DtStamp, &Event::dt_stamp),
        property(Tag::Calendar_EndTime, &Event::end_time),
        property(Tag::Calendar_Location, &Event::location, until(v14_1)),
        property(Tag::AirSyncBase_Location, &Event::structured_location, since(v16_0)),
        list(Tag::AirSyncBase_Attachments, Tag::AirSyncBase_Attachment, &Event::attachments, since(v16_0)),
        property(Tag::Calendar_Reminder, &Event::reminder),
        property(Tag::Calendar_Sensitivity, &Event::sensitivity, in_range(0, 3),
                 when_empty(Sensitivity::normal)),
        property(Tag::Calendar_Subject, &Event::subject),
        property(Tag::Calendar_StartTime, &Event::start_time),
        property(Tag::Calendar_UID, &Event::uid),
        property(Tag::Calendar_ClientUid, &Event::client_uid, since(v16_0)),
        property(Tag::Calendar_MeetingStatus, &Event::meeting_status, in_range(0, 15)),
        list(Tag::Calendar_Attendees, Tag::Calendar_Attendee, &Event::attendees),
        list(Tag::Calendar_Categories, Tag::Calendar_Category, &Event::categories),
        property(Tag::Calendar_Recurrence, &Event::recurrence),
        list(Tag::Calendar_Exceptions, Tag::Calendar_Exception, &Event::exceptions),
        property(Tag::AirSyncBase_InstanceId, &Event::instance_id, since(v16_0)),
        property(Tag::Calendar_ResponseRequested, &Event::response_requested, since(v14_0)),
        property(Tag::Calendar_AppointmentReplyTime, &Event::appointment_reply_time, since(v14_0)),
        property(Tag::Calendar_ResponseType, &Event::response_type, since(v14_0), in_range(0, 5)),
        property(Tag::Calendar_DisallowNewTimeProposal, &Event::disallow_new_time_proposal, since(v14_0)),
        property(Tag::AirSyncBase_NativeBodyType, &Event::native_body_type),
        property(Tag::Calendar_OnlineMeetingConfLink, &Event::online_meeting_conf_link, since(v14_1)),
        property(Tag::Calendar_OnlineMeetingExternalLink, &Event::online_meeting_external_link, since(v14_1)),
    };
};

} // namespace eas
