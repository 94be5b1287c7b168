// Personal address books in an LDAP directory: the entries below one DN a user. That entry is the default
// book, each organizationalUnit right below it another one; a book's contacts are the entries right below it
// that match the filter. Ids are entryUUIDs, versions hashes of entryCSN (else of modifyTimestamp, which
// counts seconds).
//
// What changed is learned by content synchronisation (RFC 4533), or, where the directory has none, cannot
// say, or says less than there is, by a list of all entryUUIDs and entryCSNs. A list that a limit cut adds
// and changes entries and removes none. No update is lost: a change is made under an assertion on entryCSN
// (RFC 4528), which the directory checks and changes in one step.
#pragma once
#include "mapping/contact-map.h"
#include "ports/contact-store.h"
#include "ports/state-store.h"
#include "stores/ldap-connection.h"
#include <functional>

namespace eas {

struct LdapContactSettings {
    std::string base; ///< the user's DN: ldap_dn_for_user() of the admin's pattern
    std::string filter = "(objectClass=person)";
    std::string book_name = "Contacts"; ///< of the default book
    ContactMap map = standard_contact_map();
    /// For the admin: a limit of the directory hides contacts, an entry could not be renamed.
    std::function<void(std::string const &)> warn = [](std::string const &) {};
};

class LdapContactStore final : public ContactStore {
public:
    /// `index` keeps what can be learned again. Both must outlive the store, and the store its folders.
    LdapContactStore(LdapConnection &connection, LdapContactSettings settings, StateStore &index)
        : m_ldap(connection), m_settings(std::move(settings)), m_index(index)
    {}

    ContactPlace place() const override;
    Result<std::vector<ContactBook>> books() override;
    Result<std::unique_ptr<ContactFolder>> open(std::string_view book_id) override;
    Result<std::string> create_book(std::string_view name) override;
    Result<void> rename_book(std::string_view book_id, std::string_view name) override;
    Result<void> delete_book(std::string_view book_id) override;
    Result<std::string> move(std::string_view book_id, std::string_view id,
                             std::string_view destination_book_id) override;

private:
    struct Place {
        ContactBook book;
        std::string dn;
    };
    /// None if the user has no place and may not make one.
    Result<std::vector<Place>> places();
    Result<bool> create_base();
    Result<Place> place_of(std::string_view book_id);
    /// One that is not the default book, else denied.
    Result<Place> other_place_of(std::string_view book_id);

    LdapConnection &m_ldap;
    LdapContactSettings m_settings;
    StateStore &m_index;
};

} // namespace eas
