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
#include <map>

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

CalendarItem item_of(std::string const &name, IcsEntry const &entry)
{
    return {opaque_id("file", name), entry.uid, entry.version,
            entry.state == IcsState::task ? CalendarItemKind::task : CalendarItemKind::event};
}

class IcsDirectoryFolder final : public CalendarFolder {
public:
    IcsDirectoryFolder(IcsPlace place, StateStore &index, IcsOptions const &options)
        : m_place(std::move(place)), m_index_store(index), m_options(options)
    {}

    Result<std::string> version() override
    {
        auto const files = list();
        return files ? version_of(*files) : files.error();
    }
    Result<Listing> items() override;
    Result<Text> read(std::string_view item_id) override;
    Result<CalendarItem> create(std::string_view text) override;
    Result<CalendarItem> replace(std::string_view item_id, std::string_view seen_version,
                                 std::string_view text) override;
    Result<void> remove(std::string_view item_id, std::string_view seen_version) override;
    std::vector<std::string> watched_directories() const override { return {m_place.directory.path()}; }

private:
    using Files = std::vector<IcsDirectory::Entry>;
    Result<Files> list() const
    {
        return m_place.directory.list(
            [this](std::string_view name) { return is_item_name(name, m_place.is_radicale); },
            m_options.max_files);
    }
    Result<std::string> version_of(Files const &files) const;
    Result<IcsEntry> examine(IcsDirectory::Entry const &file, std::string &fault) const;
    Result<void> load_index();
    /// Brings m_index to what `files` hold.
    Result<void> update(Files const &files);
    Result<std::string> name_of(std::string_view item_id);
    /// What a written file is now.
    CalendarItem remember(std::string const &name, std::string_view text, IcsItem const &item);

    IcsPlace m_place;
    StateStore &m_index_store;
    IcsOptions const &m_options;
    IcsIndex m_index;
    bool m_index_loaded = false, m_listed = false;
    std::map<std::string, std::string, std::less<>> m_names; ///< of files, by item id
};

/// Stamps tell what changed, but of files that were written just now: those are read.
Result<std::string> IcsDirectoryFolder::version_of(Files const &files) const
{
    auto const now = now_nanoseconds();
    std::string all;
    for (auto const &[name, stamp] : files) {
        all.append(name).append(1, '\0');
        for (auto const number : {stamp.inode, stamp.size, static_cast<uint64_t>(stamp.mtime),
                                  static_cast<uint64_t>(stamp.ctime)})
            all.append(reinterpret_cast<char const *>(&number), sizeof number);
        if (!stamp.is_racy_at(now))
            continue;
        auto const file = m_place.directory.read(name, largest_item_bytes);
        all += file ? content_version(file->text)
                    : "unreadable"; // then it is looked at again when it has settled
    }
    return content_version(all);
}

Result<void> IcsDirectoryFolder::load_index()
{
    if (m_index_loaded)
        return {};
    auto const text = m_index_store.get(ics_index_key(m_place.collection_id));
    if (!text)
        return text.error();
    m_index = parse_ics_index(text->value_or(std::string()));
    m_index_loaded = true;
    return {};
}

/// Reads a file; `fault` says why it is left out.
Result<IcsEntry> IcsDirectoryFolder::examine(IcsDirectory::Entry const &file, std::string &fault) const
{
    IcsEntry entry{file.stamp, now_nanoseconds(), IcsState::broken, {}, {}};
    auto const content = m_place.directory.read(file.name, largest_item_bytes);
    if (!content) {
        if (content.error().kind == ErrorKind::not_found || content.error().kind == ErrorKind::temporary)
            return content.error();
        fault = content.error().message;
        return entry;
    }
    entry.stamp = content->stamp;
    entry.version = content_version(content->text);
    auto const item = examine_item(content->text);
    if (!item) {
        fault = item.error().message;
        return entry;
    }
    entry.state = !*item ? IcsState::other : state_of((*item)->kind);
    entry.uid = *item ? (*item)->uid : std::string();
    return entry;
}

Result<void> IcsDirectoryFolder::update(Files const &files)
{
    if (auto loaded = load_index(); !loaded)
        return loaded;
    IcsIndex index;
    bool changed = files.size() != m_index.size();
    for (auto const &file : files) {
        auto const known = m_index.find(file.name);
        if (known != m_index.end() && known->second.is_valid(file.stamp)) {
            index.insert(index.end(), m_index.extract(known));
            continue;
        }
        std::string fault;
        auto entry = examine(file, fault);
        if (!entry) {
            if (entry.error().kind != ErrorKind::not_found)
                return entry.error();
            changed = true;
            continue;
        }
        bool const known_as_item = known != m_index.end() && (known->second.state == IcsState::event ||
                                                              known->second.state == IcsState::task);
        if (!fault.empty() && entry->stamp.is_racy_at(entry->read_at)) {
            // Perhaps a program is writing it just now: what was known of it holds until that is over.
            if (known_as_item)
                index.insert(index.end(), m_index.extract(known));
            continue;
        }
        bool const known_as_broken = known != m_index.end() && known->second.state == IcsState::broken &&
                                     known->second.version == entry->version;
        if (!fault.empty() && !known_as_broken)
            m_options.warn("calendar file " + m_place.directory.path_of(file.name) +
                           " is not synchronised: " + fault);
        index.insert_or_assign(index.end(), file.name, std::move(*entry));
        changed = true;
    }
    m_index = std::move(index);
    m_listed = true;
    if (!changed)
        return {};
    m_names.clear();
    return m_index_store.set(ics_index_key(m_place.collection_id), serialize(m_index));
}

Result<CalendarFolder::Listing> IcsDirectoryFolder::items()
{
    auto const files = list();
    if (!files)
        return files.error();
    auto version = version_of(*files);
    if (!version)
        return version.error();
    if (auto updated = update(*files); !updated)
        return updated.error();
    Listing listing{std::move(*version), {}};
    for (auto const &[name, entry] : m_index)
        if (entry.state == IcsState::event || entry.state == IcsState::task)
            listing.items.push_back(item_of(name, entry));
    return listing;
}

Result<std::string> IcsDirectoryFolder::name_of(std::string_view item_id)
{
    for (bool const listed : {false, true}) {
        if (auto const found = m_names.find(item_id); found != m_names.end())
            return found->second;
        if (listed)
            break;
        auto const files = list();
        if (!files)
            return files.error();
        m_names.clear();
        for (auto const &file : *files)
            m_names.emplace(opaque_id("file", file.name), file.name);
    }
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
    auto const item = examine_item(file->text);
    if (!item || !*item)
        return Error{ErrorKind::not_found,
                     m_place.directory.path_of(*name) + " holds no event or task any more"};
    return Text{{std::string(item_id), (*item)->uid, content_version(file->text), (*item)->kind},
                std::move(file->text)};
}

CalendarItem IcsDirectoryFolder::remember(std::string const &name, std::string_view text, IcsItem const &item)
{
    // Without a stamp: the next listing reads it.
    IcsEntry const entry{{}, 0, state_of(item.kind), content_version(text), item.uid};
    m_index.insert_or_assign(name, entry);
    auto const made = item_of(name, entry);
    m_names.insert_or_assign(made.id, name);
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
        if (auto const listing = items(); !listing)
            return listing.error();
    if (std::ranges::any_of(m_index, [&](auto const &each) { return each.second.uid == item->uid; }))
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
    if (removed)
        m_index.erase(*name);
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
