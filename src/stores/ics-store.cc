// See ics-store.h.
#include "stores/ics-store.h"
#include "base/random.h"
#include "base/text.h"
#include "stores/ics-index.h"
#include "stores/ics-item.h"
#include "stores/ics-lock.h"
#include "stores/ics-properties.h"
#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace eas {

namespace {

constexpr size_t longest_name_characters = 100;
constexpr size_t most_single_files = 1000;
constexpr size_t suffix_length = std::string_view(".ics").size();

std::string collection_id(std::string const &name)
{
    return opaque_id("collection", name);
}

/// A directory's name that an admin recognises.
std::string directory_name(std::string_view name)
{
    std::string directory;
    for (char const c : to_lower(name)) {
        bool const plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain)
            directory += c;
        else if (!directory.empty() && directory.back() != '-')
            directory += '-';
    }
    directory.resize(std::min(directory.size(), size_t(40)));
    while (directory.ends_with('-'))
        directory.pop_back();
    return directory;
}

/// A display name that was asked for, or bad_request.
Result<std::string> valid_name(std::string_view name)
{
    auto const trimmed = trim(name);
    if (trimmed.empty() || sanitize_utf8(trimmed) != trimmed || trimmed.find('\n') != trimmed.npos)
        return Error{ErrorKind::bad_request, "no calendar can have that name"};
    return std::string(utf8_prefix_characters(trimmed, longest_name_characters));
}

/// The user's own; in Radicale's storage with the group and the rights of the directory that it is made in.
Result<void> make_directory(std::string const &path, bool is_radicales)
{
    std::error_code error;
    std::filesystem::path const missing(path), parent = missing.parent_path();
    if (std::filesystem::exists(path, error))
        return {};
    std::filesystem::create_directories(parent, error);
    if (!error)
        std::filesystem::create_directory(missing, error);
    struct stat above {};
    bool const is_shared = !error && is_radicales && stat(parent.c_str(), &above) == 0 &&
                           chown(path.c_str(), static_cast<uid_t>(-1), above.st_gid) == 0;
    if (!error)
        std::filesystem::permissions(missing,
                                     is_shared ? static_cast<std::filesystem::perms>(above.st_mode & 07777)
                                               : std::filesystem::perms::owner_all,
                                     error);
    if (error)
        return Error{error == std::errc::permission_denied ? ErrorKind::denied : ErrorKind::temporary,
                     "mkdir(" + sanitize_utf8(path) + ") failed: " + error.message()};
    return {};
}

} // namespace

IcsStore::IcsStore(IcsStoreSettings settings, StateStore &index)
    : m_settings(std::move(settings)), m_index(index), m_lock_path(radicale_lock_path(m_settings.directory))
{}

bool IcsStore::is_own(IcsDirectory const &root, std::string const &name) const
{
    return name == m_settings.default_calendar || name == m_settings.default_tasks || !root.is_link(name);
}

Result<std::vector<IcsStore::Place>> IcsStore::places() const
{
    auto const directory = root();
    if (!directory) {
        if (directory.error().kind == ErrorKind::not_found)
            return std::vector<Place>();
        return directory.error();
    }
    auto const directories = directory->list_directories();
    if (!directories)
        return directories.error();
    std::vector<Place> places;
    for (auto const &name : *directories)
        places.push_back({name, false, is_own(*directory, name)});
    if (!m_lock_path.empty()) // Radicale does not know such a file as a collection
        return places;
    auto const files =
        directory->list([](std::string_view name) { return is_item_name(name, false); }, most_single_files);
    if (!files)
        return files.error();
    for (auto const &file : *files)
        places.push_back({file.name, true, true});
    std::ranges::sort(places, {}, &Place::name);
    return places;
}

Result<IcsStore::Place> IcsStore::place_of(std::string_view id) const
{
    auto const all = places();
    if (!all)
        return all.error();
    auto const found =
        std::ranges::find_if(*all, [&](auto const &place) { return collection_id(place.name) == id; });
    if (found == all->end())
        return Error{ErrorKind::not_found,
                     sanitize_utf8(m_settings.directory) + " has no collection " + sanitize_utf8(id)};
    return *found;
}

Result<std::unique_ptr<CalendarFolder>> IcsStore::open(Place const &place)
{
    auto const path = m_settings.directory + '/' + place.name;
    auto directory = place.is_file ? root() : IcsDirectory::open(path, m_settings.files.fsync);
    if (!directory)
        return directory.error();
    // A link may lead to another user's collection, in the same storage of Radicale's.
    IcsPlace files{std::move(*directory), collection_id(place.name),
                   place.is_file ? std::string() : radicale_lock_path(path), false};
    if (place.is_file)
        return open_ics_file(std::move(files), place.name, m_index, m_settings.files);
    files.is_radicale = read_ics_properties(files.directory).is_radicale;
    auto &looks =
        m_looks.try_emplace(place.name, m_settings.files.may_watch ? &m_watches : nullptr).first->second;
    return open_ics_directory(std::move(files), looks, m_index, m_settings.files);
}

Result<std::unique_ptr<CalendarFolder>> IcsStore::open(std::string_view id)
{
    auto const place = place_of(id);
    return place ? open(*place) : place.error();
}

