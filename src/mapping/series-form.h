// A set of occurrences in the only form that EAS has: one Recurrence, and exceptions to it.
//
// A client computes instances from StartTime, Recurrence and the rules of one TimeZone structure. Mostly that
// is what the file says. Where it is not, the form is made for a window around now, of years if they fit,
// else of months, days or hours: the simplest Recurrence that has an instance on every day of an occurrence,
// with exceptions for those that take place at another time, and Deleted ones for days without occurrence.
// Where that takes too many, a Recurrence that has an instance near every occurrence, and is moved there.
// That concerns
//  - rules that EAS cannot say, several rules, EXRULE, RDATE, RANGE=THISANDFUTURE, components without master,
//  - zones whose law changed, so that no structure is right for all occurrences,
//  - more exceptions than a client takes (MS-ASCAL 2.2.2.21: 256).
// EAS has one instance a day (MS-ASCAL 2.2.2.37). Of several occurrences on one day (FREQ=HOURLY, BYHOUR,
// RDATE) the first is that day's instance; each other one is an exception of an instance that is added behind
// the last, and moved from there to its time.
#pragma once
#include "mapping/event-series.h"
#include "mapping/recurrence.h"
#include "mapping/time-zone.h"

namespace eas {

struct FormException {
    LocalTime original; ///< by the client's clock: the instance that is changed or deleted
    bool is_deleted = false;
    IcalComponent const *component = nullptr; ///< null: only its times differ
    EventTimes times;
    std::optional<LocalTime> moved_from{}; ///< the occurrence's own original, if it is of another day
};

struct SeriesForm {
    EventTimes first; ///< StartTime and EndTime
    TimeZoneStructure structure;
    Zone day_zone;    ///< in which a client takes all-day events for days; UTC from 16.0 on
    Zone client_zone; ///< in which it computes the instances of the series
    std::optional<ExpressedRecurrence> recurrence; ///< absent: a single event
    IcalComponent const *component = nullptr;      ///< what the single event or the whole series is like
    std::vector<FormException> exceptions;
    bool is_window = false;
    bool is_cut = false;                 ///< occurrences before or after the window are not told
    std::optional<Instant> tell_again{}; ///< when it must be made anew, as time goes on; absent: never

    /// What the client is told of a time.
    Instant instant(EventTimes const &times, IcalTime const &time) const
    {
        return times.is_all_day ? day_zone.to_instant(time.local) : time.instant();
    }
};

constexpr size_t most_exceptions = 256;

/// bad_request: the series has no occurrence.
Result<SeriesForm> form_of(EventSeries const &series, ProtocolVersion version, IcalZones &zones,
                           CalendarContext const &context);

} // namespace eas
