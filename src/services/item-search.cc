// See item-search.h.
#include "services/item-search.h"
#include "mapping/folded-text.h"
#include "services/item-stores.h"
#include <algorithm>

namespace eas {

namespace {

constexpr int64_t longest_search_seconds = 20;

/// What a word may stand in, folded, by what a condition calls it.
struct ItemTexts {
    std::string subject, body, from, to;
    std::string others; ///< found by a word without a restriction only
    Instant time{};     ///< to sort by
};

using Text = std::optional<std::string>;

/// Pieces stand in lines of their own, which no folded word has.
void add(std::string &out, std::string_view text)
{
    if (!text.empty())
        out.append(folded_text(text)).append("\n");
}

void add(std::string &out, Text const &text)
{
    if (text)
        add(out, std::string_view(*text));
}

void add(std::string &out, std::optional<std::vector<std::string>> const &texts)
{
    for (auto const &text : texts.value_or(std::vector<std::string>()))
        add(out, std::string_view(text));
}

void add(std::string &out, std::optional<Body> const &body)
{
    if (auto const *text = body && body->data ? body->data->text() : nullptr)
        add(out, std::string_view(*text));
}

void add(std::string &out, std::optional<Location> const &place)
{
    if (!place)
        return;
    for (auto const *text : {&place->display_name, &place->annotation, &place->street, &place->city,
                             &place->state, &place->country, &place->postal_code})
        add(out, *text);
}

void add(ItemTexts &out, EventProperties const &event)
{
    add(out.subject, event.subject);
    add(out.body, event.body);
    add(out.others, event.location);
    add(out.others, event.structured_location);
    add(out.others, event.categories);
    for (auto const &each : event.attendees.value_or(std::vector<Attendee>())) {
        add(out.to, std::string_view(each.name));
        add(out.to, std::string_view(each.email));
    }
}

ItemTexts texts_of(Event const &event)
{
    ItemTexts out;
    add(out, event);
    for (auto const &exception : event.exceptions.value_or(std::vector<EventException>()))
        add(out, exception);
    add(out.from, event.organizer_name);
    add(out.from, event.organizer_email);
    if (event.start_time)
        out.time = event.start_time->value;
    return out;
}

ItemTexts texts_of(Task const &task)
{
    ItemTexts out;
    add(out.subject, task.subject);
    add(out.body, task.body);
    add(out.others, task.categories);
    for (auto const *date : {&task.utc_due_date, &task.utc_start_date})
        if (*date && (*date)->instant && out.time == Instant{})
            out.time = *(*date)->instant;
    return out;
}

ItemTexts texts_of(Contact const &contact)
{
    ItemTexts out;
    add(out.subject, contact.file_as);
    add(out.body, contact.body);
    for (auto const &each : contact_texts)
        if (each.member != &Contact::picture)
            add(out.others, contact.*each.member);
    add(out.others, contact.categories);
    add(out.others, contact.children);
    return out;
}

ItemTexts texts_of(Note const &note)
{
    ItemTexts out;
    add(out.subject, note.subject);
    add(out.body, note.body);
    add(out.others, note.categories);
    if (note.last_modified)
        out.time = note.last_modified->value;
    return out;
}

/// Another name, since each class converts to ApplicationData.
ItemTexts all_texts(ApplicationData const &data)
{
    return std::visit(
        [](auto const &item) {
            if constexpr (requires { texts_of(item); })
                return texts_of(item);
            else
                return ItemTexts();
        },
        data);
}

bool fulfills(ItemTexts const &item, MailCondition const &condition)
{
    using Kind = MailCondition::Kind;
    auto const part = [&](MailCondition const &each) { return fulfills(item, each); };
    auto const has = [&](std::string const &text) {
        return text.find(folded_text(condition.text)) != text.npos;
    };
    switch (condition.kind) {
    case Kind::all_of:
        return std::ranges::all_of(condition.parts, part);
    case Kind::any_of:
        return std::ranges::any_of(condition.parts, part);
    case Kind::none_of:
        return std::ranges::none_of(condition.parts, part);
    case Kind::text:
        return has(item.subject) || has(item.body) || has(item.from) || has(item.to) || has(item.others);
    case Kind::body:
        return has(item.body);
    case Kind::subject:
        return has(item.subject);
    case Kind::from:
        return has(item.from);
    case Kind::to:
        return has(item.to);
    default:
        return false;
    }
}

/// The whole text, in its plainest form.
BodyOptions whole_bodies()
{
    BodyOptions options;
    options.body_preferences.push_back({BodyType::plain, {}, {}, {}});
    return options;
}

struct FoundItem {
    ItemId id;
    Instant time;
};

class ItemSearcher {
public:
    ItemSearcher(Session &session, ItemSearch const &search)
        : m_session(session),
          m_search(search), m_deadline{session.ports.clock.now().milliseconds + longest_search_seconds * 1000}
    {}

