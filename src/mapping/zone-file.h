// Time zones as tzdata's compiled files have them: RFC 8536 (TZif), whose footer is a POSIX TZ rule.
#pragma once
#include "mapping/zone.h"
#include <optional>
#include <string_view>

namespace eas {

/// The content of a file below /usr/share/zoneinfo; nothing if it is not one (or one of version 1, without a
/// footer).
std::optional<Zone> parse_zone_file(std::string_view bytes);

/// "CET-1CEST,M3.5.0,M10.5.0/3". Nothing if `text` is not a rule; a fixed offset has two equal ones.
std::optional<YearlyChange> parse_posix_rule(std::string_view text);

} // namespace eas
