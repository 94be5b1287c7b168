// Contacts as LDAP entries, both ways, as a ContactMap says it.
//
// A property has several places (what other address books write is read too). One is read from the first that
// has a value. A change is written to those that have a value already, so that the program that wrote it sees
// it, or to the first one; attributes and further values that EAS does not know stay. Values of a numbered
// attribute
// ("mail[2]") count in the order in which the directory returns them.
//
// Three things fit no attribute: a telephone number with "*", which LDAP's syntax does not admit; a second
// mail address without a first one; no last name, where the schema demands one. For these a value
// "Business2PhoneNumber *31#123" of the map's exact attribute says what the property is. It counts as long as
// no other program has changed what it is about.
#pragma once
#include "base/attributes.h"
#include "mapping/contact-map.h"
#include "ports/contact-store.h"

namespace eas {

/// Properties without a value are absent. Pictures are scaled down to what a phone may get.
ContactData contact_of(Attributes const &entry, ContactMap const &map);

/// `entry` after a change; "" and absent members as ContactData says. An empty `entry` becomes a new one,
/// with its classes and without its naming attribute. bad_request: no picture, no day, or too long a text.
Result<Attributes> with_contact(Attributes const &entry, ContactData const &change, ContactMap const &map);

/// "Jane A. Doe": what other programs show. Of the company or the address if there is no name.
std::string display_name(Contact const &contact);

/// The attributes to read for a contact.
std::vector<std::string> mapped_attributes(ContactMap const &map);

} // namespace eas
