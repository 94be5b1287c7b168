// A calendar as a single .ics file with all its items. See ics-folder.h.
//
// An item is the components of one UID; what is read of it is a VCALENDAR with the file's own properties, the
// time zones that it uses and those components, each line as it is written. A change puts the new components
// where the old ones are and leaves the rest of the file. The index has one entry for each item, by UID, all
// with the stamp of the file.
#include "base/text.h"
#include "mapping/adopted-zones.h"
#include "stores/ics-folder.h"
#include "stores/ics-index.h"
#include "stores/ics-item.h"
#include "stores/ics-lock.h"
#include <algorithm>
#include <map>
#include <optional>

namespace eas {

namespace {

constexpr uint64_t largest_file_bytes = 64 << 20;
constexpr int most_tries = 5; ///< of a write that another program's write came before

/// The file, read and taken apart.
struct IcsFile {
    struct Item {
        std::vector<IcalComponent const *> components; ///< of `document`, in the file's order
        CalendarItemKind kind;
    };
    IcalDocument document;
    std::map<std::string, Item, std::less<>> items;                  ///< by UID
    std::map<std::string, std::string, std::less<>> uids;            ///< by item id
    std::map<std::string, IcalComponent const *, std::less<>> zones; ///< by TZID, the first of each
    FileStamp stamp;
    int64_t read_at = 0;
    std::string text;
};

/// The components of an item; pointers into `document`.
std::vector<IcalComponent *> components_of(IcalDocument &document, std::string const &uid,
                                           CalendarItemKind kind)
{
    auto components = document.items();
    std::erase_if(components,
                  [&](auto const *each) { return item_kind(*each) != kind || item_uid(*each) != uid; });
    return components;
}

class IcsFileFolder final : public CalendarFolder {
public:
    IcsFileFolder(IcsPlace place, std::string file, StateStore &index, IcsOptions const &options)
        : m_place(std::move(place)), m_name(std::move(file)), m_index_store(index), m_options(options)
    {}

    Result<std::string> version() override;
    Result<std::string> list(std::function<void(CalendarItemView const &)> const &found) override;
    Result<Text> read(std::string_view item_id) override;
    Result<CalendarItem> create(std::string_view text) override;
    Result<CalendarItem> replace(std::string_view item_id, std::string_view seen_version,
                                 std::string_view text) override;
    Result<void> remove(std::string_view item_id, std::string_view seen_version) override;
    std::vector<std::string> watched_directories() const override { return {m_place.directory.path()}; }

private:
    /// Reads the file unless m_file is surely what it holds.
    Result<void> load();
    /// The components and time zones of an item within `calendar`.
    std::string text_of(IcsFile::Item const &item, IcalComponent calendar) const;
    /// Changes with the item alone, not with the properties of the file.
    std::string version_of(IcsFile::Item const &item) const
    {
        return content_version(text_of(item, IcalComponent("VCALENDAR")));
    }
    IcalComponent calendar() const
    {
        return std::as_const(m_file->document).root().components("VCALENDAR").front()->without_components();
    }
    /// Of what was read last.
    Result<std::string> uid_of(std::string_view item_id) const;
    Result<CalendarItem> written(std::string const &uid);

    using Change = std::function<Result<void>(IcalDocument &)>;
    /// Writes the file with `change` made to it, if that makes no error of what the file is by then. `change`
    /// is given what m_file holds, and must not read the file again: what it did not see would be
    /// overwritten.
    Result<void> edit(Change const &change);
    /// The same, of an item whose version was seen: puts `components` in the place of its own.
    Result<void> edit_item(std::string_view item_id, std::string_view seen_version, IcalDocument const *text);

