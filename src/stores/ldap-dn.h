// Names of entries, as RFC 4514 writes them; libldap parses them.
#pragma once
#include "base/attributes.h"
#include <string>
#include <string_view>
#include <vector>

namespace eas {

struct NamePart {
    std::string attribute, value;
    bool operator==(NamePart const &) const = default;
};

/// The parts of a DN's first component ("cn=Jane+uid=7" has two); none if it is no DN.
std::vector<NamePart> ldap_rdn(std::string const &dn);
/// The same text for all spellings of a DN that differ in blanks, escapes and the case of ASCII letters; ""
/// if it is no DN. Of no use where the directory tells upper and lower case apart.
std::string ldap_normal_dn(std::string const &dn);
/// Whether an entry is `base` or below it; names as ldap_normal_dn() writes them.
bool is_below_dn(std::string_view dn, std::string_view base);
/// The first component that a DN should have for an entry with these attributes: a part whose value is no
/// longer one gets the first that is. "" if it can stay.
std::string ldap_rdn_with(std::string const &dn, Attributes const &attributes);
/// `attributes` with the values that the DN has, which an entry cannot lose but by being renamed.
Attributes with_rdn_values(std::string const &dn, Attributes attributes);

} // namespace eas
