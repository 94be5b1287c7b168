// What a VEVENT and an exception to a series have alike, but for their times: component -> EventProperties,
// and the properties that both ways share. MS-ASCAL 2.2.2.
#pragma once
#include "items/calendar.h"
#include "mapping/series-form.h"

namespace eas {

/// All that is said of a component that takes place at `times`. Members are absent where there is nothing to
/// say.
EventProperties event_properties(IcalComponent const &component, EventTimes const &times,
                                 SeriesForm const &form, IcalZones &zones, ItemView const &view,
                                 CalendarContext const &context);

/// What an exception must say: `own` without what is the same in `series`, and empty elements for what the
/// exception lacks. MS-ASCAL 3.2.5.3.2. Start and end always stay.
void keep_differences(EventProperties &own, EventProperties const &series, ProtocolVersion version);

/// TRANSP, STATUS and X-MICROSOFT-CDO-BUSYSTATUS.
BusyStatus busy_status_of(IcalComponent const &component, std::vector<std::string> const &addresses);
/// As a client of that version knows it: "working elsewhere" is of 16.0 on (MS-ASCAL 2.2.2.9), free before.
BusyStatus told_busy_status(BusyStatus status, ProtocolVersion version);
/// A client that was told "free" of who works elsewhere, and says so again, changes nothing.
void set_busy_status(IcalComponent &component, BusyStatus wanted, ProtocolVersion version,
                     std::vector<std::string> const &addresses);

/// Whether attendees are asked to answer; for an attendee whether the user is.
bool is_response_requested(IcalComponent const &component, std::vector<std::string> const &addresses);
void set_response_requested(IcalComponent &component, bool wanted);

/// The CalendarType that a client gave, where the rule alone does not tell it.
std::optional<uint8_t> named_calendar(IcalComponent const &component);
void set_named_calendar(IcalComponent &component, uint8_t calendar_type);

bool is_new_time_disallowed(IcalComponent const &component);
void set_new_time_disallowed(IcalComponent &component, bool wanted);

/// STATUS:CANCELLED
bool is_cancelled(IcalComponent const &component);
void set_cancelled(IcalComponent &component, bool wanted);

} // namespace eas
