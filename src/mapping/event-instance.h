// One instance of a stored event, as scheduling messages speak of it.
#pragma once
#include "mapping/calendar-context.h"
#include "mapping/ical-document.h"
#include <optional>
#include <vector>

namespace eas {

/// The instance of a series that began at `original`: its exception, else the series as if it were one.
/// Nothing if the series has no such instance. Without `original` the series, or the only event, itself.
std::optional<IcalComponent> event_instance(IcalDocument const &document, std::optional<Instant> original,
                                            CalendarContext const &context);

/// What an answer speaks of: that instance, else the series or only event; where there are instances without
/// their series, each of them. None if there is no such instance.
std::vector<IcalComponent> instances_to_answer(IcalDocument const &document, std::optional<Instant> original,
                                               CalendarContext const &context);

} // namespace eas
