// What Sync and the other commands need of a collection whose items are no messages (events, tasks, contacts,
// notes), and of the store that has such collections. One implementation a kind of store; sync-items.cc and
// the commands know these two classes only. They turn what is stored into the structs of items/ and back, by
// mapping/, for the client of one request.
#pragma once
#include "base/content.h"
#include "base/result.h"
#include "base/time.h"
#include "items/body-options.h"
#include "items/supported-properties.h"
#include "ports/contact-store.h"
#include "sync/folder-state.h"
#include "sync/item-class.h"
#include "sync/item-snapshot.h"
#include "sync/sync-messages.h"
#include "wbxml/element.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eas {

/// Bytes of what may be large in an item: the body, the picture of a contact.
size_t large_bytes(ApplicationData const &data);

/// Without the InstanceId of an event: only changes that Sync tells of have it. MS-ASAIRS 2.2.2.25.
ApplicationData without_instance_id(ApplicationData data);

/// Errors of all calls: not_found, denied, quota, too_large, temporary; others where they are named. The text
/// of an error goes to the log and names the file or entry.
class ItemFolder {
public:
    virtual ~ItemFolder() = default;

    /// A token that differs whenever items() may differ. Reads no item.
    virtual Result<std::string> version() = 0;

    struct Listing {
        std::string version; ///< of the folder, taken before the items were looked at
        /// Ids are the store's: stable, short, without ':'. A version changes when what the client is shown
        /// may change. Neither is empty or has blanks.
        ItemVersions items;
        bool is_complete = true; ///< else what is missing may be there: nobody is told that it went
    };
    virtual Result<Listing> items() = 0;

    struct Item {
        std::string version;
        ApplicationData data;
        /// When it may leave a client with a FilterType (MS-ASCMD 2.2.3.68.2): the end of an event or of its
        /// last instance; the epoch for a completed task. Absent: never.
        std::optional<Instant> passes;
        /// When the client must be told of it anew, although nobody changed it. Absent: never.
        std::optional<Instant> again{};
    };
    /// bad_request: the item cannot be understood; it is left out until it changes.
    virtual Result<Item> read(std::string const &id, BodyOptions const &options) = 0;
    /// How the client was given bodies: the beginning of a long one that it sends back is no new one.
    BodyOptions bodies_on_device;

    struct AttachedFile {
        std::string content_type; ///< "" if nobody knows
        Content content;
    };
    /// What read() gave a FileReference "<ServerId>:<reference>".
    virtual Result<AttachedFile> attachment(std::string const &id, std::string const &reference)
    {
        return Error{ErrorKind::not_found, "item " + id + " has no attachment " + reference};
    }

    /// What the client's operation made.
    struct Written {
        std::string id, version;
        /// The item is not what the client thinks (it was merged, completed by the server, or was there
        /// already): it is told as a change.
        bool differs = false;
        std::optional<Instant> passes; ///< as in Item
        /// Part of the answer to the operation: what the client must learn of what it added. MS-ASCMD
        /// 2.2.3.11.
        std::optional<ApplicationData> answer;
        std::optional<Instant> again{}; ///< as in Item
    };

    // `data` is the client's ApplicationData; bad_request if it makes no sense (Status 6).

    /// `name` is the same for a request that is repeated, and else for none: an item that was made with it
    /// is not made again, but changed to what `data` says now.
    virtual Result<Written> add(Element const &data, std::string const &name) = 0;
    /// conflict: the item has another version than `seen_version`. With `instance` (16.0 on) the instance of
    /// a series that began then.
    virtual Result<Written> change(std::string const &id, std::string const &seen_version,
                                   Element const &data, SupportedProperties const &supported,
                                   std::optional<Instant> instance) = 0;
    /// conflict as above.
    virtual Result<void> remove(std::string const &id, std::string const &seen_version) = 0;
    /// Removes one instance of a series.
    virtual Result<Written> remove_instance(std::string const &id, std::string const &seen_version,
                                            Instant instance)
    {
        (void)seen_version, (void)instance;
        return Error{ErrorKind::bad_request, "item " + id + " has no instances"};
    }
};

/// A user's collections of some classes. Ids of collections and items are the store's own, without the
/// letter of the class.
class ItemStore {
public:
    virtual ~ItemStore() = default;

    virtual bool serves(ItemClass item_class) const = 0;

    struct Folders {
        std::vector<WireFolder> folders; ///< as FolderSync tells them; ids as on the wire
        /// Those that are there and cannot be read now: a client keeps what it was told of them.
        std::vector<std::string> unreadable;
    };
    virtual Result<Folders> folders() = 0;
    /// Makes the folders that every client needs, if the user has none.
    virtual Result<void> make_defaults() { return {}; }
    virtual Result<std::unique_ptr<ItemFolder>> open(ItemId const &collection) = 0;

    /// The id on the wire. exists, denied; bad_request: no collection can have that name.
    virtual Result<std::string> create(ItemClass item_class, std::string const &name) = 0;
    virtual Result<void> rename(ItemId const &collection, std::string const &name) = 0;
    /// With all that is in it, for good.
    virtual Result<void> remove(ItemId const &collection) = 0;
    /// To a collection of the same class; the ServerId there. exists.
    virtual Result<std::string> move(ItemId const &item, ItemId const &destination) = 0;

    /// Directories whose change (a file in them that comes, goes or was written) may mean a change of the
    /// collection, or, without one, of folders().
    virtual std::vector<std::string> watched_directories(std::optional<ItemId> const &collection) = 0;
    /// Mailboxes likewise.
    virtual std::vector<FolderId> watched_mailboxes(ItemId const &collection)
    {
        (void)collection;
        return {};
    }
    /// The same for what is in an LDAP directory. A collection with none of these must be polled.
    virtual ContactPlace watched_contacts() { return {}; }
};

} // namespace eas
