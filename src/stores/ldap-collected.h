// Collected addresses in LDAP: an inetOrgPerson each, named by its mail, in one container of the user, which
// is made when the first address comes.
#pragma once
#include "ports/collected-addresses.h"
#include "stores/ldap-connection.h"

namespace eas {

class LdapCollected final : public CollectedAddresses {
public:
    /// `base`: the container's DN; `most`: entries in it. `connection` must outlive this.
    LdapCollected(LdapConnection &connection, std::string base, size_t most)
        : m_connection(connection), m_base(std::move(base)), m_most(most)
    {}
    Result<void> add(std::vector<CollectedAddress> const &addresses) override;

private:
    Result<bool> add(CollectedAddress const &address); ///< false: it was there
    Result<void> make_container();
    Result<void> remove_oldest();

    LdapConnection &m_connection;
    std::string m_base;
    size_t m_most;
};

} // namespace eas
