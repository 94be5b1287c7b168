// A user's Sieve scripts in Pigeonhole's storage. Implemented in libeas_sieve.so, which needs Pigeonhole's
// library and is loaded when that is there (eas/sieve-out-of-office.cc): a Dovecot without Pigeonhole has no
// scripts.
#pragma once
#include "base/result.h"
#include <memory>
#include <optional>
#include <string>

struct mail_user;

namespace eas {

/// Errors of all calls: denied (the user may not have scripts, or not one more), temporary.
class SieveScripts {
public:
    virtual ~SieveScripts() = default;
    /// Name of the active script; "" for none, or if it is the admin's default one, which has no name.
    virtual Result<std::string> active() = 0;
    /// Nothing if there is no script of that name. Of "" the active one, whatever its name.
    virtual Result<std::optional<std::string>> read(std::string const &name) = 0;
    /// bad_request: it does not compile, for the reason that the message gives; nothing was changed.
    virtual Result<void> save(std::string const &name, std::string const &text) = 0;
    /// Of "" none is active then. not_found.
    virtual Result<void> activate(std::string const &name) = 0;
};

} // namespace eas

/// Null if the user has no storage for scripts. `user` must outlive the result.
using EasSieveOpen = eas::SieveScripts *(struct mail_user *user);
constexpr char eas_sieve_open_name[] = "eas_sieve_open";
extern "C" EasSieveOpen eas_sieve_open;
