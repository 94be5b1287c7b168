// The folder hierarchy that a device was told, kept for the current and the previous SyncKey, under
// "device/<id>/folders". Folders are told apart by id (the mailbox GUID), so a renamed or moved mailbox
// is an Update and keeps its messages.
#pragma once
#include "base/result.h"
#include "ports/mail-store.h"
#include "ports/state-store.h"
#include <optional>
#include <string>
#include <vector>

namespace eas {

/// A folder as FolderSync writes it. MS-ASCMD 2.2.3.186.3 lists the types.
struct WireFolder {
    std::string id, parent_id, name;
    int type = 12;
    bool operator==(WireFolder const &) const = default;
};

struct KeyedHierarchy {
    std::string sync_key;
    std::vector<WireFolder> folders;
    std::string created; ///< the folder that a FolderCreate made when this key was given out; "" if none
    bool operator==(KeyedHierarchy const &) const = default;
};

struct FolderState {
    KeyedHierarchy current;
    std::optional<KeyedHierarchy> previous;

    KeyedHierarchy const *find(std::string_view sync_key) const;
    /// `folders` become current under a new key; `base`, what the request's key stood for, stays known.
    void advance(KeyedHierarchy base, std::vector<WireFolder> folders, std::string created = {});
    /// The client goes on with `base_key`, and nothing was to be told: if that is the previous key, the
    /// answer with the current one did not arrive, and they change places. Whether they did.
    bool settle(std::string_view base_key);
    bool operator==(FolderState const &) const = default;
};

struct FolderChanges {
    std::vector<WireFolder> updates, adds;
    std::vector<std::string> deletes;
    size_t size() const { return updates.size() + adds.size() + deletes.size(); }
};

/// From what the device has to what there is; parents are added before their children.
FolderChanges compare_folders(std::vector<WireFolder> const &device, std::vector<WireFolder> const &server);

/// The ParentId of a folder at the top. MS-ASCMD 2.2.3.125.
constexpr char root_id[] = "0";

WireFolder wire_folder(MailFolder const &folder);

/// The mailboxes of `store` as EAS shows them, children after their parents.
Result<std::vector<WireFolder>> list_folders(MailStore &store);

std::string serialize(FolderState const &state);
std::optional<FolderState> parse_folder_state(std::string_view text);
Result<std::optional<FolderState>> load_folders(StateStore &store, std::string const &key);

} // namespace eas
