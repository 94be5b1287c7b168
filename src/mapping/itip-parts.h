// What the makers of scheduling messages share (itip.h).
#pragma once
#include "base/time.h"
#include "mapping/ical-document.h"
#include <string_view>
#include <vector>

namespace eas {

/// A message of `events`, which come from `source` and use its time zones: stamped, and without what concerns
/// their owner alone.
IcalDocument itip_document(IcalDocument const &source, std::vector<IcalComponent> events,
                           std::string_view method, Instant now);

} // namespace eas
