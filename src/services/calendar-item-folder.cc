// See calendar-item-folder.h.
#include "services/calendar-item-folder.h"
#include "items/event-request.h"
#include "mapping/event-from-ical.h"
#include "mapping/event-to-ical.h"
#include "mapping/task-from-ical.h"
#include "mapping/task-to-ical.h"
#include "services/calendar-items.h"
#include "services/meeting-mail.h"
#include "services/meeting-telling.h"
#include <algorithm>

namespace eas {

CalendarItemKind kind_of(ItemClass item_class)
{
    return item_class == ItemClass::tasks ? CalendarItemKind::task : CalendarItemKind::event;
}

namespace {

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
    Written written(CalendarItem const &item, Edit edit) const;
    Written with_uid(Written added, std::string uid) const;

    Session &m_session;
    std::unique_ptr<CalendarFolder> m_folder;
    ItemId m_id;
    ProtocolVersion m_version;
    CalendarContext const &m_context;
};

Result<ItemFolder::Listing> CalendarItemFolder::items()
{
    ItemVersions items;
    auto version = m_folder->list([&, wanted = kind_of(m_id.item_class)](CalendarItemView const &item) {
        if (item.kind == wanted)
            items.add(item.id, item.version);
    });
    if (!version)
        return version.error();
    return Listing{*std::move(version), std::move(items)};
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
    return Edit{std::move(made->text), std::move(made->uid), made->differs, std::move(made->attachments)};
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
    return Edit{std::move(made->text), std::move(made->uid), made->differs, std::move(made->attachments)};
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
    return with_uid(written(*item, *made), made->uid);
}

/// There is an item with that UID: this request came before and its process died, or another client made the
/// same meeting. What this one says of it is a change.
Result<ItemFolder::Written> CalendarItemFolder::merge(CalendarItem const &same, Element const &data)
{
    if (same.kind != kind_of(m_id.item_class))
        return Error{ErrorKind::exists, "UID " + same.uid + " is taken by another item"};
    SupportedProperties const none_is_removed{.is_sent = true, .managed = {}, .keeps_absent = true};
    auto result = change(same.id, same.version, data, none_is_removed, {});
    if (!result)
        return result;
    result->differs = true;
    return with_uid(*std::move(result), same.uid);
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
    edit.differs |= telling->forgets_answers();
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

/// The client has no say in the UID of a new event, and learns it: MS-ASCAL 2.2.2.46.
ItemFolder::Written CalendarItemFolder::with_uid(Written added, std::string uid) const
{
    if (has_tasks() || m_version < v16_0)
        return added;
    if (!added.answer)
        added.answer = ApplicationData(WrittenDraft());
    std::get<WrittenDraft>(*added.answer).uid = std::move(uid);
    return added;
}

ItemFolder::Written CalendarItemFolder::written(CalendarItem const &item, Edit edit) const
{
    Written result{item.id, item.version, edit.differs, {}, {}, {}};
    auto const view = this->view(item.id);
    if (auto const now = understand(edit.text, view)) {
        result.passes = now->passes;
        result.again = now->again;
    }
    for (auto &attachment : edit.attachments)
        attachment.file_reference.insert(0, view.file_reference_prefix);
    if (edit.attachments.empty())
        return result;
    WrittenDraft answer;
    answer.attachments = std::move(edit.attachments);
    result.answer = ApplicationData(std::move(answer));
    return result;
}

} // namespace

std::unique_ptr<ItemFolder> calendar_item_folder(Session &session, std::unique_ptr<CalendarFolder> folder,
                                                 ItemId id, CalendarContext const &context)
{
    return std::make_unique<CalendarItemFolder>(session, std::move(folder), std::move(id), context);
}

} // namespace eas
