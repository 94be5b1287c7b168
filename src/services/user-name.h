// What people call the user: in invitations, in the Settings of a phone, in Autodiscover. MS-ASCMD 2.2.3.191,
// 2.2.3.49.1.
#pragma once
#include "session/session.h"
#include <string>

namespace eas {

/// The setting eas_user_name, else what the directory calls who has the user's first address. "" if nobody
/// knows, or the directory cannot be asked. Costs a look into the directory.
std::string user_display_name(Ports const &ports);

} // namespace eas
