// Requests and responses of Search as they stand on the wire. MS-ASCMD 2.2.1.16; SearchResponse.xsd. Store
// and Query are read in steps, because each has a Status of its own for what is wrong in it.
#pragma once
#include "commands/directory-pictures.h"
#include "items/body-options.h"
#include "items/calendar.h"
#include "items/contact.h"
#include "items/email.h"
#include "items/note.h"
#include "items/task.h"
#include "schema/schema.h"
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace eas {

/// Of a Store. MS-ASCMD 2.2.3.177.13.
namespace search_status {
constexpr int success = 1, invalid = 2, server_error = 3, access_denied = 5, connection_failed = 7,
              too_complex = 8, timed_out = 10, folder_sync_required = 11, end_of_range = 12;
constexpr int body_part_type_not_supported = 164; // MS-ASCMD 2.2.2
} // namespace search_status

struct SearchPicture : PictureLimits {};

/// MS-ASCMD 2.2.3.125.5. Picture is for the store GAL; what else it may hold is for other stores.
struct SearchOptions {
    std::optional<std::string> range;
    std::optional<SearchPicture> picture;
    Present deep_traversal, rebuild_results;
    int mime_support = 0;
    std::vector<BodyPreference> body_preferences;
    std::optional<BodyPreference> body_part_preference;
};

struct SearchStore {
    std::optional<std::string> name;
    std::optional<Element> query;
    SearchOptions options;
};

/// GreaterThan, LessThan. MS-ASCMD 2.2.3.86, 2.2.3.96.
struct DateComparison {
    std::optional<Element> date_received;
    std::optional<Instant> value;
};

/// The And of a Query. MS-ASCMD 2.2.3.10.
struct SearchCriteria {
    std::vector<std::string> free_texts, classes, collection_ids;
    std::vector<DateComparison> greater_than, less_than;
    std::vector<Bytes> conversation_ids;
};

struct SearchRequest {
    std::vector<Element> stores;
};

/// MS-ASCMD 2.2.3.155.3. Empty: nothing was found.
struct SearchResult {
    std::optional<std::string> item_class, long_id, collection_id;
    std::variant<std::monostate, Email, GalEntry, Event, Task, Contact, Note> properties;
};

struct SearchStoreResponse {
    int status = search_status::success;
    std::vector<SearchResult> results;
    std::optional<std::string> range;
    std::optional<uint64_t> total;
};

struct SearchStores {
    SearchStoreResponse store;
};

struct SearchResponse {
    int status = search_status::success;
    SearchStores response;
};

template <> struct Schema<SearchPicture> {
    static constexpr auto properties = Rows{property(Tag::Search_MaxSize, &PictureLimits::max_size_bytes),
                                            property(Tag::Search_MaxPictures, &PictureLimits::max_pictures)};
};

template <> struct Schema<SearchOptions> {
    static constexpr auto properties = Rows{
        property(Tag::AirSync_MIMESupport, &SearchOptions::mime_support, in_range(0, 2)),
        list(Tag::AirSyncBase_BodyPreference, &SearchOptions::body_preferences),
        property(Tag::AirSyncBase_BodyPartPreference, &SearchOptions::body_part_preference, since(v14_1)),
        property(Tag::Search_Range, &SearchOptions::range),
        property(Tag::Search_Picture, &SearchOptions::picture, since(v14_1)),
        property(Tag::Search_DeepTraversal, &SearchOptions::deep_traversal),
        property(Tag::Search_RebuildResults, &SearchOptions::rebuild_results)};
};

template <> struct Schema<SearchStore> {
    static constexpr auto properties =
        Rows{property(Tag::Search_Name, &SearchStore::name), property(Tag::Search_Query, &SearchStore::query),
             property(Tag::Search_Options, &SearchStore::options)};
};

template <> struct Schema<DateComparison> {
    static constexpr auto properties = Rows{property(Tag::Email_DateReceived, &DateComparison::date_received),
                                            property(Tag::Search_Value, &DateComparison::value)};
};

template <> struct Schema<SearchCriteria> {
    static constexpr auto properties =
        Rows{list(Tag::Search_FreeText, &SearchCriteria::free_texts),
             list(Tag::AirSync_Class, &SearchCriteria::classes),
             list(Tag::AirSync_CollectionId, &SearchCriteria::collection_ids),
             list(Tag::Search_GreaterThan, &SearchCriteria::greater_than),
             list(Tag::Search_LessThan, &SearchCriteria::less_than),
             list(Tag::Search_ConversationId, &SearchCriteria::conversation_ids)};
};

template <> struct Schema<SearchRequest> {
    static constexpr auto properties = Rows{list(Tag::Search_Store, &SearchRequest::stores)};
};

template <> struct Schema<SearchResult> {
    static constexpr auto properties = Rows{property(Tag::AirSync_Class, &SearchResult::item_class),
                                            property(Tag::Search_LongId, &SearchResult::long_id),
                                            property(Tag::AirSync_CollectionId, &SearchResult::collection_id),
                                            property(Tag::Search_Properties, &SearchResult::properties)};
};

template <> struct Schema<SearchStoreResponse> {
    static constexpr auto properties = Rows{property(Tag::Search_Status, &SearchStoreResponse::status),
                                            list(Tag::Search_Result, &SearchStoreResponse::results),
                                            property(Tag::Search_Range, &SearchStoreResponse::range),
                                            property(Tag::Search_Total, &SearchStoreResponse::total)};
};

template <> struct Schema<SearchStores> {
    static constexpr auto properties = Rows{property(Tag::Search_Store, &SearchStores::store)};
};

template <> struct Schema<SearchResponse> {
    static constexpr auto properties = Rows{property(Tag::Search_Status, &SearchResponse::status),
                                            property(Tag::Search_Response, &SearchResponse::response)};
};

} // namespace eas
