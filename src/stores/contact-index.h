// What an address book held when it was looked at last, so that the directory need only tell what changed
// since. It is kept in the state store and may be lost at any time. Two values, as the whole list is needed
// after a change only:
//
//   contacts/point-<book>   format 1 / content <what was asked for> / cookie <RFC 4533> / seen <how far the
//   directory was> / version <of the list>
//   contacts/index-<book>   format 1 / item <id> <version>, one for each contact / version <of the items
//   before>
//
// The version is one of the items' text, so that equal lists have equal ones. A point whose version is not
// that of the list is worth nothing.
#pragma once
#include "ports/state-store.h"
#include <map>
#include <optional>
#include <string>

namespace eas {

using ContactIndex = std::map<std::string, std::string, std::less<>>; ///< version by id

struct ContactPoint {
    std::string cookie; ///< "": the directory does not synchronise, the list was made by searching
    std::string version;
    /// How far the server had got (ldap-cookie.h), or a further one before; "" where it does not say so.
    std::string seen;
    bool operator==(ContactPoint const &) const = default;
};

std::string contact_index_version(ContactIndex const &index);

class ContactIndexStore {
public:
    /// `content` tells apart what was asked for: base, scope, filter. `state` must outlive this.
    ContactIndexStore(StateStore &state, std::string const &book_id, std::string content);

    std::optional<ContactPoint> point() const;
    /// Nothing if it is not the list of that version.
    std::optional<ContactIndex> index(std::string const &version) const;
    /// Failures are none: then everything is asked for again.
    void save(ContactIndex const &index, ContactPoint const &point);
    void save_point(ContactPoint const &point);

private:
    StateStore &m_state;
    std::string m_point_key, m_index_key, m_content;
};

} // namespace eas
