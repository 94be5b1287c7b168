// See calendar-owner.h.
#include "commands/calendar-owner.h"

namespace eas {

namespace {

/// Zones are read once a process.
ZoneNames const &zone_names()
{
    static ZoneNames const names;
    return names;
}

} // namespace

CalendarContext calendar_context(Session const &session)
{
    auto const &ports = session.ports;
    auto zone = zone_names().resolve(ports.settings.time_zone);
    if (!zone)
        zone = zone_names().find("UTC");
    return {zone_names(), zone.value_or(NamedZone{}), ports.clock.now(), ports.submission.addresses(), ""};
}

} // namespace eas
