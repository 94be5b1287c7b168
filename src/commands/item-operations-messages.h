// Requests and responses of ItemOperations as they stand on the wire. MS-ASCMD 2.2.1.10;
// ItemOperationsResponse.xsd.
#pragma once
#include "items/body-options.h"
#include "items/calendar.h"
#include "items/contact.h"
#include "items/email.h"
#include "items/note.h"
#include "items/task.h"
#include "schema/schema.h"
#include "sync/server-id.h"
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace eas {

/// MS-ASCMD 2.2.3.177.8
namespace item_status {
constexpr int success = 1, protocol_error = 2, server_error = 3, not_found = 6, bad_range = 8,
              unknown_store = 9, empty_file = 10, too_large = 11, invalid_attachment = 15, access_denied = 16,
              partial_success = 17, move_always_missing = 155, not_supported = 156;
constexpr int invalid_combination_of_ids = 105, body_part_type_not_supported = 164; // MS-ASCMD 2.2.2
} // namespace item_status

/// MS-ASCMD 2.2.3.125.3
struct FetchOptions {
    std::optional<std::string> range;
    int mime_support = 0;
    std::vector<BodyPreference> body_preferences;
    std::optional<BodyPreference> body_part_preference;
    std::optional<Element> schema; ///< holds the properties that are wanted; empty or absent: all
};

/// MS-ASCMD 2.2.3.67.1
struct FetchRequest {
    std::optional<std::string> store, collection_id, server_id, long_id, link_id, file_reference;
    std::optional<FetchOptions> options;
};

struct MoveOptions {
    Present move_always;
};

struct MoveRequest {
    std::optional<Element> conversation_id;
    std::optional<std::string> destination;
    std::optional<MoveOptions> options;
};

/// MS-ASCMD 2.2.3.125.3
struct EmptyFolderOptions {
    Present delete_sub_folders;
};

struct EmptyFolderRequest {
    std::optional<std::string> collection_id;
    std::optional<EmptyFolderOptions> options;
};

using OperationRequest = std::variant<MoveRequest, EmptyFolderRequest, FetchRequest>;

/// MS-ASCMD 2.2.3.139.2
struct AttachmentProperties {
    std::optional<std::string> range; ///< if the client asked for one: what it got
    std::optional<uint64_t> total_bytes;
    std::optional<Content> data; ///< base64
    std::optional<size_t> part;  ///< instead of data: its index in a multipart answer
    std::string content_type;
};

struct FetchResponse {
    int status = item_status::success;
    std::optional<std::string> collection_id, server_id, long_id, item_class, link_id, file_reference;
    std::variant<std::monostate, Email, Event, Task, Contact, Note, AttachmentProperties> properties;
};

struct MoveResponse {
    int status;
    Element conversation_id;
};

struct EmptyFolderResponse {
    int status;
    std::string collection_id;
};

struct OperationResponses {
    std::vector<MoveResponse> moves;
    std::vector<EmptyFolderResponse> empty_folders;
    std::vector<FetchResponse> fetches;
};

struct ItemOperationsResponse {
    int status = item_status::success;
    std::optional<OperationResponses> responses;
};

template <> struct Schema<FetchOptions> {
    static constexpr auto properties =
        Rows{property(Tag::ItemOperations_Range, &FetchOptions::range),
             property(Tag::AirSync_MIMESupport, &FetchOptions::mime_support, in_range(0, 2)),
             list(Tag::AirSyncBase_BodyPreference, &FetchOptions::body_preferences),
             property(Tag::AirSyncBase_BodyPartPreference, &FetchOptions::body_part_preference, since(v14_1)),
             property(Tag::ItemOperations_Schema, &FetchOptions::schema)};
};

template <> struct Schema<FetchRequest> {
    static constexpr auto properties =
        Rows{property(Tag::ItemOperations_Store, &FetchRequest::store),
             property(Tag::AirSync_CollectionId, &FetchRequest::collection_id),
             property(Tag::AirSync_ServerId, &FetchRequest::server_id),
             property(Tag::Search_LongId, &FetchRequest::long_id),
             property(Tag::DocumentLibrary_LinkId, &FetchRequest::link_id),
             property(Tag::AirSyncBase_FileReference, &FetchRequest::file_reference),
             property(Tag::ItemOperations_Options, &FetchRequest::options)};
};

template <> struct Schema<MoveOptions> {
    static constexpr auto properties =
        Rows{property(Tag::ItemOperations_MoveAlways, &MoveOptions::move_always)};
};

template <> struct Schema<MoveRequest> {
    static constexpr auto properties =
        Rows{property(Tag::ItemOperations_ConversationId, &MoveRequest::conversation_id),
             property(Tag::ItemOperations_DstFldId, &MoveRequest::destination),
             property(Tag::ItemOperations_Options, &MoveRequest::options)};
};

template <> struct Schema<EmptyFolderOptions> {
    static constexpr auto properties =
        Rows{property(Tag::ItemOperations_DeleteSubFolders, &EmptyFolderOptions::delete_sub_folders)};
};

template <> struct Schema<EmptyFolderRequest> {
    static constexpr auto properties =
        Rows{property(Tag::AirSync_CollectionId, &EmptyFolderRequest::collection_id),
             property(Tag::ItemOperations_Options, &EmptyFolderRequest::options)};
};

template <> struct Schema<AttachmentProperties> {
    static constexpr auto properties =
        Rows{property(Tag::ItemOperations_Range, &AttachmentProperties::range),
             property(Tag::ItemOperations_Total, &AttachmentProperties::total_bytes),
             property(Tag::AirSyncBase_ContentType, &AttachmentProperties::content_type),
             property(Tag::ItemOperations_Data, &AttachmentProperties::data),
             property(Tag::ItemOperations_Part, &AttachmentProperties::part)};
};

template <> struct Schema<FetchResponse> {
    static constexpr auto properties =
        Rows{property(Tag::ItemOperations_Status, &FetchResponse::status),
             property(Tag::AirSync_CollectionId, &FetchResponse::collection_id),
             property(Tag::AirSync_ServerId, &FetchResponse::server_id),
             property(Tag::Search_LongId, &FetchResponse::long_id),
             property(Tag::AirSync_Class, &FetchResponse::item_class),
             property(Tag::DocumentLibrary_LinkId, &FetchResponse::link_id),
             property(Tag::AirSyncBase_FileReference, &FetchResponse::file_reference),
             property(Tag::ItemOperations_Properties, &FetchResponse::properties)};
};

template <> struct Schema<MoveResponse> {
    static constexpr auto properties =
        Rows{property(Tag::ItemOperations_Status, &MoveResponse::status),
             property(Tag::ItemOperations_ConversationId, &MoveResponse::conversation_id)};
};

template <> struct Schema<EmptyFolderResponse> {
    static constexpr auto properties =
        Rows{property(Tag::ItemOperations_Status, &EmptyFolderResponse::status),
             property(Tag::AirSync_CollectionId, &EmptyFolderResponse::collection_id)};
};

template <> struct Schema<OperationResponses> {
    static constexpr auto properties =
        Rows{list(Tag::ItemOperations_Move, &OperationResponses::moves),
             list(Tag::ItemOperations_EmptyFolderContents, &OperationResponses::empty_folders),
             list(Tag::ItemOperations_Fetch, &OperationResponses::fetches)};
};

template <> struct Schema<ItemOperationsResponse> {
    static constexpr auto properties =
        Rows{property(Tag::ItemOperations_Status, &ItemOperationsResponse::status),
             property(Tag::ItemOperations_Response, &ItemOperationsResponse::responses)};
};

} // namespace eas
