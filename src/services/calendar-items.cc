// See calendar-items.h.
#include "services/calendar-items.h"
#include "mapping/ical-document.h"
#include "services/calendar-item-folder.h"
#include "services/calendar-owner.h"
#include "services/meeting-telling.h"
#include <algorithm>

namespace eas {

namespace {

constexpr int64_t day_seconds = 86'400;

std::optional<Instant> end_of(EventProperties const &event)
{
    if (event.end_time)
        return event.end_time->value;
    return event.start_time ? std::optional(event.start_time->value) : std::nullopt;
}

/// The longest that one step of a recurrence can take.
int64_t longest_step_seconds(Recurrence const &recurrence)
{
    int64_t const interval = std::max<int64_t>(recurrence.interval.value_or(1), 1);
    switch (recurrence.type.value_or(Recurrence::Type::daily)) {
    case Recurrence::Type::daily:
        return interval * 7 * day_seconds; // with DayOfWeek it counts weeks
    case Recurrence::Type::weekly:
        return interval * 7 * day_seconds;
    case Recurrence::Type::monthly:
    case Recurrence::Type::monthly_nth:
        return interval * 62 * day_seconds; // months without a 31st are left out
    case Recurrence::Type::yearly:
    case Recurrence::Type::yearly_nth:
        break;
    }
    return interval * 8 * 366 * day_seconds; // 29 February
}

bool have_same_content(std::string_view a, std::string_view b)
{
    auto const one = IcalDocument::parse(a), other = IcalDocument::parse(b);
    return one && other &&
           std::ranges::equal(one->items(), other->items(), [](auto *x, auto *y) { return *x == *y; });
}

/// The item of `folder` that has the UID of `text`, if it says the same; else `otherwise`.
Result<CalendarItem> find_same(CalendarFolder &folder, CalendarFolder::Text const &text,
                               Error const &otherwise)
{
    auto const listing = folder.items();
    if (!listing)
        return listing.error();
    auto const found = std::ranges::find(listing->items, text.item.uid, &CalendarItem::uid);
    if (found == listing->items.end())
        return otherwise;
    auto const present = folder.read(found->id);
    if (!present)
        return present.error();
    return have_same_content(present->text, text.text) ? Result<CalendarItem>(present->item) : otherwise;
}

class CalendarItemStore final : public ItemStore {
public:
    explicit CalendarItemStore(Session &session)
        : m_session(session), m_calendars(*session.ports.calendars), m_context(calendar_context(session))
    {}

