// The ports that live in LDAP, as the settings eas_ldap_* want them; one connection for all of a user's.
#pragma once
#include "eas/user-session.h"
#include "ports/collected-addresses.h"
#include "ports/contact-store.h"
#include "ports/directory.h"
#include "ports/state-store.h"
#include "stores/ldap-connection.h"
#include <memory>

namespace eas {

class LdapPorts {
public:
    /// `state` keeps what was learned of address books; it must outlive this.
    LdapPorts(UserSession const &session, StateStore &state);

    // Nothing where the settings don't ask for it.
    LdapConnection *connection() { return m_connection.get(); }
    Directory *directory() { return m_directory.get(); }
    ContactStore *contacts() { return m_contacts.get(); }
    CollectedAddresses *collected() { return m_collected.get(); }

private:
    std::unique_ptr<LdapConnection> m_connection;
    std::unique_ptr<Directory> m_directory;
    std::unique_ptr<ContactStore> m_contacts;
    std::unique_ptr<CollectedAddresses> m_collected;
};

} // namespace eas
