// See user-state.h.
#include "eas/user-state.h"
#include "compat/storage.h"

namespace eas {

std::string state_directory(struct mail_user *user, char const *eas_state_dir)
{
    DataStackFrame frame;
    return mail_user_try_home_expand(user, &eas_state_dir) < 0 ? "" : eas_state_dir;
}

std::unique_ptr<FileStateStore> open_state(struct mail_user *user, char const *eas_state_dir)
{
    struct mail_storage_settings const *set = mail_user_set_get_storage_set(user);
    return std::make_unique<FileStateStore>(state_directory(user, eas_state_dir),
                                            set->parsed_fsync_mode != FSYNC_MODE_NEVER);
}

} // namespace eas
