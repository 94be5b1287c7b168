// See calendar-owner.h.
#include "commands/calendar-owner.h"
#include "base/text.h"
#include <memory>

namespace eas {

namespace {

/// What the directory calls who has that address; "" if it has nobody, or cannot be asked.
std::string name_in_directory(Directory *directory, std::vector<std::string> const &addresses)
{
    if (!directory || addresses.empty())
        return {};
    auto const found = directory->find(addresses.front(), Directory::Books::searched);
    for (auto const &entry : found ? found->entries : std::vector<DirectoryEntry>())
        for (auto const &address : entry.addresses)
            if (equals_ignoring_case(address, addresses.front()))
                return entry.properties.display_name.value_or("");
    return {};
}

} // namespace

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
    context.ask_user_name = [known = std::make_shared<std::optional<std::string>>(ports.settings.user_name),
                             directory = ports.directory, addresses = context.addresses] {
        if ((*known)->empty() && directory)
            *known = name_in_directory(directory, addresses);
        return **known;
    };
    return context;
}

} // namespace eas
