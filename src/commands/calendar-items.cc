// See calendar-items.h. What a file says is mapping/'s to know; here is who calls it when.
#include "commands/calendar-items.h"
#include "commands/calendar-owner.h"
#include "commands/meeting-mail.h"
#include "commands/meeting-telling.h"
#include "items/event-request.h"
#include "mapping/event-from-ical.h"
#include "mapping/event-to-ical.h"
#include "mapping/task-from-ical.h"
#include "mapping/task-to-ical.h"
#include <algorithm>

namespace eas {

namespace {

constexpr int64_t day_seconds = 86'400;

CalendarItemKind kind_of(ItemClass item_class)
{
    return item_class == ItemClass::tasks ? CalendarItemKind::task : CalendarItemKind::event;
}

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

/// An event or a task as the store has it.
struct StoredItem {
    ApplicationData data;
    std::optional<Instant> passes, again;
};

class CalendarItemFolder final : public ItemFolder {
public:
    CalendarItemFolder(Session &session, std::unique_ptr<CalendarFolder> folder, ItemId id,
                       CalendarContext const &context)
        : m_session(session), m_folder(std::move(folder)), m_id(std::move(id)), m_version(session.version),
          m_context(context)
    {}

    Result<std::string> version() override { return m_folder->version(); }
    Result<Listing> items() override;
    Result<Item> read(std::string const &id, BodyOptions const &options) override;
    Result<AttachedFile> attachment(std::string const &id, std::string const &reference) override;
    Result<Written> add(Element const &data, std::string const &name) override;
    Result<Written> change(std::string const &id, std::string const &seen_version, Element const &data,
                           SupportedProperties const &supported, std::optional<Instant> instance) override;
    Result<void> remove(std::string const &id, std::string const &seen_version) override;
    Result<Written> remove_instance(std::string const &id, std::string const &seen_version,
                                    Instant instance) override;

private:
    /// What the client's data makes of an item, or a new one.
    struct Edit {
        std::string text, uid;
        bool differs = false;
        std::vector<AddedAttachment> attachments;
    };
    bool has_tasks() const { return m_id.item_class == ItemClass::tasks; }
    ItemView view(std::string const &id, BodyOptions options = {}) const;
    Result<StoredItem> understand(std::string const &text, ItemView const &view) const;
    Result<CalendarFolder::Text> read_text(std::string const &id);
    Result<CalendarFolder::Text> read_seen(std::string const &id, std::string const &seen_version);
    Result<Edit> make(Element const &data, std::string const &name) const;
    Result<Edit> edit(std::string const &id, std::string const &text, Element const &data,
                      SupportedProperties const &supported, std::optional<Instant> instance) const;
    bool tells_attendees() const { return !has_tasks() && server_sends_meeting_mails(m_session); }
    Result<MeetingTelling> prepare_telling(std::string const &before, std::string &after)
    {
        if (!tells_attendees())
            return MeetingTelling::none(m_session);
        return MeetingTelling::prepare(m_session, m_id.collection, before, after, m_context);
    }
    /// `result` is what the write gave; `take_back` undoes it if attendees cannot be told now.
    template <class T, class TakeBack>
    Result<T> tell(MeetingTelling &telling, Result<T> result, TakeBack const &take_back);
    Result<std::optional<CalendarItem>> find(std::string const &uid);
    Result<Written> merge(CalendarItem const &same, Element const &data);
    Result<Written> store(CalendarFolder::Text const &before, Edit edit);
    Written written(CalendarItem const &item, Edit edit, bool is_new = false) const;

