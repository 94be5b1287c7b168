// See contact-items.h. The directory is the store's business; here are the body, which the protocol has in
// forms that a directory does not know, and properties that a client manages and did not send.
#include "services/contact-items.h"
#include "base/time.h"
#include "mapping/item-body.h"
#include "services/calendar-owner.h"
#include <algorithm>

namespace eas {

namespace {

/// Names of entries are made of letters that need no escape anywhere.
std::string entry_name(std::string const &name)
{
    return "eas-" + hex_encode(name).substr(0, 100);
}

/// Whether the client removes the property by leaving it out of a Change. A picture stays however: MS-ASCMD
/// 2.2.3.24.
bool is_removed_by_absence(SupportedProperties const &supported, Tag tag)
{
    bool const is_managed =
        !supported.is_sent || std::ranges::find(supported.managed, tag) != supported.managed.end();
    return is_managed && tag != Tag::Contacts_Picture;
}

/// 12 hours and more east of UTC a client's own midnight is noon or earlier in UTC, which elsewhere stands
/// for the day before (mapping/contact-day.h). There it is taken for midnight.
void take_own_midnight(std::optional<std::string> &day, Session const &session)
{
    auto const instant = day ? parse_datetime(*day) : std::nullopt;
    if (!instant)
        return;
    constexpr int64_t half_day_seconds = 12 * 3600;
    auto const zone = calendar_context(session).users_zone.zone;
    int64_t const offset = zone ? zone->offset_seconds(*instant) : 0;
    if (offset >= half_day_seconds && (instant->seconds() + offset) % (2 * half_day_seconds) == 0)
        day = format_datetime(Instant::from_seconds(instant->seconds() + offset));
}

/// What the client said of a contact. A property that it could have sent and did not is removed if the client
/// manages it, but for the body (MS-ASCNTC 3.1.5.4) and the picture.
Result<ContactData> data_of(Element const &data, Session const &session, SupportedProperties const &supported)
{
    auto contact = read<Contact>(data, session.version);
    if (!contact)
        return contact.error();
    ContactData result{std::move(*contact), {}};
    take_own_midnight(result.contact.birthday, session);
    take_own_midnight(result.contact.anniversary, session);
    if (result.contact.body) {
        auto text = item_text_of(*result.contact.body);
        if (!text)
            return text.error();
        result.notes = std::move(text->plain);
        result.contact.body.reset();
    }
    for (auto const &each : contact_texts)
        if (auto &value = result.contact.*each.member; !value && is_removed_by_absence(supported, each.tag))
            value = "";
    for (auto const &each : contact_lists)
        if (auto &values = result.contact.*each.member; !values && is_removed_by_absence(supported, each.tag))
            values.emplace();
    return result;
}

class ContactItemFolder final : public ItemFolder {
public:
    ContactItemFolder(std::unique_ptr<ContactFolder> folder, Session const &session)
        : m_folder(std::move(folder)), m_session(session), m_version(session.version)
    {}

    Result<std::string> version() override { return m_folder->version(); }
    Result<Listing> items() override;
    Result<Item> read(std::string const &id, BodyOptions const &options) override;
    Result<Written> add(Element const &data, std::string const &name) override;
    Result<Written> change(std::string const &id, std::string const &seen_version, Element const &data,
                           SupportedProperties const &supported, std::optional<Instant> instance) override;
    Result<void> remove(std::string const &id, std::string const &seen_version) override
    {
        return m_folder->remove(id, seen_version);
    }

private:
    Written written(ContactFolder::Entry const &entry, Contact const &sent);
    Result<void> keep_cut_notes(std::string const &id, Element const &data, ContactData &contact);