/// Nothing for what is no calendar.
Result<std::optional<CalendarCollection>> IcsStore::describe(Place const &place)
{
    CalendarCollection collection;
    collection.id = collection_id(place.name);
    collection.own = place.own;
    collection.name = sanitize_utf8(
        place.is_file ? std::string_view(place.name).substr(0, place.name.size() - suffix_length)
                      : place.name);
    auto const directory =
        place.is_file ? root()
                      : IcsDirectory::open(m_settings.directory + '/' + place.name, m_settings.files.fsync);
    if (!directory)
        return directory.error();
    collection.writable = place.is_file ? directory->is_writable(place.name) : directory->is_writable();
    auto const properties = place.is_file ? IcsProperties() : read_ics_properties(*directory);
    if (!properties.is_calendar || (!properties.is_radicale && !m_lock_path.empty()))
        return std::optional<CalendarCollection>();
    if (!properties.name.empty())
        collection.name = properties.name;
    collection.color = properties.color;
    collection.events = properties.events.value_or(false);
    collection.tasks = properties.tasks.value_or(false);
    if (properties.events)
        return collection.events || collection.tasks ? std::optional(collection) : std::nullopt;

    // Nobody said what it is for: for what it holds.
    auto const folder = open(place);
    auto const listing = folder ? (*folder)->items() : folder.error();
    for (auto const &item : listing ? listing->items : std::vector<CalendarItem>())
        (item.kind == CalendarItemKind::task ? collection.tasks : collection.events) = true;
    if (!collection.tasks)
        collection.events = true;
    return std::optional(collection);
}

Result<std::vector<CalendarCollection>> IcsStore::collections()
{
    auto const all = places();
    if (!all)
        return all.error();
    std::vector<CalendarCollection> collections;
    CalendarCollection *calendar = nullptr, *tasks = nullptr;
    collections.reserve(all->size());
    for (auto const &place : *all) {
        auto described = describe(place);
        if (!described) {
            // One that cannot be read must not hide the others.
            m_settings.files.warn("calendar is not synchronised: " + described.error().message);
            CalendarCollection unreadable;
            unreadable.id = collection_id(place.name);
            unreadable.name = sanitize_utf8(place.name);
            unreadable.own = place.own;
            unreadable.readable = false;
            collections.push_back(std::move(unreadable));
            continue;
        }
        if (!*described)
            continue;
        auto &each = collections.emplace_back(std::move(**described));
        if (!each.own || !each.writable)
            continue;
        if (each.events && (!calendar || place.name == m_settings.default_calendar))
            calendar = &each;
        if (each.tasks && (!tasks || place.name == m_settings.default_tasks))
            tasks = &each;
    }
    if (calendar)
        calendar->default_events = true;
    if (tasks)
        tasks->default_tasks = true;
    return collections;
}

Result<std::string> IcsStore::default_collection(CalendarItemKind kind)
{
    auto const all = collections();
    if (!all)
        return all.error();
    for (auto const &each : *all)
        if (kind == CalendarItemKind::task ? each.default_tasks : each.default_events)
            return each.id;
    return kind == CalendarItemKind::task ? create(m_settings.default_tasks, "Tasks", kind)
                                          : create(m_settings.default_calendar, "Calendar", kind);
}

Result<std::string> IcsStore::create(std::string const &wanted_name, std::string const &name,
                                     CalendarItemKind kind)
{
    if (auto made = make_directory(m_settings.directory, !m_lock_path.empty()); !made)
        return made.error();
    auto const lock = IcsLock::acquire(m_lock_path, m_settings.files.lock_patience);
    auto const directory = lock ? root() : lock.error();
    if (!directory)
        return directory.error();
    auto const fill = [&](IcsDirectory const &collection) {
        return write_new_ics_properties(collection, !m_lock_path.empty(), name, kind);
    };
    auto name_on_disk = wanted_name;
    auto added = name_on_disk.empty() ? Result<void>(Error{ErrorKind::exists, ""})
                                      : directory->add_directory(name_on_disk, fill);
    if (!added && added.error().kind == ErrorKind::exists) {
        name_on_disk += (name_on_disk.empty() ? "" : "-") + hex_encode(random_bytes(4));
        added = directory->add_directory(name_on_disk, fill);
    }
    return added ? Result<std::string>(collection_id(name_on_disk)) : added.error();
}

Result<std::string> IcsStore::create_collection(std::string_view asked_name, CalendarItemKind kind)
{
    auto const name = valid_name(asked_name);
    auto const all = name ? collections() : name.error();
    if (!all)
        return all.error();
    if (std::ranges::any_of(*all, [&](auto const &each) { return each.name == *name; }))
        return Error{ErrorKind::exists, "a calendar or task list named " + *name + " exists"};
    return create(directory_name(*name), *name, kind);
}

Result<void> IcsStore::rename_collection(std::string_view id, std::string_view asked_name)
{
    auto const name = valid_name(asked_name);
    auto const place = name ? place_of(id) : name.error();
    auto const all = place ? collections() : place.error();
    if (!all)
        return all.error();
    if (std::ranges::any_of(*all, [&](auto const &each) { return each.name == *name && each.id != id; }))
        return Error{ErrorKind::exists, "a calendar or task list named " + *name + " exists"};
    if (place->is_file)
        return Error{ErrorKind::denied, sanitize_utf8(place->name) + " is named by its file"};
    auto const path = m_settings.directory + '/' + place->name;
    auto const lock = IcsLock::acquire(radicale_lock_path(path), m_settings.files.lock_patience);
    auto const directory = lock ? IcsDirectory::open(path, m_settings.files.fsync) : lock.error();
    return directory ? write_ics_name(*directory, *name) : directory.error();
}

Result<void> IcsStore::delete_collection(std::string_view id)
{
    auto const place = place_of(id);
    auto const lock = place ? IcsLock::acquire(m_lock_path, m_settings.files.lock_patience) : place.error();
    auto const directory = lock ? root() : lock.error();
    if (!directory)
        return directory.error();
    auto const removed = place->is_file
                             ? directory->remove(place->name, [](std::string_view) { return true; })
                             : directory->remove_directory(place->name);
    if (!removed)
        return removed;
    return m_index.remove(ics_index_key(id));
}

} // namespace eas
