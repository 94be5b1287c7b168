// See item-stores.h.
#include "services/item-stores.h"
#include "services/calendar-items.h"
#include "services/contact-items.h"
#include "services/note-items.h"
#include "services/recipient-items.h"

namespace eas {

std::vector<std::unique_ptr<ItemStore>> open_item_stores(Session &session)
{
    std::vector<std::unique_ptr<ItemStore>> stores;
    if (session.ports.calendars)
        stores.push_back(open_calendar_items(session));
    if (session.ports.contacts)
        stores.push_back(open_contact_items(session));
    if (session.version >= row_of(ItemClass::notes).since)
        stores.push_back(open_note_items(session));
    if (session.version >= row_of(ItemClass::recipients).since &&
        session.ports.settings.recipient_cache_messages != 0)
        stores.push_back(open_recipient_items(session));
    return stores;
}

Result<std::unique_ptr<ItemStore>> open_item_store(Session &session, ItemClass item_class)
{
    for (auto &store : open_item_stores(session))
        if (store->serves(item_class))
            return std::move(store);
    return Error{ErrorKind::not_found, "this user has no " + std::string(row_of(item_class).name)};
}

ApplicationData without_instance_id(ApplicationData data)
{
    if (auto *event = std::get_if<Event>(&data))
        event->instance_id.reset();
    return data;
}

size_t large_bytes(ApplicationData const &data)
{
    return std::visit(
        [](auto const &item) -> size_t {
            size_t picture = 0;
            if constexpr (requires { item.picture->size(); })
                picture = item.picture ? item.picture->size() : 0;
            if constexpr (requires { item.body->data->size(); }) {
                auto const size =
                    item.body && item.body->data ? item.body->data->size() : Result<uint64_t>(0);
                return picture + (size ? *size : 0);
            } else {
                return picture;
            }
        },
        data);
}

Result<OpenItems> open_items(Session &session, ItemId const &collection)
{
    auto store = open_item_store(session, collection.item_class);
    if (!store)
        return store.error();
    auto folder = (*store)->open(collection);
    if (!folder)
        return folder.error();
    return OpenItems{std::move(*store), std::move(*folder)};
}

} // namespace eas
