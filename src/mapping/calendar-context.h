// What the mapping of events and tasks must know beside the item itself.
#pragma once
#include "base/protocol-version.h"
#include "base/time.h"
#include "items/body-options.h"
#include "mapping/zone-names.h"
#include <functional>
#include <string>
#include <vector>

namespace eas {

/// Whose calendar it is, and when.
struct CalendarContext {
    ZoneNames const &zone_names; ///< must stay alive
    NamedZone users_zone;        ///< where floating times and days without a time are
    Instant now;
    std::vector<std::string>
        addresses; ///< the user's own e-mail addresses; the first is the one to send with
    std::function<std::string()> ask_user_name; ///< costs a look into the directory; null: nobody knows it

    /// "" if nobody knows it.
    std::string user_name() const { return ask_user_name ? ask_user_name() : std::string(); }
};

/// Which form of an item a client gets.
struct ItemView {
    ProtocolVersion version;
    BodyOptions body;
    std::string file_reference_prefix; ///< what an attachment's FileReference begins with
};

} // namespace eas
