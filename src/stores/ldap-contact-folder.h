// One address book in a directory; see ldap-contact-store.h.
#pragma once
#include "stores/contact-index.h"
#include "stores/ldap-contact-store.h"
#include <set>

namespace eas {

/// 22 characters for "6ba7b810-9dad-11d1-80b4-00c04fd430c8"; "" if that is no UUID.
std::string ldap_entry_id(std::string_view entry_uuid);
/// The filter that finds the entry with that id; matches nothing if it is none.
std::string ldap_entry_filter(std::string_view id);

class LdapContactFolder final : public ContactFolder {
public:
    /// All must outlive this.
    LdapContactFolder(LdapConnection &connection, LdapContactSettings const &settings, StateStore &index,
                      std::string const &book_id, std::string dn);

    Result<std::string> version() override;
    Result<Listing> items() override;
    Result<Stored> read(std::string_view id) override;
    Result<Entry> add(ContactData const &data, std::string_view name) override;
    Result<Entry> change(std::string_view id, std::string_view seen_version,
                         ContactData const &change) override;
    Result<void> remove(std::string_view id, std::string_view seen_version) override;

private:
    struct Found {
        Entry entry;
        LdapEntry ldap;
    };
    Result<Found> find(std::string_view id);
    Result<Found> find_unchanged(std::string_view id, std::string_view seen_version);
    Result<std::string> assertion(LdapEntry const &entry);
    Result<void> rename_if_needed(LdapEntry const &entry, Attributes const &wanted);
    Result<void> fetch(std::string_view id);

    /// Brings what is known up to date; its point.
    Result<ContactPoint> update();
    Result<LdapRefresh> refresh(std::string const &cookie);
    Result<bool> is_late(std::string const &cookie);
    std::optional<ContactIndex> index_after(std::optional<ContactPoint> const &known,
                                            LdapRefresh const &refresh) const;
    Result<ContactPoint> list(std::optional<ContactPoint> const &known, std::string const &cookie);
    ContactPoint remember(ContactIndex index, std::string const &cookie, std::string const &seen);
    LdapSearch search_of(std::string filter, std::vector<std::string> attributes) const;

    LdapConnection &m_ldap;
    LdapContactSettings const &m_settings;
    ContactIndexStore m_index_store;
    std::string m_dn;
    std::vector<std::string> m_attributes;
    std::optional<ContactIndex> m_listed;               ///< by items(): what is read next
    bool m_has_written = false;                         ///< or tried to
    std::set<std::string, std::less<>> m_removed;       ///< by this object
    bool m_is_complete = true;                          ///< else more contacts may be there
    std::map<std::string, Stored, std::less<>> m_ahead; ///< read before they were asked for
    size_t m_read_ahead = 1;
};

} // namespace eas
