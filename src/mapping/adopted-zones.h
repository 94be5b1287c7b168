// Components that come from one document into another bring their time zones along. Programs give the same
// TZID to other rules ("Customized Time Zone"), so a zone that is there already is compared. RFC 5545 3.2.19.
#pragma once
#include "mapping/ical-document.h"
#include "mapping/zone.h"

namespace eas {

/// Null if no VTIMEZONE of the document has that TZID.
IcalComponent const *find_vtimezone(IcalDocument const &document, std::string_view tzid);

/// Another name for a zone whose own has other rules in a document.
std::string other_tzid(std::string_view tzid);

/// Adds to `to` the time zones of `from` that `components` use, under another name where `to` has one of that
/// name with other rules; `components`, which are to be added to it, name it so then.
void adopt_time_zones(IcalDocument &to, IcalDocument const &from,
                      std::vector<IcalComponent *> const &components);

} // namespace eas
