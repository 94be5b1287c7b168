// Our settings as they are for one user, in doveadm, which reads settings once for all users.
#pragma once
#include "base/result.h"
#include "compat/doveadm.h"

extern "C" {
#include "settings/eas-settings.h"
}

namespace eas {

/// Makes doveadm read our settings with its own; to be called before it does so.
void announce_settings();

/// With the values that the user's userdb entry has, and %variables expanded. Lives as long as `user`.
Result<struct eas_settings *> settings_of(struct mail_user *user);

} // namespace eas