    bool serves(ItemClass item_class) const override
    {
        return item_class == ItemClass::calendar || item_class == ItemClass::tasks;
    }
    Result<Folders> folders() override;
    Result<void> make_defaults() override;
    Result<std::unique_ptr<ItemFolder>> open(ItemId const &collection) override;
    Result<std::string> create(ItemClass item_class, std::string const &name) override;
    Result<void> rename(ItemId const &collection, std::string const &name) override
    {
        return m_calendars.rename_collection(collection.collection, name);
    }
    Result<void> remove(ItemId const &collection) override;
    Result<std::string> move(ItemId const &item, ItemId const &destination) override;
    std::vector<std::string> watched_directories(std::optional<ItemId> const &collection) override;

private:
    Session &m_session;
    CalendarStore &m_calendars;
    CalendarContext m_context;
};

Result<ItemStore::Folders> CalendarItemStore::folders()
{
    auto const collections = m_calendars.collections();
    if (!collections)
        return collections.error();
    Folders result;
    auto const add = [&](CalendarCollection const &collection, ItemClass item_class, bool is_default) {
        auto const &row = row_of(item_class);
        auto id = item_collection_id(item_class, collection.id);
        if (!collection.readable)
            result.unreadable.push_back(std::move(id));
        else
            result.folders.push_back(
                {std::move(id), root_id, collection.name, is_default ? row.default_type : row.user_type});
    };
    for (auto const &collection : *collections) {
        if (collection.events || !collection.readable)
            add(collection, ItemClass::calendar, collection.default_events);
        if (collection.tasks || !collection.readable)
            add(collection, ItemClass::tasks, collection.default_tasks);
    }
    return result;
}

/// Not where a calendar is out of reach, which may be the default one.
Result<void> CalendarItemStore::make_defaults()
{
    auto const collections = m_calendars.collections();
    if (!collections)
        return collections.error();
    if (std::ranges::any_of(*collections, [](auto const &collection) { return !collection.readable; }))
        return {};
    for (auto const kind : {CalendarItemKind::event, CalendarItemKind::task})
        if (auto const made = m_calendars.default_collection(kind); !made)
            return made.error();
    return {};
}

Result<std::unique_ptr<ItemFolder>> CalendarItemStore::open(ItemId const &collection)
{
    auto folder = m_calendars.open(collection.collection);
    if (!folder)
        return folder.error();
    finish_telling(m_session, collection.collection, **folder, m_context);
    return calendar_item_folder(m_session, std::move(*folder), collection, m_context);
}

Result<std::string> CalendarItemStore::create(ItemClass item_class, std::string const &name)
{
    auto const made = m_calendars.create_collection(name, kind_of(item_class));
    return made ? Result<std::string>(item_collection_id(item_class, *made)) : made.error();
}

Result<void> CalendarItemStore::remove(ItemId const &collection)
{
    auto const all = m_calendars.collections();
    if (!all)
        return all.error();
    auto const found = std::ranges::find(*all, collection.collection, &CalendarCollection::id);
    if (found != all->end() && found->events && found->tasks)
        return Error{ErrorKind::denied, "the calendar " + found->name +
                                            " is a task list too: deleting one would delete the other"};
    return m_calendars.delete_collection(collection.collection);
}

Result<std::string> CalendarItemStore::move(ItemId const &item, ItemId const &destination)
{
    auto const source = m_calendars.open(item.collection);
    auto const target = source ? m_calendars.open(destination.collection) : source.error();
    if (!target)
        return target.error();
    auto const text = (*source)->read(item.item);
    if (!text)
        return text.error();
    auto made = (*target)->create(text->text);
    bool const is_there = !made && made.error().kind == ErrorKind::exists;
    if (is_there) // as after a move whose process died in between
        made = find_same(**target, *text, made.error());
    if (!made)
        return made.error();
    if (auto const removed = (*source)->remove(item.item, text->item.version); !removed) {
        if (!is_there)
            (void)(*target)->remove(made->id, made->version);
        return removed.error();
    }
    return item_id(destination.item_class, destination.collection, made->id);
}

std::vector<std::string> CalendarItemStore::watched_directories(std::optional<ItemId> const &collection)
{
    if (!collection)
        return m_calendars.watched_directories();
    auto const folder = m_calendars.open(collection->collection);
    return folder ? (*folder)->watched_directories() : std::vector<std::string>();
}

} // namespace

std::unique_ptr<ItemStore> open_calendar_items(Session &session)
{
    return std::make_unique<CalendarItemStore>(session);
}

std::optional<Instant> passes(Event const &event)
{
    auto last = end_of(event);
    if (!last)
        return {};
    if (event.recurrence) {
        auto const &recurrence = *event.recurrence;
        auto const duration =
            event.start_time ? last->milliseconds - event.start_time->value.milliseconds : 0;
        if (recurrence.until)
            last = Instant{recurrence.until->value.milliseconds + day_seconds * 1000 + duration};
        else if (recurrence.occurrences)
            last->milliseconds += longest_step_seconds(recurrence) * *recurrence.occurrences * 1000;
        else
            return {};
    }
    for (auto const &exception : event.exceptions.value_or(std::vector<EventException>()))
        if (auto const end = end_of(exception); end && *end > *last)
            last = end;
    return last;
}

std::optional<Instant> passes(Task const &task)
{
    return task.complete.value_or(false) ? std::optional(Instant{0}) : std::nullopt;
}

} // namespace eas
