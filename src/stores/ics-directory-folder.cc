// A calendar as a directory with one file an item. See ics-folder.h.
//
// Nothing but a stat of each file tells that nothing changed: the directory's own mtime does not change when
// a program writes into a file in place. An item's id is a hash of its file's name.
#include "base/random.h"
#include "base/text.h"
#include "stores/ics-folder.h"
#include "stores/ics-index.h"
#include "stores/ics-item.h"
#include "stores/ics-lock.h"
#include <algorithm>
#include <unordered_map>

namespace eas {

namespace {

constexpr size_t longest_name_of_uid = 120;

/// A file name for a new item: its UID as Radicale and vdirsyncer do, if that is a plain name.
std::string file_name(std::string const &uid)
{
    auto const is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("._-@+").find(c) != std::string_view::npos;
    };
    bool const plain = !uid.empty() && uid.size() <= longest_name_of_uid && uid.front() != '.' &&
                       std::ranges::all_of(uid, is_plain);
    return (plain ? uid : hex_encode(random_bytes(16))) + ".ics";
}

class IcsDirectoryFolder final : public CalendarFolder {
public:
    IcsDirectoryFolder(IcsPlace place, StateStore &index, IcsOptions const &options)
        : m_place(std::move(place)), m_index_store(index), m_options(options)
    {}

    Result<std::string> version() override;
    Result<Listing> items() override;
    Result<Text> read(std::string_view item_id) override;
    Result<CalendarItem> create(std::string_view text) override;
    Result<CalendarItem> replace(std::string_view item_id, std::string_view seen_version,
                                 std::string_view text) override;
    Result<void> remove(std::string_view item_id, std::string_view seen_version) override;
    std::vector<std::string> watched_directories() const override { return {m_place.directory.path()}; }

private:
    using Files = std::vector<IcsDirectory::Entry>;
    IcsDirectory::Wanted wanted() const
    {
        return [this](std::string_view name) { return is_item_name(name, m_place.is_radicale); };
    }
    /// What version() is of the files, and the files, packed: mostly nobody asks for them.
    struct Look {
        std::string version;
        std::string names; ///< each with a NUL behind it
        std::vector<FileStamp> stamps;
        Files files() const;
    };
    Result<Look> look() const;
    struct Examined {
        IcsEntry entry;
        std::string fault; ///< why the file is left out
        std::vector<std::string> remarks;
    };
    Result<Examined> examine(IcsDirectory::Entry const &file) const;
    void warn_of_same_uids(std::vector<std::string> const &new_names) const;
    Result<void> load_index();
    /// Brings m_index to what `files` hold.
    Result<void> update(Files files);
    /// The same of what is there now.
    Result<void> refresh();
    /// The entry of `files`' next one, if it is to be in the index; `known` is what the index had.
    Result<std::optional<IcsEntry>> look_at(IcsDirectory::Entry const &file, IcsEntry const *known) const;
    IcsEntry const *find(std::string_view item_id);
    Result<std::string> name_of(std::string_view item_id);
    /// What a written file is now.
    CalendarItem remember(std::string const &name, std::string_view text, IcsItem const &item);

