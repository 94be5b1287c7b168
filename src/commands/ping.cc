// Ping: tells the phone which of its folders to synchronise, as soon as there is something.
// MS-ASCMD 2.2.1.13, 2.2.3.177.11. Folders and heartbeat are remembered: a later request may leave
// out either, or have no body at all.
#include "commands/ping.h"
#include "commands/folder-sync.h"
#include "commands/hierarchy.h"
#include "commands/sync-collection.h"
#include <algorithm>
#include <set>

namespace eas {

namespace {

constexpr size_t most_folders = 300;

namespace ping_status {
constexpr int expired = 1, changed = 2, missing_parameters = 3, syntax_error = 4, heartbeat_out_of_range = 5,
              too_many_folders = 6, hierarchy_changed = 7, server_error = 8;
}

struct PingFolderElement {
    std::optional<std::string> id;
    std::string item_class;
};

struct PingRequest {
    std::optional<int64_t> heartbeat_seconds; ///< as the client has it: out of range is no syntax error
    std::optional<std::vector<PingFolderElement>> folders;
};

struct PingResponse {
    int status = ping_status::expired;
    std::optional<std::vector<std::string>> folders;
    std::optional<int> max_folders;
    std::optional<uint32_t> heartbeat_seconds;
};

PingResponse failed(int status)
{
    return {status, {}, {}, {}};
}

/// Each has an Id, and another one. MS-ASCMD 2.2.3.90.
bool are_named(std::vector<PingFolderElement> const &folders)
{
    std::set<std::string_view> ids;
    return std::ranges::all_of(folders, [&](PingFolderElement const &folder) {
        return folder.id && !folder.id->empty() && ids.insert(*folder.id).second;
    });
}

/// Takes over what the request says; a failed response if it is not acceptable.
std::optional<PingResponse> take_parameters(Session &session, PingRequest const &request)
{
    auto &device = session.device;
    auto &settings = session.ports.settings;
    if (request.folders && request.folders->size() > most_folders) {
        auto response = failed(ping_status::too_many_folders);
        response.max_folders = static_cast<int>(most_folders);
        return response;
    }
    if (request.folders && request.folders->empty())
        return failed(ping_status::missing_parameters);
    if (request.folders && !are_named(*request.folders))
        return failed(ping_status::syntax_error);
    if (request.heartbeat_seconds) {
        auto const allowed =
            std::clamp<int64_t>(*request.heartbeat_seconds, settings.ping_min_interval_seconds,
                                settings.ping_max_interval_seconds);
        if (allowed != *request.heartbeat_seconds) {
            auto response = failed(ping_status::heartbeat_out_of_range);
            response.heartbeat_seconds = static_cast<uint32_t>(allowed);
            return response;
        }
        device.ping_heartbeat_seconds = static_cast<uint32_t>(allowed);
    }
    if (request.folders) {
        device.ping_folders.clear();
        for (auto &folder : *request.folders)
            device.ping_folders.push_back({*folder.id, folder.item_class});
    }
    if (device.ping_heartbeat_seconds == 0 || device.ping_folders.empty())
        return failed(ping_status::missing_parameters);
    return {};
}

bool is_gone(Error const &error)
{
    return error.kind == ErrorKind::not_found || error.kind == ErrorKind::denied;
}

struct FoundChanges {
    std::vector<std::string> changed, gone;
    bool is_incomplete = false; ///< there are folders that could not be looked at
};

/// A folder that cannot be looked at now does not keep the phone from waiting for the others. An error only
/// if it is so with all of them.
Result<FoundChanges> look_at_folders(Session &session)
{
    FoundChanges found;
    size_t failures = 0;
    for (auto &folder : session.device.ping_folders) {
        auto differs = collection_changed(session, folder.id);
        if (differs && *differs)
            found.changed.push_back(folder.id);
        if (differs)
            continue;
        if (is_gone(differs.error())) {
            found.gone.push_back(folder.id);
            continue;
        }
        if (++failures == session.device.ping_folders.size())
            return differs.error();
        session.log_note += " folder " + folder.id + " is left out: " + differs.error().message + ';';
        session.log_as_warning = true;
        found.is_incomplete = true;
    }
    return found;
}

Result<PingResponse> ping(Session &session, PingRequest const &request)
{
    if (auto refused = take_parameters(session, request))
        return *refused;
    auto hierarchy = hierarchy_changed(session);
    if (!hierarchy)
        return failed(ping_status::server_error);
    if (*hierarchy)
        return failed(ping_status::hierarchy_changed);

    auto found = look_at_folders(session);
    if (!found)
        return failed(ping_status::server_error);
    if (!found->gone.empty() && request.folders) { // such a list is not kept
        session.device.ping_folders = session.stored.ping_folders;
        return failed(ping_status::hierarchy_changed);
    }
    auto folders = session.device.ping_folders; // of those that were kept, the device knows which are gone
    std::erase_if(folders, [&](PingFolder const &folder) {
        return std::ranges::find(found->gone, folder.id) != found->gone.end();
    });
    if (folders.empty())
        return failed(ping_status::missing_parameters);
    PingResponse response;
    if (!found->changed.empty()) {
        response.status = ping_status::changed;
        response.folders = std::move(found->changed);
        return response;
    }
    Wait wait;
    wait.poll = found->is_incomplete;
    wait.seconds = session.wait_left_seconds.value_or(session.device.ping_heartbeat_seconds);
    watch_hierarchy(session, wait);
    for (auto &folder : folders)
        watch_collection(session, folder.id, wait);
    session.wait = std::move(wait);
    return response;
}

} // namespace

template <> struct Schema<PingFolderElement> {
    static constexpr auto properties = Rows{property(Tag::Ping_Id, &PingFolderElement::id),
                                            property(Tag::Ping_Class, &PingFolderElement::item_class)};
};

template <> struct Schema<PingRequest> {
    static constexpr auto properties =
        Rows{property(Tag::Ping_HeartbeatInterval, &PingRequest::heartbeat_seconds),
             list(Tag::Ping_Folders, Tag::Ping_Folder, &PingRequest::folders)};
};

template <> struct Schema<PingResponse> {
    static constexpr auto properties =
        Rows{property(Tag::Ping_Status, &PingResponse::status),
             list(Tag::Ping_Folders, Tag::Ping_Folder, &PingResponse::folders),
             property(Tag::Ping_MaxFolders, &PingResponse::max_folders),
             property(Tag::Ping_HeartbeatInterval, &PingResponse::heartbeat_seconds)};
};

Result<void> run_ping(Session &session, Element const *document, CommandOutput &output)
{
    PingRequest request;
    PingResponse response;
    auto decoded =
        document ? read<PingRequest>(*document, session.version) : Result<PingRequest>(PingRequest{});
    if (document && document->children.empty()) { // MS-ASCMD 2.2.1.13: one of the two, or no body
        response = failed(ping_status::missing_parameters);
    } else if (!decoded) {
        response = failed(ping_status::syntax_error);
    } else {
        auto answered = ping(session, *decoded);
        if (!answered)
            return answered.error();
        response = std::move(*answered);
    }
    return write_document(output.sink, Tag::Ping_Ping, response, session.version);
}

} // namespace eas
