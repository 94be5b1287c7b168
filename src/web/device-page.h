// The pages that a user sees of the own devices: the list with buttons, and the form that asks before
// anything is done. Which actions a device offers is decided here, so that nobody undoes what an admin
// decided.
#pragma once
#include "device/device.h"
#include "web/form.h"
#include "web/html.h"
#include "web/language.h"
#include <functional>
#include <span>

namespace eas {

/// What a user may do to a device.
struct DeviceAction {
    std::string_view name; ///< in forms and in the log
    WipeKind wipe;         ///< none: remove
    Message button, question, done;
};

/// Null if there is no such action.
DeviceAction const *find_action(std::string_view name);

/// Not while a wipe is ordered, nor is a decision of the admin forgotten; account-only wipes need 16.1.
bool is_possible(DeviceAction const &action, Device const &device);

/// What a user calls it: its friendly name, model, type, or id.
std::string display_name(Device const &device);

/// For phones that are configured by hand and for the profile.
struct AccountFacts {
    std::string user, address, server; ///< server: host, with :port if it is not 443
};

struct PageFrame {
    Language language;
    std::string user;
    std::function<std::string(Instant)> local_time; ///< as people read it, with the zone's name
};

/// The whole document.
Html page(PageFrame const &frame, Message const &heading, Html const &content);
/// `note` is shown above; "" for none.
Html list_page(PageFrame const &frame, std::span<Device const> devices, AccountFacts const &facts,
               Html const &note);
Html question_page(PageFrame const &frame, Device const &device, DeviceAction const &action,
                   std::string const &token, Html const &note);
Html note_page(PageFrame const &frame, Message const &heading, Message const &text);

} // namespace eas
