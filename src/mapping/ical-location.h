// Where an event takes place: LOCATION, its coordinates in GEO and in Apple's X-APPLE-STRUCTURED-LOCATION,
// and what only EAS knows of it (street, accuracy, ...) in a property of ours:
//   X-EAS-LOCATION;STREET=1 High St;CITY=Bath;...:the LOCATION that it belongs to
// which counts only as long as no other program has changed LOCATION. MS-ASAIRS 2.2.2.28.
#pragma once
#include "items/location.h"
#include "mapping/ical-document.h"

namespace eas {

/// With an empty DisplayName if there is none.
Location location_of(IcalComponent const &component);
/// A location without members removes it.
void set_location(IcalComponent &component, Location const &location);
/// Of a client that knows a text only (until 14.1): coordinates of another place go.
void set_location_text(IcalComponent &component, std::string_view text);

} // namespace eas
