// One instance of a stored event, as scheduling messages speak of it.
#pragma once
#include "mapping/calendar-context.h"
#include "mapping/ical-document.h"
#include <optional>

namespace eas {

/// The instance of a series that began at `original`: its exception, else the series as if it were one.
/// Nothing if the series has no such instance. Without `original` the series, or the only event, itself.
std::optional<IcalComponent> event_instance(IcalDocument const &document, std::optional<Instant> original,
                                            CalendarContext const &context);

} // namespace eas
