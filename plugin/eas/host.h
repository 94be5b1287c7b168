// The seam between the executable `eas` (privileges, log-in, userdb, settings) and the module
// lib90_eas_plugin.so, which serves requests and is loaded as a mail plugin. Plain C linkage: the module
// finds these functions in the executable that loaded it.
#pragma once
#include "compat/storage.h"
#include <string_view>

extern "C" {
#include "settings/eas-settings.h"
}

#define EAS_EXPORT extern "C" __attribute__((visibility("default")))

namespace eas {

/// A connection that has a user. The receiver owns fd, user and service_user from now on.
struct ConnectionInput {
    struct mail_user *user;
    struct mail_storage_service_user *service_user;
    struct event *event;                 ///< the connection's; a reference is the receiver's to take
    struct eas_settings const *settings; ///< live as long as `user`
    struct smtp_submit_settings const *smtp_settings; ///< likewise
    int fd;
    /// From eas-login: see login/hand-over.h. From eas-ping: see resume. Valid during the call.
    std::string_view handed_over;
    /// The body of a resume frame (ping/park-message.h); empty if the connection comes from eas-login.
    std::string_view resume;
};

struct ModuleFunctions {
    /// None throws.
    void (*connected)(ConnectionInput const &input);
    /// Dovecot stops or reloads: close what is idle, finish what is not.
    void (*stop)();
    void (*deinit)();
};

} // namespace eas

/// Called by the module when it is loaded.
EAS_EXPORT void eas_host_register(eas::ModuleFunctions const *functions);

/// Called by the module when a connection that it was given has ended, after its user is freed.
EAS_EXPORT void eas_host_connection_ended();

/// The settings for another user, as the configuration has them, with that user's `variables`; from `pool`.
/// Null, and why. The session's own settings are no help: the userdb may say something else of its user.
EAS_EXPORT struct eas_settings const *eas_host_settings_of(char const *user,
                                                           struct var_expand_table const *variables,
                                                           pool_t pool, char const **error_r);
