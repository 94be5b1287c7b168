// A task as Sync, ItemOperations and Search write it and Sync's Add and Change read it. MS-ASTASK 2.2.2.
// Absent members are not sent; in a request they are ghosted or stay as they are, and an empty element
// clears.
#pragma once
#include "base/time.h"
#include "items/calendar.h"
#include "items/email.h"
#include "items/recurrence.h"
#include "schema/schema.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eas {

/// MS-ASTASK 2.2.2.20
struct TaskRecurrence : Recurrence {
    std::optional<Instant> start;      ///< local time written as if it were UTC; required
    std::optional<Instant> until;      ///< excludes Occurrences
    std::optional<bool> regenerate;    ///< the next one is made when this one is completed, counted from then
    std::optional<uint8_t> dead_occur; ///< not 0: an instance of a series, without a next one
};

/// An element that is empty has no instant: it clears what is there.
struct TaskDate {
    std::optional<Instant> instant{};
    TaskDate() = default;
    TaskDate(Instant given) : instant(given) {}
    bool operator==(TaskDate const &) const = default;
};

// The schema layer finds these two by their argument.
inline bool read_value(schema::Reader &reader, Element const &element, TaskDate &out, RowLimits const &limits)
{
    out = TaskDate{};
    return element.text.empty() || read_value(reader, element, out.instant, limits);
}

inline void write_value(Encoder &encoder, Tag tag, TaskDate const &value, ProtocolVersion version)
{
    if (value.instant)
        schema::write_value(encoder, tag, *value.instant, version);
    else
        encoder.element(tag, "");
}

/// Pairs of dates: the local one is written as if it were UTC (2026-11-22T00:00:00.000Z is the 22nd).
struct Task {
    std::optional<std::string> subject;
    std::optional<Body> body;
    std::optional<int> importance; ///< 0 low, 1 normal, 2 high; other values are kept. MS-ASTASK 2.2.2.14
    std::optional<TaskDate> utc_start_date, start_date, utc_due_date, due_date;
    std::optional<std::vector<std::string>> categories;
    std::optional<TaskRecurrence> recurrence; ///< without any member: the task is to recur no more
    std::optional<bool> complete;
    std::optional<TaskDate> date_completed; ///< required in answers when complete
    std::optional<Sensitivity> sensitivity;
    std::optional<TaskDate> reminder_time;
    std::optional<bool> reminder_set;
};

template <> struct Schema<TaskRecurrence> {
    static constexpr auto properties = Rows{
        property(Tag::Tasks_Type, &TaskRecurrence::type, in_range(0, 6)),
        property(Tag::Tasks_Start, &TaskRecurrence::start),
        property(Tag::Tasks_Until, &TaskRecurrence::until),
        property(Tag::Tasks_Occurrences, &TaskRecurrence::occurrences, in_range(1, 999)),
        property(Tag::Tasks_Interval, &TaskRecurrence::interval, in_range(0, 999)),
        property(Tag::Tasks_DayOfWeek, &TaskRecurrence::day_of_week, in_range(1, 127)),
        property(Tag::Tasks_DayOfMonth, &TaskRecurrence::day_of_month, in_range(1, 31)),
        property(Tag::Tasks_WeekOfMonth, &TaskRecurrence::week_of_month, in_range(1, 5)),
        property(Tag::Tasks_MonthOfYear, &TaskRecurrence::month_of_year, in_range(1, 12)),
        property(Tag::Tasks_Regenerate, &TaskRecurrence::regenerate),
        property(Tag::Tasks_DeadOccur, &TaskRecurrence::dead_occur),
        property(Tag::Tasks_CalendarType, &TaskRecurrence::calendar_type, since(v14_0), in_range(0, 23)),
        property(Tag::Tasks_IsLeapMonth, &TaskRecurrence::is_leap_month, since(v14_0)),
        property(Tag::Tasks_FirstDayOfWeek, &TaskRecurrence::first_day_of_week, since(v14_1), in_range(0, 6)),
    };
};

template <> struct Schema<Task> {
    static constexpr auto properties = Rows{
        property(Tag::Tasks_Subject, &Task::subject),
        property(Tag::AirSyncBase_Body, &Task::body),
        property(Tag::Tasks_Importance, &Task::importance),
        property(Tag::Tasks_UtcStartDate, &Task::utc_start_date),
        property(Tag::Tasks_StartDate, &Task::start_date),
        property(Tag::Tasks_UtcDueDate, &Task::utc_due_date),
        property(Tag::Tasks_DueDate, &Task::due_date),
        list(Tag::Tasks_Categories, Tag::Tasks_Category, &Task::categories),
        property(Tag::Tasks_Recurrence, &Task::recurrence),
        property(Tag::Tasks_Complete, &Task::complete),
        property(Tag::Tasks_DateCompleted, &Task::date_completed),
        property(Tag::Tasks_Sensitivity, &Task::sensitivity, in_range(0, 3), when_empty(Sensitivity::normal)),
        property(Tag::Tasks_ReminderTime, &Task::reminder_time),
        property(Tag::Tasks_ReminderSet, &Task::reminder_set),
    };
};

} // namespace eas
