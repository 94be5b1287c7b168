// The directory in LDAP: several subtrees, each a book with a name. Nothing is kept here; each search asks
// the server, in pages, for the attributes that are told and no others. Pictures and certificates are read
// for the entries that are shown only.
#pragma once
#include "ports/directory.h"
#include "stores/ldap-connection.h"

namespace eas {

struct LdapBook {
    std::string name;             ///< told as the Office of entries without one; "": not told
    std::string base;             ///< a DN
    bool is_personal = false;     ///< of the user: need not be there yet, and the filter is not for it
    bool is_synchronised = false; ///< contacts: on the phone already, so only names are resolved there
    bool operator==(LdapBook const &) const = default;
};

/// The books of "Directory: ou=people,dc=example; Collected: ou=%n,ou=collected,dc=example" with %variables
/// of `user`; names may be missing. Within a DN "\3b" is a semicolon.
std::vector<LdapBook> parse_ldap_books(std::string_view text, std::string_view user);

struct LdapDirectorySettings {
    std::vector<LdapBook> books; ///< those in front win where an address is in several
    std::string filter;          ///< which entries of the books, "" for all
    std::vector<std::string> searched_attributes{"cn", "displayName", "givenName", "sn", "uid", "mail"};
    size_t least_characters = 2; ///< of a text that is looked for
};

class LdapDirectory final : public Directory {
public:
    /// `connection` must outlive this.
    LdapDirectory(LdapConnection &connection, LdapDirectorySettings settings)
        : m_connection(connection), m_settings(std::move(settings))
    {}
    Result<DirectoryMatches> find(std::string const &text, Books books) override;
    Result<std::string> picture(DirectoryEntry const &entry) override;
    Result<std::vector<std::string>> certificates(DirectoryEntry const &entry) override;
    Result<std::vector<DirectoryEntry>> members(DirectoryEntry const &group, size_t most) override;

private:
    Result<void> find_in(LdapBook const &book, std::string const &filter, DirectoryMatches &matches);
    Result<std::vector<std::string>> values_of(DirectoryEntry const &entry,
                                               std::vector<std::string> const &attributes);

    LdapConnection &m_connection;
    LdapDirectorySettings m_settings;
};

/// The filter for entries one of whose `attributes` begins with `text`, or that have for each of its words an
/// attribute that begins with it.
std::string name_resolution_filter(std::vector<std::string> const &attributes, std::string_view text);

} // namespace eas
