// See user-name.h. An entry counts only with the address itself: the directory finds names that begin like it
// too.
#include "services/user-name.h"
#include "base/text.h"
#include <algorithm>

namespace eas {

std::string user_display_name(Ports const &ports)
{
    auto const addresses = ports.submission.addresses();
    if (!ports.settings.user_name.empty() || !ports.directory || addresses.empty())
        return ports.settings.user_name;
    auto const found = ports.directory->find(addresses.front(), Directory::Books::searched);
    if (!found)
        return {};
    for (auto const &entry : found->entries)
        if (std::ranges::any_of(entry.addresses, [&](std::string const &each) {
                return equals_ignoring_case(each, addresses.front());
            }))
            return entry.properties.display_name.value_or("");
    return {};
}

} // namespace eas
