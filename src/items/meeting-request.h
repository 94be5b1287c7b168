// What a mail says of the meeting that it invites to, answers or cancels. MS-ASEMAIL 2.2.2.48. Clients find
// the calendar item by its UID: up to 14.1 within GlobalObjId, from 16.0 on as it is.
#pragma once
#include "base/time.h"
#include "items/location.h"
#include "items/recurrence.h"
#include "schema/schema.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eas {

/// MS-ASEMAIL 2.2.2.60. Unlike in a calendar item CalendarType and the like are of Email2.
struct MeetingRecurrence : Recurrence {
    std::optional<Compact<Instant>> until; ///< excludes Occurrences
};

/// Whom somebody has forwarded the invitation to. MS-ASCMD 2.2.3.78.
struct Forwardee {
    std::string email;
    std::optional<std::string> name;
};

struct MeetingRequest {
    /// MS-ASEMAIL 2.2.2.39
    enum class InstanceType {
        single = 0,
        series = 1, ///< also one whose pattern Recurrences cannot say
        exception = 3,
        orphan = 4 ///< an instance of a series that the user has no invitation to; 16.0 on
    };
    /// MS-ASEMAIL 2.2.2.47
    enum class MessageType {
        unspecified = 0,
        initial = 1,
        full_update = 2,
        informational = 3,  ///< of a meeting that is in the calendar, whose time stays
        outdated = 4,       ///< there is a newer one
        delegators_copy = 5 ///< somebody else is to answer
    };

    bool all_day_event = false;
    std::optional<Instant> start_time;
    Instant dt_stamp;
    std::optional<Instant> end_time;
    InstanceType instance_type = InstanceType::single;
    std::optional<std::string> location;         ///< until 14.1
    std::optional<Location> structured_location; ///< 16.0 on
    std::optional<std::string> organizer;        ///< "\"Name\" <address>"
    std::optional<Instant> recurrence_id;        ///< the original start of the instance that this is about
    std::optional<uint16_t> reminder_seconds;
    bool response_requested = false;
    std::optional<std::vector<MeetingRecurrence>> recurrences;    ///< one
    int sensitivity = 0;                                          ///< 0 normal to 3 confidential
    int busy_status = 2;                                          ///< BusyStatus of items/calendar.h
    std::string time_zone;                                        ///< base64; mapping/time-zone.h
    std::optional<std::string> global_object_id;                  ///< until 14.1
    bool disallow_new_time_proposal = false;                      ///< 14.0 on
    MessageType message_type = MessageType::unspecified;          ///< 14.1 on
    std::optional<std::string> uid;                               ///< 16.0 on
    std::optional<Compact<Instant>> proposed_start, proposed_end; ///< of a counter-proposal; 16.1 on
    std::optional<std::vector<Forwardee>> forwardees;             ///< 16.1 on

    // For a comparison with the calendar; clients are not told.
    int64_t sequence = 0;            ///< SEQUENCE
    std::optional<Instant> original; ///< RECURRENCE-ID; of an all-day event in the user's time zone
};

template <> struct Schema<MeetingRecurrence> {
    static constexpr auto properties = Rows{
        property(Tag::Email_Type, &MeetingRecurrence::type),
        property(Tag::Email_Interval, &MeetingRecurrence::interval),
        property(Tag::Email_Until, &MeetingRecurrence::until),
        property(Tag::Email_Occurrences, &MeetingRecurrence::occurrences),
        property(Tag::Email_WeekOfMonth, &MeetingRecurrence::week_of_month),
        property(Tag::Email_DayOfMonth, &MeetingRecurrence::day_of_month),
        property(Tag::Email_DayOfWeek, &MeetingRecurrence::day_of_week),
        property(Tag::Email_MonthOfYear, &MeetingRecurrence::month_of_year),
        property(Tag::Email2_CalendarType, &MeetingRecurrence::calendar_type, since(v14_0)),
        property(Tag::Email2_IsLeapMonth, &MeetingRecurrence::is_leap_month, since(v14_0)),
        property(Tag::Email2_FirstDayOfWeek, &MeetingRecurrence::first_day_of_week, since(v14_1)),
    };
};

template <> struct Schema<Forwardee> {
    static constexpr auto properties = Rows{
        property(Tag::ComposeMail_ForwardeeEmail, &Forwardee::email),
        property(Tag::ComposeMail_ForwardeeName, &Forwardee::name),
    };
};

template <> struct Schema<MeetingRequest> {
    static constexpr auto properties = Rows{
        property(Tag::Email_AllDayEvent, &MeetingRequest::all_day_event),
        property(Tag::Email_StartTime, &MeetingRequest::start_time),
        property(Tag::Email_DtStamp, &MeetingRequest::dt_stamp),
        property(Tag::Email_EndTime, &MeetingRequest::end_time),
        property(Tag::Email_InstanceType, &MeetingRequest::instance_type),
        property(Tag::Email_Location, &MeetingRequest::location, until(v14_1)),
        property(Tag::AirSyncBase_Location, &MeetingRequest::structured_location, since(v16_0)),
        property(Tag::Email_Organizer, &MeetingRequest::organizer),
        property(Tag::Email_RecurrenceId, &MeetingRequest::recurrence_id),
        property(Tag::Email_Reminder, &MeetingRequest::reminder_seconds),
        property(Tag::Email_ResponseRequested, &MeetingRequest::response_requested),
        list(Tag::Email_Recurrences, Tag::Email_Recurrence, &MeetingRequest::recurrences),
        property(Tag::Email_Sensitivity, &MeetingRequest::sensitivity),
        property(Tag::Email_BusyStatus, &MeetingRequest::busy_status),
        property(Tag::Email_TimeZone, &MeetingRequest::time_zone),
        property(Tag::Email_GlobalObjId, &MeetingRequest::global_object_id, until(v14_1)),
        property(Tag::Email_DisallowNewTimeProposal, &MeetingRequest::disallow_new_time_proposal,
                 since(v14_0)),
        property(Tag::Email2_MeetingMessageType, &MeetingRequest::message_type, since(v14_1)),
        property(Tag::Calendar_UID, &MeetingRequest::uid, since(v16_0)),
        property(Tag::MeetingResponse_ProposedStartTime, &MeetingRequest::proposed_start, since(v16_1)),
        property(Tag::MeetingResponse_ProposedEndTime, &MeetingRequest::proposed_end, since(v16_1)),
        list(Tag::ComposeMail_Forwardees, Tag::ComposeMail_Forwardee, &MeetingRequest::forwardees,
             since(v16_1)),
    };
};

} // namespace eas
