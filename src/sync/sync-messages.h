// Requests and responses of Sync as they stand on the wire. MS-ASCMD 2.2.1.21; SyncResponse.xsd.
#pragma once
#include "items/body-options.h"
#include "items/calendar.h"
#include "items/contact.h"
#include "items/draft.h"
#include "items/email.h"
#include "items/note.h"
#include "items/task.h"
#include "schema/schema.h"
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace eas {

/// MS-ASCMD 2.2.3.125.6
struct SyncOptions {
    std::optional<int> filter_type;
    std::optional<std::string> item_class;
    std::vector<BodyPreference> body_preferences;
    std::optional<BodyPreference> body_part_preference;
    std::optional<int> conflict;
    std::optional<int> mime_support;
    std::optional<int> mime_truncation;
    std::optional<uint32_t> max_items; ///< of the recipient information cache
    bool operator==(SyncOptions const &) const = default;
};

/// One operation of the client; which members it has depends on its kind.
struct SyncOperation {
    std::optional<std::string> server_id;
    std::optional<std::string> client_id;
    std::optional<std::string> item_class;
    std::optional<Element> application_data;
    Present send;                                ///< of a draft: MS-ASEMAIL 2.2.2.69
    std::optional<Compact<Instant>> instance_id; ///< one of a series: MS-ASAIRS 2.2.2.25
};

struct SyncOperations {
    std::vector<SyncOperation> adds, changes, deletes, fetches;
};

struct SyncCollectionRequest {
    std::optional<std::string> item_class;
    std::optional<std::string> sync_key;
    std::optional<std::string> collection_id;
    std::optional<bool> deletes_as_moves; ///< absent: true
    std::optional<bool> get_changes;      ///< absent: true, with key 0 false
    std::optional<uint32_t> window_size;
    std::optional<bool> conversation_mode; ///< absent: as before
    std::optional<Element> supported;      ///< of the first request: MS-ASCMD 2.2.3.179
    std::vector<SyncOptions> options;
    std::optional<SyncOperations> commands;
};

struct SyncRequest {
    std::optional<std::vector<SyncCollectionRequest>> collections;
    std::optional<int64_t> wait_minutes;
    std::optional<int64_t> heartbeat_seconds;
    std::optional<uint32_t> window_size;
    Present partial;
};

using ApplicationData = std::variant<std::monostate, Email, WrittenDraft, Event, Task, Contact, Note>;

/// An item that the server adds or changes.
struct SyncItem {
    std::string server_id;
    ApplicationData application_data;
};

struct SyncRemoval {
    std::string server_id;
};

struct SyncChanges {
    std::vector<SyncRemoval> deletes, soft_deletes;
    std::vector<SyncItem> changes, adds;
    size_t size() const { return deletes.size() + soft_deletes.size() + changes.size() + adds.size(); }
};

/// What became of one operation of the client.
struct SyncOutcome {
    std::optional<std::string> item_class;
    std::optional<std::string> client_id;
    std::optional<std::string> server_id;
    std::optional<Compact<Instant>> instance_id;
    int status = 1;
    std::optional<ApplicationData> application_data; ///< of a Fetch; of an Add or Change of attachments
};

struct SyncOutcomes {
    std::vector<SyncOutcome> changes, adds, deletes;
    std::vector<SyncOutcome> fetches;
    bool empty() const { return changes.empty() && adds.empty() && deletes.empty() && fetches.empty(); }
};

struct SyncCollectionResponse {
    std::string sync_key;
    std::string collection_id;
    int status = 1;
    Present more_available;
    std::optional<SyncOutcomes> responses;
    std::optional<SyncChanges> commands;
};

struct SyncResponse {
    std::optional<int> status; ///< only when the whole request failed
    std::optional<int> limit;
    std::optional<std::vector<SyncCollectionResponse>> collections;
    bool is_empty() const { return !status && !collections; }
};

template <> struct Schema<SyncOptions> {
    static constexpr auto properties =
        Rows{property(Tag::AirSync_FilterType, &SyncOptions::filter_type, in_range(0, 8)),
             property(Tag::AirSync_Class, &SyncOptions::item_class),
             list(Tag::AirSyncBase_BodyPreference, &SyncOptions::body_preferences),
             property(Tag::AirSyncBase_BodyPartPreference, &SyncOptions::body_part_preference, since(v14_1)),
             property(Tag::AirSync_Conflict, &SyncOptions::conflict, in_range(0, 1)),
             property(Tag::AirSync_MIMESupport, &SyncOptions::mime_support, in_range(0, 2)),
             property(Tag::AirSync_MIMETruncation, &SyncOptions::mime_truncation, in_range(0, 8)),
             property(Tag::AirSync_MaxItems, &SyncOptions::max_items, since(v14_0))};
};

template <> struct Schema<SyncOperation> {
    static constexpr auto properties =
        Rows{property(Tag::AirSync_Class, &SyncOperation::item_class),
             property(Tag::AirSync_ServerId, &SyncOperation::server_id),
             property(Tag::AirSync_ClientId, &SyncOperation::client_id),
             property(Tag::AirSync_ApplicationData, &SyncOperation::application_data),
             property(Tag::AirSyncBase_InstanceId, &SyncOperation::instance_id, since(v16_0)),
             property(Tag::Email2_Send, &SyncOperation::send, since(v16_0))};
};

template <> struct Schema<SyncOperations> {
    static constexpr auto properties = Rows{list(Tag::AirSync_Add, &SyncOperations::adds),
                                            list(Tag::AirSync_Change, &SyncOperations::changes),
                                            list(Tag::AirSync_Delete, &SyncOperations::deletes),
                                            list(Tag::AirSync_Fetch, &SyncOperations::fetches)};
};

template <> struct Schema<SyncCollectionRequest> {
    static constexpr auto properties =
        Rows{property(Tag::AirSync_Class, &SyncCollectionRequest::item_class),
             property(Tag::AirSync_SyncKey, &SyncCollectionRequest::sync_key),
             property(Tag::AirSync_CollectionId, &SyncCollectionRequest::collection_id),
             property(Tag::AirSync_DeletesAsMoves, &SyncCollectionRequest::deletes_as_moves),
             property(Tag::AirSync_GetChanges, &SyncCollectionRequest::get_changes),
             property(Tag::AirSync_WindowSize, &SyncCollectionRequest::window_size),
             property(Tag::AirSync_ConversationMode, &SyncCollectionRequest::conversation_mode, since(v14_0)),
             property(Tag::AirSync_Supported, &SyncCollectionRequest::supported),
             list(Tag::AirSync_Options, &SyncCollectionRequest::options),
             property(Tag::AirSync_Commands, &SyncCollectionRequest::commands)};
};

template <> struct Schema<SyncRequest> {
    static constexpr auto properties =
        Rows{list(Tag::AirSync_Collections, Tag::AirSync_Collection, &SyncRequest::collections),
             property(Tag::AirSync_Wait, &SyncRequest::wait_minutes),
             property(Tag::AirSync_HeartbeatInterval, &SyncRequest::heartbeat_seconds, since(v14_0)),
             property(Tag::AirSync_WindowSize, &SyncRequest::window_size),
             property(Tag::AirSync_Partial, &SyncRequest::partial)};
};

template <> struct Schema<SyncItem> {
    static constexpr auto properties =
        Rows{property(Tag::AirSync_ServerId, &SyncItem::server_id),
             property(Tag::AirSync_ApplicationData, &SyncItem::application_data)};
};

template <> struct Schema<SyncRemoval> {
    static constexpr auto properties = Rows{property(Tag::AirSync_ServerId, &SyncRemoval::server_id)};
};

template <> struct Schema<SyncChanges> {
    static constexpr auto properties =
        Rows{list(Tag::AirSync_Delete, &SyncChanges::deletes),
             list(Tag::AirSync_SoftDelete, &SyncChanges::soft_deletes),
             list(Tag::AirSync_Change, &SyncChanges::changes), list(Tag::AirSync_Add, &SyncChanges::adds)};
};

template <> struct Schema<SyncOutcome> {
    static constexpr auto properties =
        Rows{property(Tag::AirSync_Class, &SyncOutcome::item_class),
             property(Tag::AirSync_ClientId, &SyncOutcome::client_id),
             property(Tag::AirSync_ServerId, &SyncOutcome::server_id),
             property(Tag::AirSyncBase_InstanceId, &SyncOutcome::instance_id, since(v16_0)),
             property(Tag::AirSync_Status, &SyncOutcome::status),
             property(Tag::AirSync_ApplicationData, &SyncOutcome::application_data)};
};

template <> struct Schema<SyncOutcomes> {
    static constexpr auto properties = Rows{
        list(Tag::AirSync_Change, &SyncOutcomes::changes), list(Tag::AirSync_Add, &SyncOutcomes::adds),
        list(Tag::AirSync_Delete, &SyncOutcomes::deletes), list(Tag::AirSync_Fetch, &SyncOutcomes::fetches)};
};

template <> struct Schema<SyncCollectionResponse> {
    static constexpr auto properties =
        Rows{property(Tag::AirSync_SyncKey, &SyncCollectionResponse::sync_key),
             property(Tag::AirSync_CollectionId, &SyncCollectionResponse::collection_id),
             property(Tag::AirSync_Status, &SyncCollectionResponse::status),
             property(Tag::AirSync_MoreAvailable, &SyncCollectionResponse::more_available),
             property(Tag::AirSync_Responses, &SyncCollectionResponse::responses),
             property(Tag::AirSync_Commands, &SyncCollectionResponse::commands)};
};

template <> struct Schema<SyncResponse> {
    static constexpr auto properties =
        Rows{property(Tag::AirSync_Status, &SyncResponse::status),
             property(Tag::AirSync_Limit, &SyncResponse::limit),
             list(Tag::AirSync_Collections, Tag::AirSync_Collection, &SyncResponse::collections)};
};

} // namespace eas