    std::unique_ptr<ContactFolder> m_folder;
    Session const &m_session;
    ProtocolVersion m_version;
};

Result<ItemFolder::Listing> ContactItemFolder::items()
{
    auto listing = m_folder->items();
    if (!listing)
        return listing.error();
    Listing own{std::move(listing->version), {}, listing->is_complete};
    own.items.reserve(listing->items.size());
    for (auto const &item : listing->items)
        own.items.add(item.id, item.version);
    return own;
}

Result<ItemFolder::Item> ContactItemFolder::read(std::string const &id, BodyOptions const &options)
{
    auto stored = m_folder->read(id);
    if (!stored)
        return stored.error();
    auto &contact = stored->data.contact;
    ItemText const notes{stored->data.notes.value_or(""), ""};
    contact.body = choose_item_body(notes, options, m_version);
    contact.native_body_type = BodyType::plain;
    return Item{std::move(stored->entry.version), std::move(contact), {}};
}

/// Whether the directory has what was sent: values may have moved to another place.
ItemFolder::Written ContactItemFolder::written(ContactFolder::Entry const &entry, Contact const &sent)
{
    Written result{entry.id, entry.version, false, {}, {}};
    auto const stored = m_folder->read(entry.id);
    result.differs = !stored || std::ranges::any_of(contact_texts, [&](auto const &each) {
        bool const is_day = each.tag == Tag::Contacts_Birthday || each.tag == Tag::Contacts_Anniversary;
        auto const &wanted = sent.*each.member;
        return wanted && !is_day && *wanted != (stored->data.contact.*each.member).value_or("");
    });
    return result;
}

Result<ItemFolder::Written> ContactItemFolder::add(Element const &data, std::string const &name)
{
    SupportedProperties const none_is_removed{.is_sent = true, .managed = {}};
    auto const contact = data_of(data, m_session, none_is_removed);
    if (!contact)
        return contact.error();
    auto const entry = m_folder->add(*contact, entry_name(name));
    return entry ? Result(written(*entry, contact->contact)) : entry.error();
}

/// Notes that say what is stored, or its beginning that the client got, stay as they are.
Result<void> ContactItemFolder::keep_cut_notes(std::string const &id, Element const &data,
                                               ContactData &contact)
{
    if (!contact.notes)
        return {};
    auto const sent = eas::read<Contact>(data, m_version);
    auto const stored = m_folder->read(id);
    if (!stored)
        return stored.error();
    if (sent && sent->body &&
        is_same_text(*sent->body, {stored->data.notes.value_or(""), ""}, bodies_on_device, m_version))
        contact.notes.reset();
    return {};
}

Result<ItemFolder::Written> ContactItemFolder::change(std::string const &id, std::string const &seen_version,
                                                      Element const &data,
                                                      SupportedProperties const &supported,
                                                      std::optional<Instant> instance)
{
    if (instance)
        return Error{ErrorKind::bad_request, "contact " + id + " has no instances"};
    auto contact = data_of(data, m_session, supported);
    if (!contact)
        return contact.error();
    if (auto const kept = keep_cut_notes(id, data, *contact); !kept)
        return kept.error();
    auto const entry = m_folder->change(id, seen_version, *contact);
    return entry ? Result(written(*entry, contact->contact)) : entry.error();
}

class ContactItemStore final : public ItemStore {
public:
    explicit ContactItemStore(Session &session) : m_contacts(*session.ports.contacts), m_session(session) {}

    bool serves(ItemClass item_class) const override { return item_class == ItemClass::contacts; }
    Result<Folders> folders() override;
    Result<std::unique_ptr<ItemFolder>> open(ItemId const &collection) override;
    Result<std::string> create(ItemClass, std::string const &name) override
    {
        auto const id = m_contacts.create_book(name);
        return id ? Result(item_collection_id(ItemClass::contacts, *id)) : id.error();
    }
    Result<void> rename(ItemId const &collection, std::string const &name) override
    {
        return m_contacts.rename_book(collection.collection, name);
    }
    Result<void> remove(ItemId const &collection) override
    {
        return m_contacts.delete_book(collection.collection);
    }
    Result<std::string> move(ItemId const &item, ItemId const &destination) override
    {
        auto const id = m_contacts.move(item.collection, item.item, destination.collection);
        return id ? Result(item_id(ItemClass::contacts, destination.collection, *id)) : id.error();
    }
    std::vector<std::string> watched_directories(std::optional<ItemId> const &) override { return {}; }
    ContactPlace watched_contacts() override { return m_contacts.place(); }

private:
    ContactStore &m_contacts;
    Session const &m_session;
};

Result<ItemStore::Folders> ContactItemStore::folders()
{
    auto const books = m_contacts.books();
    if (!books)
        return books.error();
    Folders result;
    auto const &row = row_of(ItemClass::contacts);
    for (auto const &book : *books)
        result.folders.push_back({item_collection_id(ItemClass::contacts, book.id), root_id, book.name,
                                  book.is_default ? row.default_type : row.user_type});
    return result;
}

Result<std::unique_ptr<ItemFolder>> ContactItemStore::open(ItemId const &collection)
{
    auto folder = m_contacts.open(collection.collection);
    if (!folder)
        return folder.error();
    return std::unique_ptr<ItemFolder>(std::make_unique<ContactItemFolder>(std::move(*folder), m_session));
}

} // namespace

std::unique_ptr<ItemStore> open_contact_items(Session &session)
{
    return std::make_unique<ContactItemStore>(session);
}

} // namespace eas
