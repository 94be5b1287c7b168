// A calendar as a directory with one file an item. See ics-folder.h.
//
// Nothing on the disk but a stat of each file tells that nothing changed: the directory's own mtime does not
// change when a program writes into a file in place. An item's id is a hash of its file's name.
#include "base/text.h"
#include "stores/ics-folder.h"
#include "stores/ics-index.h"
#include "stores/ics-item.h"
#include "stores/ics-lock.h"
#include <algorithm>
#include <set>
#include <unordered_map>

namespace eas {

namespace {

constexpr size_t longest_name_of_uid = 120;

/// File names for a new item: its UID, as Radicale and vdirsyncer do, if that is a plain name; and one for
/// where that is taken, by a broken file or one with another UID. Two processes have the same names for the
/// same UID, so one of them finds the other's file.
std::vector<std::string> file_names(std::string const &uid)
{
    auto const is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("._-@+").find(c) != std::string_view::npos;
    };
    std::vector<std::string> names;
    if (!uid.empty() && uid.size() <= longest_name_of_uid && uid.front() != '.' &&
        std::ranges::all_of(uid, is_plain))
        names.push_back(uid + ".ics");
    names.push_back(opaque_id("name", uid) + ".ics");
    return names;
}

TokenSet tokens_of(IcsIndex const &index)
{
    TokenSet tokens(index.size());
    index.for_each([&](IcsRow const &row) { tokens.add(row.token); });
    return tokens;
}

/// Ids of entries that are of no file as it is now: it changed, or is gone.
std::set<std::string> ids_beside(IcsIndex const &index, TokenSet const &present)
{
    std::set<std::string> ids;
    index.for_each([&](IcsRow const &row) {
        if (!present.contains(row.token))
            ids.emplace(row.id);
    });
    return ids;
}

class IcsDirectoryFolder final : public CalendarFolder {
public:
    IcsDirectoryFolder(IcsPlace place, DirectoryLooks &looks, StateStore &index, IcsOptions const &options)
        : m_place(std::move(place)), m_looks(looks), m_index_store(index), m_options(options)
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
    Result<DirectoryLooks::Look> look();
    struct Examined {
        IcsEntry entry;
        std::string fault; ///< why the file is left out
        std::vector<std::string> remarks;
    };
    /// With remarks if `known` is not what the file holds.
    Result<Examined> examine(std::string const &name, std::string id,
                             std::optional<IcsEntry> const &known) const;
    void warn_of_same_uids(std::vector<IcsEntry> const &added) const;
    Result<void> load_index();
    Result<void> store_index();
    /// Brings m_index to what the files hold.
    Result<void> update(DirectoryLook const &look);
    /// The same of what is there now.
    Result<void> refresh();
    /// What the index is to have of a file; `known` is what it has, if anything.
    Result<std::optional<IcsEntry>> look_at(std::string const &name, std::string const &id,
                                            std::optional<IcsEntry> const &known) const;
    Result<std::string> name_of(std::string_view item_id);
    /// What a written file is now.
    CalendarItem remember(std::string const &name, std::string_view text, IcsItem const &item);
    bool has_uid(std::string_view uid) const;