    IcsPlace m_place;
    StateStore &m_index_store;
    IcsOptions const &m_options;
    std::optional<Look> m_look; ///< of version(), until items() uses it: the files are looked at once
    IcsIndex m_index;
    bool m_index_loaded = false, m_listed = false;
    bool m_index_is_ahead = false;                    ///< of what is stored: this object wrote files
    std::unordered_map<std::string, size_t> m_places; ///< in m_index, by item id; empty: not made
};

/// Says with few operations whether files changed.
class DirectoryVersion {
public:
    void add(std::string_view name, FileStamp const &stamp)
    {
        m_line.assign(name);
        m_line.append(1, '\0').append(reinterpret_cast<char const *>(&stamp), sizeof stamp);
        m_sum += quick_hash(m_line); // whatever the order
        m_files++;
        if (stamp.is_racy_at(m_now))
            m_racy.emplace_back(name);
    }
    /// Stamps tell what changed, but of files that were written just now: those are read.
    std::string text(IcsDirectory const &directory)
    {
        auto text = std::to_string(m_files) + '-' + std::to_string(m_sum);
        std::ranges::sort(m_racy);
        std::string fresh;
        for (auto const &name : m_racy) {
            auto const file = directory.read(name, largest_item_bytes);
            fresh += file ? content_version(file->text)
                          : "unreadable"; // then it is looked at again when it has settled
        }
        return fresh.empty() ? text : text + '-' + content_version(fresh);
    }

private:
    int64_t m_now = now_nanoseconds();
    uint64_t m_files = 0, m_sum = 0;
    std::string m_line;
    std::vector<std::string> m_racy;
};

IcsDirectoryFolder::Files IcsDirectoryFolder::Look::files() const
{
    Files files;
    files.reserve(stamps.size());
    size_t at = 0;
    for (auto const &stamp : stamps) {
        files.push_back({names.c_str() + at, stamp});
        at += files.back().name.size() + 1;
    }
    return files;
}

Result<IcsDirectoryFolder::Look> IcsDirectoryFolder::look() const
{
    DirectoryVersion version;
    Look look;
    auto const scanned =
        m_place.directory.scan(wanted(), m_options.max_files, [&](char const *name, FileStamp const &stamp) {
            std::string_view const text = name;
            version.add(text, stamp);
            look.names.append(text).push_back('\0');
            look.stamps.push_back(stamp);
        });
    if (!scanned)
        return scanned.error();
    look.version = version.text(m_place.directory);
    return look;
}

Result<std::string> IcsDirectoryFolder::version()
{
    auto seen = look();
    if (!seen)
        return seen.error();
    m_look = *std::move(seen);
    return m_look->version;
}

Result<void> IcsDirectoryFolder::load_index()
{
    if (m_index_loaded)
        return {};
    auto const text = m_index_store.get(ics_index_key(m_place.collection_id));
    if (!text)
        return text.error();
    m_index = text->has_value() ? parse_ics_index(**text) : IcsIndex();
    m_index_loaded = true;
    return {};
}

Result<IcsDirectoryFolder::Examined> IcsDirectoryFolder::examine(IcsDirectory::Entry const &file) const
{
    Examined result{{file.name, 0, IcsState::broken, opaque_id("file", file.name), {}, {}}, {}, {}};
    auto &entry = result.entry;
    auto const read_at = now_nanoseconds();
    auto const content = m_place.directory.read(file.name, largest_item_bytes);
    if (!content) {
        auto const kind = content.error().kind;
        bool const is_locked = kind == ErrorKind::denied && m_options.unreadable_is_error;
        if (kind == ErrorKind::not_found || kind == ErrorKind::temporary || is_locked)
            return content.error();
        result.fault = content.error().message;
        entry.stamp = settled_token(file.stamp, read_at);
        return result;
    }
    entry.stamp = settled_token(content->stamp, read_at);
    entry.version = content_version(content->text);
    auto item = examine_item(content->text);
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

Result<std::optional<IcsEntry>> IcsDirectoryFolder::look_at(IcsDirectory::Entry const &file,
                                                            IcsEntry const *known) const
{
    auto examined = examine(file);
    if (!examined && examined.error().kind == ErrorKind::not_found)
        return std::optional<IcsEntry>();
    if (!examined)
        return examined.error();
    auto &entry = examined->entry;
    if (!examined->fault.empty() && entry.stamp == 0) // Perhaps a program is writing it just now: what was
        return known && known->is_item() ? std::optional(*known) : std::nullopt; // known of it still holds.
    bool const is_known = known && known->state == entry.state && known->version == entry.version;
    auto const path = is_known ? std::string() : m_place.directory.path_of(file.name);
    if (!is_known && !examined->fault.empty())
        m_options.warn("calendar file " + path + " is not synchronised: " + examined->fault);
    if (!is_known)
        for (auto const &remark : examined->remarks)
            m_options.warn("calendar file " + path + ": " + remark);
    return std::optional(std::move(entry));
}

/// Both are synchronised, as two items; most programs show one.
void IcsDirectoryFolder::warn_of_same_uids(std::vector<std::string> const &new_names) const
{
    std::unordered_map<std::string_view, IcsEntry const *> by_uid;
    for (auto const &entry : m_index)
        if (entry.is_item() && !entry.uid.empty() && !std::ranges::binary_search(new_names, entry.name))
            by_uid.emplace(entry.uid, &entry);
    for (auto const &name : new_names) {
        auto const entry = std::ranges::lower_bound(m_index, name, {}, &IcsEntry::name);
        if (!entry->is_item() || entry->uid.empty())
            continue;
        auto const [other, is_only] = by_uid.emplace(entry->uid, &*entry);
        if (!is_only)
            m_options.warn("calendar files " + m_place.directory.path_of(other->second->name) + " and " +
                           m_place.directory.path_of(name) + " have the same UID " +
                           sanitize_utf8(entry->uid) + ": phones show both");
    }
}

Result<void> IcsDirectoryFolder::update(Files files)
{
    if (auto loaded = load_index(); !loaded)
        return loaded;
    std::ranges::sort(files, {}, &IcsDirectory::Entry::name);
    IcsIndex index;
    index.reserve(files.size());
    bool changed = std::exchange(m_index_is_ahead, false);
    std::vector<std::string> new_names; ///< in order; of what was not there, or had another UID
    auto known = m_index.begin();       // both are in order
    for (auto const &file : files) {
        for (; known != m_index.end() && known->name < file.name; known++)
            changed = true; // it is gone
        auto *const same = known != m_index.end() && known->name == file.name ? &*known++ : nullptr;
        if (same && same->stamp == file.stamp.token()) {
            index.push_back(std::move(*same));
            continue;
        }
        auto entry = look_at(file, same);
        if (!entry) {
            m_index_loaded = false; // a half of it was moved
            return entry.error();
        }
        changed |= *entry ? !same || **entry != *same : same != nullptr;
        if (*entry && (!same || same->uid != (*entry)->uid))
            new_names.push_back(file.name);
        if (*entry)
            index.push_back(**std::move(entry));
    }
    changed |= known != m_index.end();
    m_index = std::move(index);
    m_listed = true;
    m_places.clear();
    if (!new_names.empty())
        warn_of_same_uids(new_names);
    return changed ? m_index_store.set(ics_index_key(m_place.collection_id), serialize(m_index))
                   : Result<void>();
}

Result<void> IcsDirectoryFolder::refresh()
{
    m_look.reset();
    auto seen = look();
    return seen ? update(seen->files()) : seen.error();
}

Result<CalendarFolder::Listing> IcsDirectoryFolder::items()
{
    auto seen = m_look ? Result<Look>(*std::exchange(m_look, {})) : look();
    if (!seen)
        return seen.error();
    Listing listing{std::move(seen->version), {}};
    if (auto updated = update(seen->files()); !updated)
        return updated.error();
    listing.items.reserve(m_index.size());
    for (auto const &entry : m_index)
        if (entry.is_item())
            listing.items.push_back(entry.item());
    return listing;
}

IcsEntry const *IcsDirectoryFolder::find(std::string_view item_id)
{
    if (m_places.empty())
        for (size_t i = 0; i < m_index.size(); i++)
            m_places.emplace(m_index[i].id, i);
    auto const found = m_places.find(std::string(item_id));
    return found == m_places.end() ? nullptr : &m_index[found->second];
}

Result<std::string> IcsDirectoryFolder::name_of(std::string_view item_id)
{
    if (auto loaded = load_index(); !loaded)
        return loaded.error();
    if (auto const *entry = find(item_id))
        return entry->name;
    if (auto refreshed = refresh(); !refreshed)
        return refreshed.error();
    if (auto const *entry = find(item_id))
        return entry->name;
    return Error{ErrorKind::not_found,
                 m_place.directory.path_of("") + " has no item " + std::string(item_id)};
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
    if (auto const *known = find(item_id); known && known->is_item() && known->version == version)
        return Text{known->item(), std::move(file->text)};
    auto const item = examine_item(file->text);
    if (!item || !*item)
        return Error{ErrorKind::not_found,
                     m_place.directory.path_of(*name) + " holds no event or task any more"};
    return Text{{std::string(item_id), (*item)->uid, std::move(version), (*item)->kind},
                std::move(file->text)};
}

CalendarItem IcsDirectoryFolder::remember(std::string const &name, std::string_view text, IcsItem const &item)
{
    // Without a stamp: the next listing reads it.
    IcsEntry entry{name, 0, state_of(item.kind), opaque_id("file", name), content_version(text), item.uid};
    auto const made = entry.item();
    auto const place = std::ranges::lower_bound(m_index, name, {}, &IcsEntry::name);
    if (place != m_index.end() && place->name == name)
        *place = std::move(entry);
    else
        m_index.insert(place, std::move(entry));
    m_places.clear();
    m_look.reset();
    m_index_is_ahead = true;
    return made;
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
    if (std::ranges::any_of(m_index, [&](auto const &each) { return each.uid == item->uid; }))
        return Error{ErrorKind::exists, "an item with the UID " + sanitize_utf8(item->uid) + " exists"};
    auto const name = file_name(item->uid);
    auto const added = m_place.directory.add(name, text);
    if (!added)
        return added.error();
    return remember(name, text, *item);
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
        std::erase_if(m_index, [&](auto const &each) { return each.name == *name; });
        m_places.clear();
        m_look.reset();
        m_index_is_ahead = true;
    }
    return removed;
}

} // namespace

bool is_item_name(std::string_view name, bool is_radicale)
{
    if (name.empty() || name.front() == '.' || name.ends_with('~') || name.ends_with(".tmp"))
        return false;
    return is_radicale || (name.size() > 4 && equals_ignoring_case(name.substr(name.size() - 4), ".ics"));
}

std::unique_ptr<CalendarFolder> open_ics_directory(IcsPlace place, StateStore &index,
                                                   IcsOptions const &options)
{
    return std::make_unique<IcsDirectoryFolder>(std::move(place), index, options);
}

} // namespace eas
