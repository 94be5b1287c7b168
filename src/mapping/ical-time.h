// DATE, DATE-TIME and DURATION values of iCalendar, with the zones that they are in. RFC 5545 3.3.4 to 3.3.6.
#pragma once
#include "mapping/calendar-context.h"
#include "mapping/ical-document.h"
#include "mapping/zone.h"
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace eas {

/// The zones of one document: TZIDs by its VTIMEZONEs or by name.
class IcalZones {
public:
    /// `document` and `context` must stay alive, and the document's VTIMEZONEs unchanged.
    IcalZones(IcalDocument const &document, CalendarContext const &context);

    /// "" is the user's own zone (floating). So is one that nobody knows: better the right day than no event.
    NamedZone const &zone(std::string_view tzid);
    bool is_known(std::string_view tzid);
    NamedZone const &users_zone() const { return m_context.users_zone; }
    NamedZone const &utc() const { return m_utc; }

private:
    std::optional<NamedZone> const &find(std::string_view tzid);

    CalendarContext const &m_context;
    NamedZone m_utc;
    std::map<std::string, IcalComponent const *, std::less<>> m_vtimezones;
    std::map<std::string, std::optional<NamedZone>, std::less<>> m_found;
};

/// A DATE or a DATE-TIME.
struct IcalTime {
    enum class Form { date, floating, utc, zoned } form = Form::utc;
    LocalTime local; ///< midnight of a date; in UTC with Form::utc
    /// Of Form::zoned, as the file has it. Of Form::date where the client that made it has its midnights, if
    /// not where the user has them: phones up to 14.1 are told days as instants, and get theirs back.
    std::string tzid;
    std::shared_ptr<Zone const> zone; ///< never null; the user's own with Form::date and Form::floating

    bool is_date() const { return form == Form::date; }
    Instant instant() const { return zone->to_instant(local); }
};

/// One value of `property` (of DTSTART, DUE, EXDATE, ...). Nothing if it is neither DATE nor DATE-TIME; the
/// VALUE parameter is not needed, as programs forget it.
std::optional<IcalTime> parse_ical_time(IcalProperty const &property, std::string_view value,
                                        IcalZones &zones);
bool is_ical_time(std::string_view value);
/// The value of a property that has one; with the zone of the days if it is DTSTART or DUE.
std::optional<IcalTime> ical_time_of(IcalComponent const &component, std::string_view name, IcalZones &zones);
/// Writes the zone of the component's days; "" if it is the user's, or there are none.
void set_days_zone(IcalComponent &component, std::string const &tzid);
/// "20261122", "20261122T100000", "20261122T090000Z"
std::string format_ical_time(IcalTime const &time);
/// NAME;TZID=Europe/Berlin:20261122T100000. Parameters of `present` other than TZID and VALUE are kept.
IcalProperty ical_time_property(std::string name, IcalTime const &time,
                                std::optional<IcalProperty> const &present = {});
/// `instant` in the form and zone of `like`; with Form::date the day at that time.
IcalTime ical_time_like(IcalTime const &like, Instant instant);

/// Days are nominal (23 to 25 hours), the rest is exact.
struct IcalDuration {
    int64_t days = 0, seconds = 0; ///< both negative or none
};
/// "-P1DT12H"; nothing if it is none or longer than 1000 years.
std::optional<IcalDuration> parse_ical_duration(std::string_view text);
/// What comes to `to`, added to `from`: as many whole days by its clock as there are, and the rest.
IcalDuration ical_duration_between(IcalTime const &from, Instant to);
/// "-PT15M", "P1D"
std::string format_ical_duration(IcalDuration const &duration);
/// The same of days of 24 hours.
std::string format_ical_duration(int64_t seconds);

} // namespace eas