    Result<void> look_in(ItemId const &collection);
    /// In the collections of the classes that are wanted.
    Result<void> look_everywhere();
    std::vector<ItemId> take();

private:
    bool is_wanted(ItemClass item_class) const
    {
        return std::ranges::find(m_search.classes, item_class) != m_search.classes.end();
    }

    Session &m_session;
    ItemSearch const &m_search;
    Instant m_deadline;
    std::vector<FoundItem> m_found;
};

Result<void> ItemSearcher::look_in(ItemId const &collection)
{
    if (!is_wanted(collection.item_class))
        return {};
    auto const opened = open_items(m_session, collection);
    auto const listing = opened ? opened->folder->items() : opened.error();
    if (!listing)
        return listing.error();
    auto const options = whole_bodies();
    for (auto const &item : listing->items) {
        if (m_session.ports.clock.now() > m_deadline)
            return Error{ErrorKind::too_large,
                         "the search of " + item_collection_id(collection.item_class, collection.collection) +
                             " takes too long"};
        std::string const id(item.id);
        auto const read = opened->folder->read(id, options);
        if (!read) // gone, or broken: whoever synchronises it is told
            continue;
        if (auto const texts = all_texts(read->data); fulfills(texts, m_search.condition))
            m_found.push_back({{collection.item_class, collection.collection, id}, texts.time});
    }
    return {};
}

Result<void> ItemSearcher::look_everywhere()
{
    for (auto const &row : item_classes()) {
        if (!is_wanted(row.item_class) || m_session.version < row.since)
            continue;
        auto const store = open_item_store(m_session, row.item_class);
        if (!store && store.error().kind == ErrorKind::not_found)
            continue; // this user has none
        auto const folders = store ? (*store)->folders() : store.error();
        if (!folders)
            return folders.error();
        for (auto const &folder : folders->folders)
            if (auto const id = parse_item_collection_id(folder.id); id && id->item_class == row.item_class)
                if (auto looked = look_in(*id); !looked)
                    return looked;
    }
    return {};
}

std::vector<ItemId> ItemSearcher::take()
{
    std::ranges::stable_sort(m_found, std::ranges::greater(), &FoundItem::time);
    std::vector<ItemId> ids;
    for (auto &found : m_found)
        ids.push_back(std::move(found.id));
    return ids;
}

} // namespace

bool matches(ApplicationData const &item, MailCondition const &condition)
{
    return fulfills(all_texts(item), condition);
}

Result<std::vector<ItemId>> search_items(Session &session, ItemSearch const &search)
{
    ItemSearcher searcher(session, search);
    if (search.collections.empty()) {
        if (auto looked = searcher.look_everywhere(); !looked)
            return looked.error();
    }
    for (auto const &collection : search.collections)
        if (auto looked = searcher.look_in(collection); !looked)
            return looked.error();
    return searcher.take();
}

} // namespace eas
