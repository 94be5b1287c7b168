// What other commands need of the folder hierarchy on a device.
#pragma once
#include "request/session.h"

namespace eas {

/// Whether a FolderSync would tell something. False for a device that never asked for its folders.
Result<bool> hierarchy_changed(Session &session);

} // namespace eas