    Session &m_session;
    std::unique_ptr<CalendarFolder> m_folder;
    ItemId m_id;
    ProtocolVersion m_version;
    CalendarContext const &m_context;
};

Result<ItemFolder::Listing> CalendarItemFolder::items()
{
    auto listing = m_folder->items();
    if (!listing)
        return listing.error();
    Listing own{std::move(listing->version), {}};
    own.items.reserve(listing->items.size());
    for (auto &item : listing->items)
        if (item.kind == kind_of(m_id.item_class))
            own.items.push_back({std::move(item.id), std::move(item.version)});
    return own;
}

ItemView CalendarItemFolder::view(std::string const &id, BodyOptions options) const
{
    return {m_version, std::move(options), item_id(m_id.item_class, m_id.collection, id) + ':'};
}

Result<StoredItem> CalendarItemFolder::understand(std::string const &text, ItemView const &view) const
{
    if (has_tasks()) {
        auto task = task_from_ical(text, view, m_context);
        if (!task)
            return task.error();
        auto const until = passes(*task);
        return StoredItem{std::move(*task), until, {}};
    }
    std::optional<Instant> again;
    auto event = event_from_ical(text, view, m_context, &again);
    if (!event)
        return event.error();
    auto const until = passes(*event);
    return StoredItem{std::move(*event), until, again};
}

/// not_found for an item of the other class too.
Result<CalendarFolder::Text> CalendarItemFolder::read_text(std::string const &id)
{
    auto text = m_folder->read(id);
    if (text && text->item.kind != kind_of(m_id.item_class))
        return Error{ErrorKind::not_found, "item " + id + " is of another class"};
    return text;
}

Result<CalendarFolder::Text> CalendarItemFolder::read_seen(std::string const &id,
                                                           std::string const &seen_version)
{
    auto text = read_text(id);
    if (text && text->item.version != seen_version)
        return Error{ErrorKind::conflict, "item " + id + " was changed"};
    return text;
}

Result<ItemFolder::Item> CalendarItemFolder::read(std::string const &id, BodyOptions const &options)
{
    auto text = read_text(id);
    if (!text)
        return text.error();
    auto item = understand(text->text, view(id, options));
    if (!item)
        return Error{item.error().kind, "UID " + text->item.uid + ": " + item.error().message};
    return Item{std::move(text->item.version), std::move(item->data), item->passes, item->again};
}

Result<ItemFolder::AttachedFile> CalendarItemFolder::attachment(std::string const &id,
                                                                std::string const &reference)
{
    if (has_tasks())
        return ItemFolder::attachment(id, reference);
    auto const text = read_text(id);
    if (!text)
        return text.error();
    auto file = event_attachment(text->text, reference);
    if (!file)
        return file.error();
    return AttachedFile{std::move(file->content_type), std::move(file->content)};
}

Result<CalendarItemFolder::Edit> CalendarItemFolder::make(Element const &data, std::string const &name) const
{
    if (has_tasks()) {
        auto const task = eas::read<Task>(data, m_version);
        auto made = task ? new_task(*task, name, view(""), m_context) : task.error();
        if (!made)
            return made.error();
        return Edit{std::move(made->text), std::move(made->uid), made->differs, {}};
    }
    auto const event = read_event_request(data, m_version);
    auto made = event ? new_event(*event, name, view(""), m_context) : event.error();
    if (!made)
        return made.error();
    return Edit{std::move(made->text), std::move(made->uid), false, std::move(made->attachments)};
}

Result<CalendarItemFolder::Edit> CalendarItemFolder::edit(std::string const &id, std::string const &text,
                                                          Element const &data,
                                                          SupportedProperties const &supported,
                                                          std::optional<Instant> instance) const
{
    if (has_tasks()) {
        auto const task = eas::read<Task>(data, m_version);
        auto made =
            task ? change_task(text, *task, supported, view(id, bodies_on_device), m_context) : task.error();
        if (!made)
            return made.error();
        return Edit{std::move(made->text), std::move(made->uid), made->differs, {}};
    }
    auto const event = read_event_request(data, m_version);
    auto made = !event     ? event.error()
                : instance ? change_instance(text, *instance, *event, view(id, bodies_on_device), m_context)
                           : change_event(text, *event, supported, view(id, bodies_on_device), m_context);
    if (!made)
        return made.error();
    return Edit{std::move(made->text), std::move(made->uid), false, std::move(made->attachments)};
}

/// A mail that cannot be sent now is no change: the client repeats it.
template <class T, class TakeBack>
Result<T> CalendarItemFolder::tell(MeetingTelling &telling, Result<T> result, TakeBack const &take_back)
{
    if (!result) {
        telling.forget();
        return result;
    }
    auto const told = telling.send();
    if (told)
        return result;
    auto const taken_back = take_back(result);
    telling.forget();
    if (!taken_back) {
        m_session.log_note += " attendees are not told of a change: " + told.error().message +
                              "; it stays: " + taken_back.error().message + ';';
        m_session.log_as_warning = true;
        return result;
    }
    return told.error();
}

Result<std::optional<CalendarItem>> CalendarItemFolder::find(std::string const &uid)
{
    auto const listing = m_folder->items();
    if (!listing)
        return listing.error();
    auto const same = std::ranges::find(listing->items, uid, &CalendarItem::uid);
    return same == listing->items.end() ? std::nullopt : std::optional(*same);
}

Result<ItemFolder::Written> CalendarItemFolder::add(Element const &data, std::string const &name)
{
    auto made = make(data, name);
    if (!made)
        return made.error();
    if (tells_attendees()) {
        auto const same = find(made->uid);
        if (!same)
            return same.error();
        if (*same)
            return merge(**same, data);
    }
    auto telling = prepare_telling("", made->text);
    if (!telling)
        return telling.error();
    auto const item = tell(*telling, m_folder->create(made->text), [&](Result<CalendarItem> const &added) {
        return m_folder->remove(added->id, added->version);
    });
    if (!item && item.error().kind == ErrorKind::exists) {
        auto const same = find(made->uid);
        return same && *same ? merge(**same, data) : item.error();
    }
    if (!item)
        return item.error();
    return written(*item, std::move(*made), true);
}

/// There is an item with that UID: this request came before and its process died, or another client made the
/// same meeting. What this one says of it is a change.
Result<ItemFolder::Written> CalendarItemFolder::merge(CalendarItem const &same, Element const &data)
{
    if (same.kind != kind_of(m_id.item_class))
        return Error{ErrorKind::exists, "UID " + same.uid + " is taken by another item"};
    SupportedProperties const none_is_removed{.is_sent = true, .managed = {}};
    auto result = change(same.id, same.version, data, none_is_removed, {});
    if (result)
        result->differs = true;
    return result;
}

Result<ItemFolder::Written> CalendarItemFolder::change(std::string const &id, std::string const &seen_version,
                                                       Element const &data,
                                                       SupportedProperties const &supported,
                                                       std::optional<Instant> instance)
{
    auto const text = read_seen(id, seen_version);
    if (!text)
        return text.error();
    auto edited = edit(id, text->text, data, supported, instance);
    if (!edited)
        return edited.error();
    return store(*text, std::move(*edited));
}

Result<void> CalendarItemFolder::remove(std::string const &id, std::string const &seen_version)
{
    if (!tells_attendees())
        return m_folder->remove(id, seen_version);
    auto const text = read_seen(id, seen_version);
    if (!text)
        return text.error();
    std::string nothing;
    auto telling = prepare_telling(text->text, nothing);
    if (!telling)
        return telling.error();
    return tell(*telling, m_folder->remove(id, seen_version),
                [&](Result<void> const &) { return m_folder->create(text->text); });
}

Result<ItemFolder::Written>
CalendarItemFolder::remove_instance(std::string const &id, std::string const &seen_version, Instant instance)
{
    if (has_tasks())
        return ItemFolder::remove_instance(id, seen_version, instance);
    auto const text = read_seen(id, seen_version);
    auto edited = text ? delete_instance(text->text, instance, view(id), m_context) : text.error();
    if (!edited)
        return edited.error();
    return store(*text, {std::move(edited->text), std::move(edited->uid), false, {}});
}

Result<ItemFolder::Written> CalendarItemFolder::store(CalendarFolder::Text const &before, Edit edit)
{
    if (edit.text == before.text)
        return written(before.item, std::move(edit));
    auto telling = prepare_telling(before.text, edit.text);
    if (!telling)
        return telling.error();
    if (edit.text.empty()) { // the last occurrence of a series without master is gone
        auto const removed = tell(*telling, m_folder->remove(before.item.id, before.item.version),
                                  [&](Result<void> const &) { return m_folder->create(before.text); });
        return removed ? Result<Written>(Written{before.item.id, {}, false, {}, {}, {}}) : removed.error();
    }
    auto const item = tell(*telling, m_folder->replace(before.item.id, before.item.version, edit.text),
                           [&](Result<CalendarItem> const &changed) {
                               return m_folder->replace(changed->id, changed->version, before.text);
                           });
    if (!item)
        return item.error();
    return written(*item, std::move(edit));
}

ItemFolder::Written CalendarItemFolder::written(CalendarItem const &item, Edit edit, bool is_new) const
{
    Written result{item.id, item.version, edit.differs, {}, {}, {}};
    auto const view = this->view(item.id);
    if (auto const now = understand(edit.text, view)) {
        result.passes = now->passes;
        result.again = now->again;
    }
    WrittenDraft answer;
    if (is_new && !has_tasks() && m_version >= v16_0) // the client has no say in it: MS-ASCAL 2.2.2.46
        answer.uid = std::move(edit.uid);
    for (auto &attachment : edit.attachments)
        attachment.file_reference.insert(0, view.file_reference_prefix);
    if (!edit.attachments.empty())
        answer.attachments = std::move(edit.attachments);
    if (answer.uid || answer.attachments)
        result.answer = ApplicationData(std::move(answer));
    return result;
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
    return std::unique_ptr<ItemFolder>(
        std::make_unique<CalendarItemFolder>(m_session, std::move(*folder), collection, m_context));
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
    auto const made = (*target)->create(text->text);
    if (!made)
        return made.error();
    if (auto const removed = (*source)->remove(item.item, text->item.version); !removed) {
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
