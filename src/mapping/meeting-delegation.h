// Attendees who send somebody in their place: they answer with PARTSTAT=DELEGATED and DELEGATED-TO, and who
// is sent becomes an attendee, with an answer of the own. RFC 5546 3.2.2.3, 3.2.3. EAS has no word for that:
// AttendeeStatus is 0 (unknown) of the one, and the other is one of the attendees.
#pragma once
#include "mapping/ical-document.h"
#include <string_view>
#include <vector>

namespace eas {

/// Whom the ATTENDEE line `answer` of a REPLY delegates to, a line each for the organizer's event. None if it
/// does not, or to hundreds.
std::vector<IcalProperty> delegates_of(IcalProperty const &answer, IcalComponent const &reply);

/// Enters that the attendee of that address does not come, but these. Whether something was changed.
bool set_delegated(IcalComponent &event, std::string_view address,
                   std::vector<IcalProperty> const &delegates);

/// Who answers for himself has nobody in his place any more.
void take_back_delegation(IcalComponent &event, std::string_view address);

} // namespace eas
