// VTIMEZONE of iCalendar files (RFC 5545 3.6.5) as a zone, and back; and the zone that a TZID means.
#pragma once
#include "mapping/ical-document.h"
#include "mapping/zone-names.h"
#include "mapping/zone.h"
#include <optional>
#include <string_view>

namespace eas {

/// The zone that a VTIMEZONE describes. Nothing if an observance lacks a time or an offset, or has a rule
/// that cannot be understood or gives more changes than any zone has. Rules that are no "nth weekday" are
/// computed until 2100.
std::optional<Zone> zone_of(IcalComponent const &vtimezone);

/// A VTIMEZONE that is right from `from` on; rules that RRULE cannot say simply are listed for 30 years.
IcalComponent vtimezone_of(Zone const &zone, std::string_view tzid, Instant from);

/// The zone of a TZID parameter: `vtimezone`'s (that of the same file, or null) if it can be understood, else
/// by name (X-LIC-LOCATION too). Many programs describe the years of the event only (khal the one change
/// before and the one after it) and go by the name themselves: outside of what is described the name counts.
/// The name is tzdata's, "" if it has none. Nothing if nobody knows the zone.
std::optional<NamedZone> zone_of_tzid(std::string_view tzid, IcalComponent const *vtimezone,
                                      ZoneNames const &names);

} // namespace eas
