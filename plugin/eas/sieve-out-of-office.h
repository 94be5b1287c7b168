// Automatic replies by a Sieve script of ours, which stands in front of the user's own while they are on
// (mapping/vacation-script.h).
#pragma once
#include "ports/out-of-office-store.h"
#include "sieve/sieve-scripts.h"
#include <memory>
#include <string>
#include <vector>

namespace eas {

/// The user's scripts; null without Pigeonhole, or where it is not set up (plugin { sieve }).
std::unique_ptr<SieveScripts> open_sieve_scripts(struct mail_user *user);

class SieveOutOfOffice final : public OutOfOfficeStore {
public:
    struct Identity {
        std::vector<std::string> addresses;        ///< the user's own
        std::vector<std::string> internal_domains; ///< empty: those of the addresses
    };
    /// `user` must outlive it.
    SieveOutOfOffice(struct mail_user *user, Identity identity)
        : m_user(user), m_identity(std::move(identity))
    {}
    Result<OutOfOffice> get() override;
    Result<void> set(OutOfOffice const &wanted, std::vector<std::string> const &known) override;

private:
    Result<SieveScripts *> scripts();
    Result<std::string> script_to_include(SieveScripts &scripts, std::string const &active) const;

    struct mail_user *m_user;
    Identity m_identity;
    std::unique_ptr<SieveScripts> m_scripts; ///< opened when it is needed
};

} // namespace eas
