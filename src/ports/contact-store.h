// What the protocol needs of a user's personal address books. A directory implements it
// (stores/ldap-contact-store.h).
//
// Books and contacts have opaque ids of 22 characters base64url at most: stable over restarts and renames and
// the same for every device.
#pragma once
#include "base/result.h"
#include "items/contact.h"
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// A contact with its notes as text, in place of `contact.body`. In a change absent members stay as they are
/// and empty ones are removed.
struct ContactData {
    Contact contact;
    std::optional<std::string> notes; ///< lines end with LF
};

struct ContactBook {
    std::string id, name;
    bool is_default = false; ///< the one that exists first
    bool operator==(ContactBook const &) const = default;
};

/// For whoever waits for a change of a user's address books: the DN (stores/ldap-dn.h has its normal form)
/// that they and their contacts are at and below, and as whom to look.
struct ContactPlace {
    std::string dn; ///< "": nobody can wait for a change
    std::string authorization_id;
    bool operator==(ContactPlace const &) const = default;
};

/// An open address book. Errors of all calls: temporary (the directory is down, slow, busy), denied,
/// not_found.
class ContactFolder {
public:
    virtual ~ContactFolder() = default;

    /// A token that differs whenever items() may differ; may change without a change of the items.
    virtual Result<std::string> version() = 0;

    struct Entry {
        std::string id;
        std::string version; ///< changes with the content
        bool operator==(Entry const &) const = default;
    };
    struct Listing {
        std::string version; ///< of the book, taken before the items were looked at
        std::vector<Entry> items;
        bool is_complete = true; ///< else a limit of the directory keeps some back
    };
    /// Reads only what changed since anybody called it last, where the directory can tell.
    virtual Result<Listing> items() = 0;

    struct Stored {
        Entry entry;
        ContactData data;
    };
    virtual Result<Stored> read(std::string_view id) = 0;

    // bad_request: the directory does not admit such a value, the message says which.

    /// With the same `name` there is one contact only, however often it is added; it is [A-Za-z0-9._-]+.
    virtual Result<Entry> add(ContactData const &data, std::string_view name) = 0;
    /// conflict: the contact has another version than `seen_version` (or, with "", changed meanwhile).
    virtual Result<Entry> change(std::string_view id, std::string_view seen_version,
                                 ContactData const &change) = 0;
    /// conflict as above.
    virtual Result<void> remove(std::string_view id, std::string_view seen_version) = 0;
};

class ContactStore {
public:
    virtual ~ContactStore() = default;
    virtual ContactPlace place() const { return {}; }
    /// The default one first. None if the user has no place for contacts and may not make one.
    virtual Result<std::vector<ContactBook>> books() = 0;
    virtual Result<std::unique_ptr<ContactFolder>> open(std::string_view book_id) = 0;
    /// Its id. exists, denied, bad_request: no book can have that name.
    virtual Result<std::string> create_book(std::string_view name) = 0;
    virtual Result<void> rename_book(std::string_view book_id, std::string_view name) = 0;
    /// With all that is in it. denied for the default one.
    virtual Result<void> delete_book(std::string_view book_id) = 0;
    /// The contact's id, which stays. exists.
    virtual Result<std::string> move(std::string_view book_id, std::string_view id,
                                     std::string_view destination_book_id) = 0;
};

} // namespace eas
