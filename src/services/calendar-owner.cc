// See calendar-owner.h.
#include "services/calendar-owner.h"
#include "services/user-name.h"
#include <memory>

namespace eas {

CalendarContext calendar_context(std::string_view time_zone, Instant now, std::vector<std::string> addresses)
{
    auto const &names = ZoneNames::of_process();
    auto zone = names.resolve(time_zone);
    if (!zone)
        zone = names.find("UTC");
    return {names, zone.value_or(NamedZone{}), now, std::move(addresses), {}};
}

CalendarContext calendar_context(Session const &session)
{
    auto const &ports = session.ports;
    auto context =
        calendar_context(ports.settings.time_zone, ports.clock.now(), ports.submission.addresses());
    context.ask_user_name = [known = std::make_shared<std::optional<std::string>>(), &ports] {
        if (!*known)
            *known = user_display_name(ports);
        return **known;
    };
    return context;
}

} // namespace eas
