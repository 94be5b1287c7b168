// What the protocol needs of a user's calendars and task lists. Files implement it (stores/ics-store.h).
// Contacts and notes are not served by it: their content is LDAP attributes and messages, not iCalendar text.
//
// Collections and items have opaque ids of 16 characters base64url: stable over restarts, the same for every
// device, and together at most 33 characters, so that they fit a ServerId (MS-ASCMD 2.2.3.166).
#pragma once
#include "base/result.h"
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

enum class CalendarItemKind { event, task }; ///< VEVENT, VTODO

struct CalendarCollection {
    std::string id;                     ///< stays when the collection gets another display name
    std::string name;                   ///< the display name
    std::string color;                  ///< "#RRGGBB"; "" if it has none
    bool events = false, tasks = false; ///< which kinds it is for: one or both
    bool writable = false;
    bool default_events = false, default_tasks = false; ///< the user's default calendar, default task list
    bool readable = true; ///< false: it is there, but only its id and the name of its directory are known
    /// False: it may be somebody else's that is shown to the user, so its events are not the user's business.
    bool own = true;
    bool operator==(CalendarCollection const &) const = default;
};

/// An event or task with all its exceptions: the components of one UID.
struct CalendarItem {
    std::string id;
    std::string uid;     ///< "" if the file lacks it; two items may have the same one
    std::string version; ///< 11 characters that change with the content
    CalendarItemKind kind = CalendarItemKind::event;
    bool operator==(CalendarItem const &) const = default;
};

/// The same, of which somebody else keeps the texts.
struct CalendarItemView {
    std::string_view id, uid, version;
    CalendarItemKind kind = CalendarItemKind::event;
};

/// An open collection. Holds the names of its items in memory from the first call that needs them.
class CalendarFolder {
public:
    virtual ~CalendarFolder() = default;

    /// A token that differs whenever items() may differ. Costs one look at the files, reads none of them but
    /// those written within the last seconds; may change, once, without a change of the items.
    virtual Result<std::string> version() = 0;

    /// Calls `found` with each item, whose texts hold for the call; in it the folder is not to be used. What
    /// it returns is the version of the collection, taken before the items were looked at. Reads only what
    /// changed since it was called last, by whatever process. The first call after version() may tell of that
    /// moment.
    virtual Result<std::string> list(std::function<void(CalendarItemView const &)> const &found) = 0;

    struct Listing {
        std::string version; ///< as list() returns it
        std::vector<CalendarItem> items;
    };
    /// The same to keep.
    Result<Listing> items();

    struct Text {
        CalendarItem item;
        std::string text; ///< a whole VCALENDAR, as it is stored
    };
    /// not_found: no such item (any more), or it became unreadable.
    virtual Result<Text> read(std::string_view item_id) = 0;

    // All of these return when the change is durable. denied: read-only; quota; temporary: lock or I/O;
    // bad_request: `text` is not one item; too_large.

    /// A new item. exists: there is an item with that UID.
    virtual Result<CalendarItem> create(std::string_view text) = 0;
    /// Overwrites the item if it still has `seen_version`, else conflict. not_found.
    virtual Result<CalendarItem> replace(std::string_view item_id, std::string_view seen_version,
                                         std::string_view text) = 0;
    /// Removes the item if it still has `seen_version`, else conflict. not_found.
    virtual Result<void> remove(std::string_view item_id, std::string_view seen_version) = 0;

    /// Directories whose change (create, rename, delete, write of a file directly inside) may mean a change
    /// of version() or of the collection's name and colour.
    virtual std::vector<std::string> watched_directories() const = 0;
};

inline Result<CalendarFolder::Listing> CalendarFolder::items()
{
    Listing listing;
    auto version = list([&](CalendarItemView const &item) {
        listing.items.push_back(
            {std::string(item.id), std::string(item.uid), std::string(item.version), item.kind});
    });
    if (!version)
        return version.error();
    listing.version = *std::move(version);
    return listing;
}

class CalendarStore {
public:
    virtual ~CalendarStore() = default;
    /// In the order of their directories' names. None is no error.
    virtual Result<std::vector<CalendarCollection>> collections() = 0;
    virtual Result<std::unique_ptr<CalendarFolder>> open(std::string_view collection_id) = 0;
    /// The default calendar or task list; created if the user has no writable collection of that kind.
    virtual Result<std::string> default_collection(CalendarItemKind kind) = 0;
    /// Its id. exists: a collection has that name; denied; bad_request: the name is empty or no UTF-8.
    virtual Result<std::string> create_collection(std::string_view name, CalendarItemKind kind) = 0;
    /// Changes the display name; the id stays. not_found, denied, exists, bad_request.
    virtual Result<void> rename_collection(std::string_view collection_id, std::string_view name) = 0;
    /// Removes a collection with its items for good. not_found, denied.
    virtual Result<void> delete_collection(std::string_view collection_id) = 0;
    /// The directory in which collections come and go.
    virtual std::vector<std::string> watched_directories() const = 0;
};

} // namespace eas
