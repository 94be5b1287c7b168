// The classes of items that are no messages, and the names that their collections and items have on the wire:
// "c.<collection>" and "c.<collection>:<item>", the letter being the class's. So they are never mistaken for
// mail folders (22 characters base64url), and a collection with events and tasks is two folders. At most 64
// characters (MS-ASCMD 2.2.3.166). What stands for <collection> and <item> is the store's; neither has a ':'.
// The recipient information cache is "RI" (MS-ASCMD 2.2.3.30.6), and its items "RI:<item>".
#pragma once
#include "base/protocol-version.h"
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace eas {

enum class ItemClass { calendar, tasks, contacts, notes, recipients };

/// The CollectionId of the recipient information cache: MS-ASCMD 2.2.3.30.6. Some statuses tell it from a
/// folder that does not exist, whether the user has one or not.
inline constexpr std::string_view recipient_information_cache = "RI";

struct ItemClassRow {
    ItemClass item_class;
    char letter;                 ///< of ids
    std::string_view name;       ///< of the element Class: MS-ASCMD 2.2.3.27
    int default_type, user_type; ///< of folders: MS-ASCMD 2.2.3.186.3
    ProtocolVersion since;
};

/// Of what users keep: not the recipients, which the server finds by itself.
std::span<ItemClassRow const> item_classes();
ItemClassRow const &row_of(ItemClass item_class);
/// The class of the folders with that Type that users keep; nothing for others and unknown types.
std::optional<ItemClass> item_class_of_type(int type);

/// A collection by its CollectionId, or, with `item`, one of its items by its ServerId.
struct ItemId {
    ItemClass item_class = ItemClass::calendar;
    std::string collection; ///< the store's name for it
    std::string item;       ///< likewise; "" where the collection is meant
    bool operator==(ItemId const &) const = default;
};

std::string item_collection_id(ItemClass item_class, std::string_view collection);
std::string item_id(ItemClass item_class, std::string_view collection, std::string_view item);
/// Nothing if `text` is no CollectionId of such a collection.
std::optional<ItemId> parse_item_collection_id(std::string_view text);
/// Nothing if `text` is no ServerId of such an item.
std::optional<ItemId> parse_item_id(std::string_view text);

/// What is attached to an item: "<ServerId>:<reference>".
struct ItemFileReference {
    ItemId item;
    std::string reference; ///< the store's; not empty
    bool operator==(ItemFileReference const &) const = default;
};
std::optional<ItemFileReference> parse_item_file_reference(std::string_view text);

} // namespace eas
