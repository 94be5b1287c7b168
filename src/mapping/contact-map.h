// Which LDAP attribute holds which property of a contact: data, so that an admin with another schema replaces
// it by a file (eas_ldap_contacts_map). conf.d/ldap/contacts.map is the standard one and explains the form; a
// test compares it with what is compiled in.
#pragma once
#include "base/result.h"
#include "items/contact.h"
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// A place of a property's value.
struct AttributePlace {
    std::string attribute = {};
    size_t position = 0; ///< "mail[2]" is 1: the second value; 0 for all that is not numbered
    bool is_numbered = false;
    bool is_postal = false; ///< "homePostalAddress$": a whole address, "$" between lines (RFC 4517 3.3.28)
    bool read_only = false; ///< "(displayName)"
    bool is_dn = false;     ///< "(manager=)": shown is the first name in it
    std::string label = {}; ///< "phones:home_fax": of the values "home fax:1" and "work:2" the first is meant
    std::string second_line = {}; ///< "street+street2": has what comes behind the first line
    bool operator==(AttributePlace const &) const = default;
};

struct ContactMapRow {
    std::string property;               ///< "FirstName"; "Notes" stands for the body
    std::vector<AttributePlace> places; ///< the first that has a value is read
    bool operator==(ContactMapRow const &) const = default;
};

struct ContactMap {
    std::vector<std::string> create_classes;    ///< objectClass of new entries
    std::vector<std::string> auxiliary_classes; ///< those of them that others' entries get, too
    std::string naming_attribute;               ///< of new entries; its value is unique
    /// Keeps as "<Property> <value>" what no other attribute can say, see contact-ldap.h; "": none.
    std::string exact_attribute;
    std::vector<ContactMapRow> rows;

    std::vector<AttributePlace> const &places(std::string_view property) const;
    bool operator==(ContactMap const &) const = default;
};

ContactMap const &standard_contact_map();
/// bad_request names the line that is wrong.
Result<ContactMap> parse_contact_map(std::string_view text);

/// "FirstName" of a row of contact_texts; Contacts2's names differ from those of Contacts.
std::string_view property_name(ContactText const &text);

} // namespace eas