    IcsPlace m_place;
    DirectoryLooks &m_looks;
    StateStore &m_index_store;
    IcsOptions const &m_options;
    DirectoryLooks::Look m_look; ///< of version(), until list() uses it: files are looked at once
    IcsIndex m_index;
    bool m_index_loaded = false, m_listed = false;
    bool m_index_is_ahead = false; ///< of what is stored
};

Result<DirectoryLooks::Look> IcsDirectoryFolder::look()
{
    return m_looks.look(m_place.directory, m_place.is_radicale, m_options.max_files);
}

Result<std::string> IcsDirectoryFolder::version()
{
    auto seen = look();
    if (!seen)
        return seen.error();
    m_look = *std::move(seen);
    return m_look->version();
}

Result<void> IcsDirectoryFolder::load_index()
{
    if (m_index_loaded)
        return {};
    auto text = m_index_store.get(ics_index_key(m_place.collection_id));
    if (!text)
        return text.error();
    m_index = parse_ics_index(std::move(*text).value_or(std::string()));
    m_index_loaded = true;
    return {};
}

Result<IcsDirectoryFolder::Examined> IcsDirectoryFolder::examine(std::string const &name, std::string id,
                                                                 std::optional<IcsEntry> const &known) const
{
    Examined result{{std::move(id), 0, IcsState::broken, {}, name, {}}, {}, {}};
    auto &entry = result.entry;
    auto const read_at = now_nanoseconds();
    auto const content = m_place.directory.read(name, largest_item_bytes);
    if (!content) {
        auto const kind = content.error().kind;
        bool const is_locked = kind == ErrorKind::denied && m_options.unreadable_is_error;
        if (kind == ErrorKind::not_found || kind == ErrorKind::temporary || is_locked)
            return content.error();
        result.fault = content.error().message;
        if (auto const stamp = m_place.directory.stamp(name))
            entry.token = settled_token(*stamp, name, read_at);
        return result;
    }
    entry.token = settled_token(content->stamp, name, read_at);
    entry.version = content_version(content->text);
    auto item = examine_item(content->text, !known || known->version != entry.version);
    if (!item) {
        result.fault = item.error().message;
        return result;
    }
    entry.state = !*item ? IcsState::other : state_of((*item)->kind);
    if (*item) {
        entry.uid = std::move((*item)->uid);
        result.remarks = std::move((*item)->remarks);
    }
    return result;
}

Result<std::optional<IcsEntry>> IcsDirectoryFolder::look_at(std::string const &name, std::string const &id,
                                                            std::optional<IcsEntry> const &known) const
{
    auto examined = examine(name, id, known);
    if (!examined && examined.error().kind == ErrorKind::not_found)
        return std::optional<IcsEntry>();
    if (!examined)
        return examined.error();
    auto &entry = examined->entry;
    // Perhaps a program is writing it just now: what was known of it still holds, and nothing is said of an
    // empty one. Of any other the admin is told at once, since nobody may look again soon.
    bool const is_fresh = !examined->fault.empty() && entry.token == 0;
    if (is_fresh && known && is_item(known->state))
        return known;
    if (is_fresh && entry.version == content_version(""))
        return std::optional<IcsEntry>();
    bool const is_known = known && known->state == entry.state && known->version == entry.version;
    auto const path = is_known ? std::string() : m_place.directory.path_of(name);
    if (!is_known && !examined->fault.empty())
        m_options.warn("calendar file " + path + " is not synchronised: " + examined->fault);
    if (!is_known)
        for (auto const &remark : examined->remarks)
            m_options.warn("calendar file " + path + ": " + remark);
    return std::optional(std::move(entry));
}

/// Both are synchronised, as two items; most programs show one. `added` were not there, or had another UID.
void IcsDirectoryFolder::warn_of_same_uids(std::vector<IcsEntry> const &added) const
{
    std::unordered_map<std::string, std::string> names; // of the first file, by UID
    std::set<std::string, std::less<>> ids;
    for (auto const &entry : added) {
        names.emplace(entry.uid, std::string());
        ids.insert(entry.id);
    }
    m_index.for_each([&](IcsRow const &row) {
        if (!is_item(row.state) || ids.contains(row.id))
            return;
        auto const entry = row.entry();
        if (auto const same = names.find(entry.uid); same != names.end() && same->second.empty())
            same->second = entry.name;
    });
    for (auto const &entry : added) {
        auto &other = names.at(entry.uid);
        if (!is_item(entry.state) || entry.uid.empty())
            continue;
        if (other.empty())
            other = entry.name;
        else
            m_options.warn("calendar files " + m_place.directory.path_of(other) + " and " +
                           m_place.directory.path_of(entry.name) + " have the same UID " +
                           sanitize_utf8(entry.uid) + ": phones show both");
    }
}

Result<void> IcsDirectoryFolder::update(DirectoryLook const &look)
{
    if (auto loaded = load_index(); !loaded)
        return loaded;
    auto gone = ids_beside(m_index, look.tokens());
    std::vector<IcsEntry> added;
    for (auto const &name : look.names_beside(tokens_of(m_index))) {
        auto const id = opaque_id("file", name);
        auto const row = m_index.find(id);
        auto const known = row ? std::optional(row->entry()) : std::nullopt;
        auto entry = look_at(name, id, known);
        if (!entry)
            return entry.error();
        if (!*entry)
            continue;
        gone.erase(id);
        if (known == *entry)
            continue;
        m_index.put((*entry)->line());
        m_index_is_ahead = true;
        if (!known || known->uid != (*entry)->uid)
            added.push_back(std::move(**entry));
    }
    for (auto const &id : gone)
        m_index.erase(id);
    m_index_is_ahead |= !gone.empty();
    m_listed = true;
    if (!added.empty())
        warn_of_same_uids(added);
    return store_index();
}

Result<void> IcsDirectoryFolder::store_index()
{
    if (!m_index_is_ahead)
        return {};
    auto const stored = m_index_store.set(ics_index_key(m_place.collection_id), serialize(m_index));
    m_index_is_ahead = !stored;
    return stored;
}

Result<void> IcsDirectoryFolder::refresh()
{
    m_look.reset();
    auto const seen = look();
    return seen ? update(**seen) : seen.error();
}

Result<std::string> IcsDirectoryFolder::list(std::function<void(CalendarItemView const &)> const &found)
{
    auto const seen = m_look ? Result(std::exchange(m_look, {})) : look();
    if (!seen)
        return seen.error();
    if (auto updated = update(**seen); !updated)
        return updated.error();
    std::string decoded;
    m_index.for_each([&](IcsRow const &row) {
        if (is_item(row.state))
            found(row.item(decoded));
    });
    return (*seen)->version();
}

Result<std::string> IcsDirectoryFolder::name_of(std::string_view item_id)
{
    if (auto loaded = load_index(); !loaded)
        return loaded.error();
    auto row = m_index.find(item_id);
    if (!row) {
        if (auto refreshed = refresh(); !refreshed)
            return refreshed.error();
        row = m_index.find(item_id);
    }
    if (!row)
        return Error{ErrorKind::not_found,
                     m_place.directory.path_of("") + " has no item " + std::string(item_id)};
    return row->entry().name;
}

Result<CalendarFolder::Text> IcsDirectoryFolder::read(std::string_view item_id)
{
    auto const name = name_of(item_id);
    if (!name)
        return name.error();
    auto file = m_place.directory.read(*name, largest_item_bytes);
    if (!file)
        return file.error();
    auto version = content_version(file->text);
    if (auto const known = m_index.find(item_id); known && is_item(known->state) && known->version == version)
        return Text{known->entry().item(), std::move(file->text)};
    auto const item = examine_item(file->text);
    if (!item || !*item)
        return Error{ErrorKind::not_found,
                     m_place.directory.path_of(*name) + " holds no event or task any more"};
    return Text{{std::string(item_id), (*item)->uid, std::move(version), (*item)->kind},
                std::move(file->text)};
}

CalendarItem IcsDirectoryFolder::remember(std::string const &name, std::string_view text, IcsItem const &item)
{
    // Without a token: the next listing reads it.
    IcsEntry const entry{opaque_id("file", name), 0,    state_of(item.kind),
                         content_version(text),   name, item.uid};
    m_index.put(entry.line());
    m_look.reset();
    m_index_is_ahead = true;
    return entry.item();
}

bool IcsDirectoryFolder::has_uid(std::string_view uid) const
{
    bool found = false;
    std::string decoded;
    m_index.for_each([&](IcsRow const &row) { found |= row.item(decoded).uid == uid; });
    return found;
}

Result<CalendarItem> IcsDirectoryFolder::create(std::string_view text)
{
    auto const item = item_to_store(text);
    if (!item)
        return item.error();
    auto const lock = IcsLock::acquire(m_place.lock_path, m_options.lock_patience);
    if (!lock)
        return lock.error();
    if (!m_listed)
        if (auto const refreshed = refresh(); !refreshed)
            return refreshed.error();
    auto const names = file_names(item->uid);
    for (auto name = names.begin(); !has_uid(item->uid) && name != names.end(); name++) {
        auto const added = m_place.directory.add(*name, text);
        if (added)
            return remember(*name, text, *item);
        if (added.error().kind != ErrorKind::exists)
            return added.error();
        if (auto const refreshed = refresh(); !refreshed) // whether it is this item's
            return refreshed.error();
    }
    return Error{ErrorKind::exists, "an item with the UID " + sanitize_utf8(item->uid) + " exists"};
}

Result<CalendarItem> IcsDirectoryFolder::replace(std::string_view item_id, std::string_view seen_version,
                                                 std::string_view text)
{
    auto const item = item_to_store(text);
    auto const name = item ? name_of(item_id) : item.error();
    if (!name)
        return name.error();
    auto const lock = IcsLock::acquire(m_place.lock_path, m_options.lock_patience);
    if (!lock)
        return lock.error();
    auto const replaced = m_place.directory.replace(
        *name, text, [&](std::string_view current) { return content_version(current) == seen_version; });
    if (!replaced)
        return replaced.error();
    return remember(*name, text, *item);
}

Result<void> IcsDirectoryFolder::remove(std::string_view item_id, std::string_view seen_version)
{
    auto const name = name_of(item_id);
    if (!name)
        return name.error();
    auto const lock = IcsLock::acquire(m_place.lock_path, m_options.lock_patience);
    if (!lock)
        return lock.error();
    auto removed = m_place.directory.remove(
        *name, [&](std::string_view current) { return content_version(current) == seen_version; });
    if (removed) {
        m_index.erase(item_id);
        m_look.reset();
        m_index_is_ahead = true;
    }
    return removed;
}

} // namespace

std::unique_ptr<CalendarFolder> open_ics_directory(IcsPlace place, DirectoryLooks &looks, StateStore &index,
                                                   IcsOptions const &options)
{
    return std::make_unique<IcsDirectoryFolder>(std::move(place), looks, index, options);
}

} // namespace eas
