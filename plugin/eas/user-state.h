// Where a user's state is, for the module and for doveadm alike.
#pragma once
#include "stores/file-state-store.h"
#include <memory>
#include <string>

struct mail_user;

namespace eas {

/// The setting eas_state_dir with the user's home; "" if the user has no home but the setting needs one.
std::string state_directory(struct mail_user *user, char const *eas_state_dir);

/// As the user's mail_fsync says.
std::unique_ptr<FileStateStore> open_state(struct mail_user *user, char const *eas_state_dir);

} // namespace eas
