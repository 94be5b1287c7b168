// Where in an LDAP entry the values of a contact's properties are, as a ContactMap and the entry's exact
// values say it (contact-ldap.h tells the rules). Values are in their stored form here.
#pragma once
#include "base/attributes.h"
#include "mapping/contact-map.h"
#include <map>

namespace eas {

/// RFC 4519 and RFC 4524: whether the syntax of an attribute of the standard map admits a value.
bool admits(std::string_view attribute, std::string_view value);
/// How the attribute holds a value that it admits: a blank in labeledURI would end the URI (RFC 2079).
std::string form_in(std::string_view attribute, std::string const &value);

using ExactValues = std::map<std::string, std::string, std::less<>>; ///< by property
/// Those of the entry that still count.
ExactValues exact_values(Attributes const &entry, ContactMap const &map);

/// Which properties are the values of a numbered attribute: their names by position.
using Numbered = std::map<size_t, std::string>;
Numbered numbered(std::string const &attribute, ContactMap const &map);

/// How the values of a numbered attribute fall to its properties.
struct Distribution {
    std::map<std::string, std::string, std::less<>> values; ///< by property
    AttributeValues others;                                 ///< beyond what there are positions for
};
/// The values in their order, but those that an exact value gives to a property.
Distribution distribute(std::string const &attribute, Attributes const &entry, ContactMap const &map,
                        ExactValues const &exact);

/// RFC 4517 3.3.28, of a text with lines.
std::string to_postal(std::string_view text);

/// All that is at one place that is not numbered.
AttributeValues values_at(AttributePlace const &place, Attributes const &entry);
/// What is at one place; "" if there is nothing.
std::string value_at(AttributePlace const &place, std::string_view property, Attributes const &entry,
                     ContactMap const &map, ExactValues const &exact);
/// The property's value: an exact one, or that of the first place that has one; "" if there is none.
std::string stored_value(std::string_view property, Attributes const &entry, ContactMap const &map,
                         ExactValues const &exact);

constexpr size_t most_list_items = 300; ///< MS-ASCNTC 2.2.2.20, 2.2.2.22
/// The first place of a list that has values; null if none has.
AttributePlace const *list_place(std::string_view property, Attributes const &entry, ContactMap const &map);

} // namespace eas
