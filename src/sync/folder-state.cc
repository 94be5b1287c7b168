// See folder-state.h.
#include "sync/folder-state.h"
#include "base/fields.h"
#include "sync/sync-key.h"
#include <algorithm>
#include <unordered_map>

namespace eas {

namespace {

constexpr std::string_view format_name = "eas-folder-state";
constexpr uint64_t format_version = 1;

/// MS-ASCMD 2.2.3.186.3. Junk, archives and containers have no type of their own.
int folder_type(SpecialUse use)
{
    switch (use) {
    case SpecialUse::inbox:
        return 2;
    case SpecialUse::drafts:
        return 3;
    case SpecialUse::trash:
        return 4;
    case SpecialUse::sent:
        return 5;
    case SpecialUse::outbox:
        return 6;
    case SpecialUse::none:
    case SpecialUse::junk:
    case SpecialUse::archive:
        break;
    }
    return 12;
}

void write_hierarchy(FieldWriter &out, KeyedHierarchy const &hierarchy)
{
    out.add("key", hierarchy.sync_key);
    if (!hierarchy.created.empty())
        out.add("created", hierarchy.created);
    for (auto &folder : hierarchy.folders)
        out.add("folder",
                join_pieces({folder.id, folder.parent_id, std::to_string(folder.type), folder.name}));
}

bool read_folder(KeyedHierarchy &hierarchy, std::string_view value)
{
    auto pieces = split_pieces(value);
    if (pieces.size() != 4)
        return false;
    auto type = parse_unsigned(pieces[2]);
    if (!type)
        return false;
    hierarchy.folders.push_back({pieces[0], pieces[1], pieces[3], static_cast<int>(*type)});
    return true;
}

std::unordered_map<std::string_view, WireFolder const *> by_id(std::vector<WireFolder> const &folders)
{
    std::unordered_map<std::string_view, WireFolder const *> index;
    for (auto &folder : folders)
        index.emplace(folder.id, &folder);
    return index;
}

} // namespace

KeyedHierarchy const *FolderState::find(std::string_view sync_key) const
{
    if (sync_key == current.sync_key)
        return &current;
    if (previous && sync_key == previous->sync_key)
        return &*previous;
    return nullptr;
}

void FolderState::advance(KeyedHierarchy base, std::vector<WireFolder> folders, std::string created)
{
    auto key = next_sync_key(current.sync_key, previous ? previous->sync_key : "");
    previous = std::move(base);
    current = {std::move(key), std::move(folders), std::move(created)};
}

bool FolderState::settle(std::string_view base_key)
{
    if (base_key == current.sync_key)
        return false;
    std::swap(current, *previous);
    return true;
}

FolderChanges compare_folders(std::vector<WireFolder> const &device, std::vector<WireFolder> const &server)
{
    FolderChanges changes;
    auto on_device = by_id(device);
    auto on_server = by_id(server);
    for (auto &folder : server) {
        auto known = on_device.find(folder.id);
        if (known == on_device.end())
            changes.adds.push_back(folder);
        else if (*known->second != folder)
            changes.updates.push_back(folder);
    }
    for (auto folder = device.rbegin(); folder != device.rend(); ++folder) // children before parents
        if (!on_server.contains(folder->id))
            changes.deletes.push_back(folder->id);
    return changes;
}

WireFolder wire_folder(MailFolder const &folder)
{
    return {folder.id, folder.parent_id.empty() ? root_id : folder.parent_id, folder.name,
            folder_type(folder.special_use)};
}

Result<std::vector<WireFolder>> list_folders(MailStore &store)
{
    auto folders = store.folders();
    if (!folders)
        return folders.error();
    std::vector<WireFolder> listed;
    for (auto &folder : *folders)
        listed.push_back(wire_folder(folder));
    return listed;
}

std::string serialize(FolderState const &state)
{
    FieldWriter out;
    out.add(format_name, format_version);
    write_hierarchy(out, state.current);
    if (state.previous)
        write_hierarchy(out, *state.previous);
    out.add("end", 1);
    return std::move(out.text);
}

std::optional<FolderState> parse_folder_state(std::string_view text)
{
    auto fields = parse_fields(text);
    if (fields.size() < 3 || fields.front().name != format_name ||
        fields.front().number() != format_version || fields.back().name != "end" ||
        fields.back().number() != 1)
        return {};
    FolderState state;
    KeyedHierarchy *target = nullptr;
    for (auto &field : fields) {
        if (field.name == "key") {
            target = target == nullptr ? &state.current : &state.previous.emplace();
            target->sync_key = field.value;
        } else if (field.name == "created" && target != nullptr) {
            target->created = field.value;
        } else if (field.name == "folder") {
            if (target == nullptr || !read_folder(*target, field.value))
                return {};
        }
    }
    if (state.current.sync_key.empty())
        return {};
    return state;
}

Result<std::optional<FolderState>> load_folders(StateStore &store, std::string const &key)
{
    auto value = store.get(key);
    if (!value)
        return value.error();
    if (!*value)
        return std::optional<FolderState>();
    return parse_folder_state(**value);
}

} // namespace eas