    IcsPlace m_place;
    std::string m_name;
    StateStore &m_index_store;
    IcsOptions const &m_options;
    std::optional<IcsFile> m_file;
};

Result<std::string> IcsFileFolder::version()
{
    auto const stamp = m_place.directory.stamp(m_name);
    if (!stamp)
        return stamp.error();
    std::string all;
    for (auto const number : {stamp->inode, stamp->size, static_cast<uint64_t>(stamp->mtime),
                              static_cast<uint64_t>(stamp->ctime)})
        all += std::to_string(number) + ' ';
    if (stamp->is_racy_at(now_nanoseconds())) {
        auto const file = m_place.directory.read(m_name, largest_file_bytes);
        if (!file)
            return file.error();
        all += content_version(file->text);
    }
    return content_version(all);
}

Result<void> IcsFileFolder::load()
{
    auto const stamp = m_place.directory.stamp(m_name);
    if (!stamp)
        return stamp.error();
    if (m_file && m_file->stamp == *stamp && !stamp->is_racy_at(m_file->read_at))
        return {};
    auto const read_at = now_nanoseconds();
    auto content = m_place.directory.read(m_name, largest_file_bytes);
    if (!content)
        return content.error();
    if (m_file && m_file->text == content->text) {
        m_file->stamp = content->stamp;
        m_file->read_at = read_at;
        return {};
    }
    auto document = IcalDocument::parse(content->text);
    if (!document)
        // Not "no items": a phone would remove them all, perhaps while a program is writing the file.
        return Error{ErrorKind::temporary, "calendar file " + m_place.directory.path_of(m_name) +
                                               " is not synchronised: " + document.error().message};
    auto &file = m_file.emplace(IcsFile{.document = std::move(*document),
                                        .items = {},
                                        .uids = {},
                                        .zones = {},
                                        .stamp = content->stamp,
                                        .read_at = read_at,
                                        .text = std::move(content->text)});
    size_t without_uid = 0;
    for (auto const *component : std::as_const(file.document).items()) {
        auto const kind = item_kind(*component);
        auto uid = kind ? item_uid(*component) : std::string();
        without_uid += kind && uid.empty();
        if (uid.empty())
            continue;
        file.uids.try_emplace(opaque_id("uid", uid), uid);
        auto &item = file.items.try_emplace(std::move(uid), IcsFile::Item{{}, *kind}).first->second;
        if (item.kind == *kind)
            item.components.push_back(component);
    }
    for (auto const *calendar : std::as_const(file.document).root().components("VCALENDAR"))
        for (auto const *zone : calendar->components("VTIMEZONE"))
            if (auto const id = zone->property("TZID"))
                file.zones.try_emplace(id->text(), zone);
    if (without_uid > 0)
        m_options.warn("calendar file " + m_place.directory.path_of(m_name) + " has " +
                       std::to_string(without_uid) +
                       " events or tasks without UID: they are not synchronised");
    return {};
}

std::string IcsFileFolder::text_of(IcsFile::Item const &item, IcalComponent calendar) const
{
    std::set<std::string> used;
    for (auto const *component : item.components)
        used.merge(time_zones_used(*component));
    for (auto const &id : used)
        if (auto const zone = m_file->zones.find(id); zone != m_file->zones.end())
            calendar.add(*zone->second);
    for (auto const *component : item.components)
        calendar.add(*component);
    IcalDocument document;
    document.root().replace(*document.calendar(), std::move(calendar));
    return document.print();
}

Result<std::string> IcsFileFolder::list(std::function<void(CalendarItemView const &)> const &found)
{
    auto version = this->version();
    if (!version)
        return version.error();
    auto const key = ics_index_key(m_place.collection_id);
    auto stored = m_index_store.get(key);
    auto const stamp = m_place.directory.stamp(m_name);
    if (!stored || !stamp)
        return stored ? stamp.error() : stored.error();
    auto index = parse_ics_index(std::move(*stored).value_or(std::string()));
    bool is_current = !index.empty();
    index.for_each([&](IcsRow const &row) { is_current &= row.token == stamp->token(); });
    if (!is_current) {
        if (auto loaded = load(); !loaded)
            return loaded.error();
        index = {};
        auto const token = settled_token(m_file->stamp, {}, m_file->read_at);
        for (auto const &[uid, item] : m_file->items)
            index.put(IcsEntry{opaque_id("uid", uid), token, state_of(item.kind), version_of(item), uid, uid}
                          .line());
        if (auto saved = m_index_store.set(key, serialize(index)); !saved)
            return saved.error();
    }
    std::string decoded;
    index.for_each([&](IcsRow const &row) { found(row.item(decoded)); });
    return version;
}

Result<std::string> IcsFileFolder::uid_of(std::string_view item_id) const
{
    auto const found = m_file->uids.find(item_id);
    if (found == m_file->uids.end())
        return Error{ErrorKind::not_found,
                     m_place.directory.path_of(m_name) + " has no item " + std::string(item_id)};
    return found->second;
}

Result<CalendarFolder::Text> IcsFileFolder::read(std::string_view item_id)
{
    auto const loaded = load();
    auto const uid = loaded ? uid_of(item_id) : loaded.error();
    if (!uid)
        return uid.error();
    auto const &item = m_file->items.at(*uid);
    return Text{{std::string(item_id), *uid, version_of(item), item.kind}, text_of(item, calendar())};
}

Result<void> IcsFileFolder::edit(Change const &change)
{
    auto const lock = IcsLock::acquire(m_place.lock_path, m_options.lock_patience);
    if (!lock)
        return lock.error();
    for (int tries = 1;; tries++) {
        if (auto loaded = load(); !loaded)
            return loaded;
        auto document = m_file->document;
        if (!document.calendar())
            document.root().add(*IcalDocument().calendar());
        if (auto changed = change(document); !changed)
            return changed;
        auto replaced = m_place.directory.replace(
            m_name, document.print(), [this](std::string_view current) { return current == m_file->text; });
        if (replaced || replaced.error().kind != ErrorKind::conflict || tries == most_tries)
            return replaced;
    }
}

Result<CalendarItem> IcsFileFolder::written(std::string const &uid)
{
    if (auto loaded = load(); !loaded)
        return loaded.error();
    auto const item = m_file->items.find(uid);
    if (item == m_file->items.end())
        return Error{ErrorKind::conflict, m_place.directory.path_of(m_name) + " was changed meanwhile"};
    return CalendarItem{opaque_id("uid", uid), uid, version_of(item->second), item->second.kind};
}

Result<CalendarItem> IcsFileFolder::create(std::string_view text)
{
    auto const item = item_to_store(text);
    if (!item)
        return item.error();
    auto const parsed = *IcalDocument::parse(text);
    auto const created = edit([&](IcalDocument &document) -> Result<void> {
        if (m_file->items.contains(item->uid))
            return Error{ErrorKind::exists, "an item with the UID " + sanitize_utf8(item->uid) + " exists"};
        auto added = parsed; // each try, as its zones may get other names
        adopt_time_zones(document, parsed, added.items());
        for (auto *component : added.items())
            document.calendar()->add(std::move(*component));
        return {};
    });
    return created ? written(item->uid) : created.error();
}

Result<void> IcsFileFolder::edit_item(std::string_view item_id, std::string_view seen_version,
                                      IcalDocument const *text)
{
    return edit([&](IcalDocument &document) -> Result<void> {
        auto const uid = uid_of(item_id);
        if (!uid)
            return uid.error();
        auto const &item = m_file->items.at(*uid);
        if (version_of(item) != seen_version)
            return Error{ErrorKind::conflict, m_place.directory.path_of(m_name) + " was changed meanwhile"};
        auto const old = components_of(document, *uid, item.kind);
        auto added = text ? *text : IcalDocument();
        auto const wanted = added.items();
        if (text)
            adopt_time_zones(document, *text, wanted);
        for (size_t i = 0; i < std::max(old.size(), wanted.size()); i++) {
            if (i >= old.size())
                document.calendar()->add(*wanted[i]);
            else if (i < wanted.size())
                *old[i] = *wanted[i];
            else
                for (auto *calendar : document.root().components("VCALENDAR"))
                    calendar->remove(*old[i]);
        }
        return {};
    });
}

Result<CalendarItem> IcsFileFolder::replace(std::string_view item_id, std::string_view seen_version,
                                            std::string_view text)
{
    auto const item = item_to_store(text);
    if (!item)
        return item.error();
    if (opaque_id("uid", item->uid) != item_id)
        return Error{ErrorKind::bad_request, "the UID of an item cannot change"};
    auto const wanted = *IcalDocument::parse(text);
    auto const replaced = edit_item(item_id, seen_version, &wanted);
    return replaced ? written(item->uid) : replaced.error();
}

Result<void> IcsFileFolder::remove(std::string_view item_id, std::string_view seen_version)
{
    return edit_item(item_id, seen_version, nullptr);
}

} // namespace

std::unique_ptr<CalendarFolder> open_ics_file(IcsPlace place, std::string file, StateStore &index,
                                              IcsOptions const &options)
{
    return std::make_unique<IcsFileFolder>(std::move(place), std::move(file), index, options);
}

} // namespace eas
