// See item-class.h.
#include "sync/item-class.h"
#include <algorithm>
#include <array>

namespace eas {

namespace {

constexpr std::array rows{
    ItemClassRow{ItemClass::calendar, 'c', "Calendar", 8, 13, v12_1},
    ItemClassRow{ItemClass::tasks, 't', "Tasks", 7, 15, v12_1},
    ItemClassRow{ItemClass::contacts, 'p', "Contacts", 9, 14, v12_1},
    ItemClassRow{ItemClass::notes, 'n', "Notes", 10, 17, v14_0},
};

constexpr ItemClassRow recipients{ItemClass::recipients, 'r', "Contacts", 19, 19, v14_0};

constexpr size_t longest_id = 64;

} // namespace

std::span<ItemClassRow const> item_classes()
{
    return rows;
}

ItemClassRow const &row_of(ItemClass item_class)
{
    return item_class == ItemClass::recipients
               ? recipients
               : *std::ranges::find(rows, item_class, &ItemClassRow::item_class);
}

std::optional<ItemClass> item_class_of_type(int type)
{
    auto const row = std::ranges::find_if(
        rows, [type](auto const &each) { return each.default_type == type || each.user_type == type; });
    return row == rows.end() ? std::nullopt : std::optional(row->item_class);
}

std::string item_collection_id(ItemClass item_class, std::string_view collection)
{
    if (item_class == ItemClass::recipients)
        return std::string(recipient_information_cache);
    return std::string{row_of(item_class).letter, '.'}.append(collection);
}

std::string item_id(ItemClass item_class, std::string_view collection, std::string_view item)
{
    return item_collection_id(item_class, collection).append(1, ':').append(item);
}

std::optional<ItemId> parse_item_collection_id(std::string_view text)
{
    if (text == recipient_information_cache)
        return ItemId{ItemClass::recipients, {}, {}};
    if (text.size() < 3 || text.size() > longest_id || text[1] != '.' || text.find(':') != text.npos)
        return {};
    auto const row = std::ranges::find(rows, text[0], &ItemClassRow::letter);
    if (row == rows.end())
        return {};
    return ItemId{row->item_class, std::string(text.substr(2)), {}};
}

std::optional<ItemId> parse_item_id(std::string_view text)
{
    auto const colon = text.find(':');
    if (colon == text.npos || text.size() > longest_id)
        return {};
    auto id = parse_item_collection_id(text.substr(0, colon));
    if (!id)
        return {};
    id->item = text.substr(colon + 1);
    if (id->item.empty() || id->item.find(':') != id->item.npos)
        return {};
    return id;
}

std::optional<ItemFileReference> parse_item_file_reference(std::string_view text)
{
    auto const first = text.find(':');
    auto const second = first == text.npos ? first : text.find(':', first + 1);
    if (second == text.npos || second + 1 == text.size())
        return {};
    auto item = parse_item_id(text.substr(0, second));
    if (!item)
        return {};
    return ItemFileReference{std::move(*item), std::string(text.substr(second + 1))};
}

} // namespace eas
