// An organizer changes what a series is about, and not when it takes place. Its exceptions stay, most of
// which are there only because the user answered them by themselves: what they have of the series becomes
// what the series has now. The organizer may not even know of them, so no message of its own comes for each.
#pragma once
#include "mapping/calendar-context.h"
#include "mapping/ical-document.h"
#include <cstdint>
#include <set>

namespace eas {

/// `document` was `before`. Of its exceptions those at `told` (original starts, in seconds) and those that
/// are newer than the series are as their organizer wants them; the others get those properties of the series
/// in which they did not differ from it. Their answers, alarms and what else the user added stay.
void pass_on_news(IcalDocument &document, IcalDocument const &before, std::set<int64_t> const &told,
                  CalendarContext const &context);

} // namespace eas
