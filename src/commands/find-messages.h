// Requests and responses of Find as they stand on the wire. MS-ASCMD 2.2.1.2; FindResponse.xsd.
#pragma once
#include "commands/directory-pictures.h"
#include "schema/schema.h"
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace eas {

/// MS-ASCMD 2.2.3.177.2. Of Find, but range_not_from_zero of its Response.
namespace find_status {
constexpr int success = 1, invalid = 2, folder_sync_required = 3, range_not_from_zero = 4;
constexpr int server_error = 110, retry_later = 111, no_directory = 112; // MS-ASCMD 2.2.2
} // namespace find_status

/// MS-ASCMD 2.2.3.142.1
struct FindQuery {
    std::vector<std::string> free_texts, classes, collection_ids;
};

/// MS-ASCMD 2.2.3.125.1
struct FindOptions {
    std::optional<std::string> range;
    Present deep_traversal;
};

struct MailBoxSearchCriterion {
    std::optional<FindQuery> query;
    FindOptions options;
};

struct FindPicture : PictureLimits {};

struct GalSearchOptions {
    std::optional<std::string> range;
    std::optional<FindPicture> picture;
};

/// MS-ASCMD 2.2.3.82
struct GalSearchCriterion {
    std::optional<std::string> query;
    GalSearchOptions options;
};

struct ExecuteSearch {
    std::optional<MailBoxSearchCriterion> mailbox;
    std::optional<GalSearchCriterion> directory;
};

struct FindRequest {
    std::optional<std::string> search_id;
    std::optional<ExecuteSearch> execute_search;
};

/// MS-ASCMD 2.2.3.139.1
struct FindProperties {
    std::optional<std::string> subject;
    std::optional<Instant> date_received;
    std::optional<std::string> display_to, display_cc, display_bcc;
    std::optional<int> importance;
    std::optional<bool> read, is_draft;
    std::optional<std::string> preview; ///< at most 255 characters
    bool has_attachments = false;
    std::optional<std::string> from;
};

/// Of a message; of an entry of the directory only the properties.
struct FindResult {
    std::optional<std::string> item_class, server_id, collection_id;
    std::variant<std::monostate, FindProperties, GalEntry> properties;
};

struct FindResults {
    std::string store = "Mailbox";
    int status = find_status::success;
    std::vector<FindResult> results;
    std::optional<std::string> range;
    std::optional<uint64_t> total;
};

struct FindResponse {
    int status = find_status::success;
    std::optional<FindResults> response;
};

template <> struct Schema<FindQuery> {
    static constexpr auto properties =
        Rows{list(Tag::Find_FreeText, &FindQuery::free_texts), list(Tag::AirSync_Class, &FindQuery::classes),
             list(Tag::AirSync_CollectionId, &FindQuery::collection_ids)};
};

template <> struct Schema<FindOptions> {
    static constexpr auto properties = Rows{property(Tag::Find_Range, &FindOptions::range),
                                            property(Tag::Find_DeepTraversal, &FindOptions::deep_traversal)};
};

template <> struct Schema<MailBoxSearchCriterion> {
    static constexpr auto properties = Rows{property(Tag::Find_Query, &MailBoxSearchCriterion::query),
                                            property(Tag::Find_Options, &MailBoxSearchCriterion::options)};
};

template <> struct Schema<FindPicture> {
    static constexpr auto properties = Rows{property(Tag::Find_MaxSize, &PictureLimits::max_size_bytes),
                                            property(Tag::Find_MaxPictures, &PictureLimits::max_pictures)};
};

template <> struct Schema<GalSearchOptions> {
    static constexpr auto properties = Rows{property(Tag::Find_Range, &GalSearchOptions::range),
                                            property(Tag::Find_Picture, &GalSearchOptions::picture)};
};

template <> struct Schema<GalSearchCriterion> {
    static constexpr auto properties = Rows{property(Tag::Find_Query, &GalSearchCriterion::query),
                                            property(Tag::Find_Options, &GalSearchCriterion::options)};
};

template <> struct Schema<ExecuteSearch> {
    static constexpr auto properties =
        Rows{property(Tag::Find_MailBoxSearchCriterion, &ExecuteSearch::mailbox),
             property(Tag::Find_GALSearchCriterion, &ExecuteSearch::directory)};
};

template <> struct Schema<FindRequest> {
    static constexpr auto properties = Rows{property(Tag::Find_SearchId, &FindRequest::search_id),
                                            property(Tag::Find_ExecuteSearch, &FindRequest::execute_search)};
};

template <> struct Schema<FindProperties> {
    static constexpr auto properties =
        Rows{property(Tag::Email_Subject, &FindProperties::subject),
             property(Tag::Email_DateReceived, &FindProperties::date_received),
             property(Tag::Email_DisplayTo, &FindProperties::display_to),
             property(Tag::Find_DisplayCc, &FindProperties::display_cc),
             property(Tag::Find_DisplayBcc, &FindProperties::display_bcc),
             property(Tag::Email_Importance, &FindProperties::importance),
             property(Tag::Email_Read, &FindProperties::read),
             property(Tag::Email2_IsDraft, &FindProperties::is_draft),
             property(Tag::Find_Preview, &FindProperties::preview),
             property(Tag::Find_HasAttachments, &FindProperties::has_attachments),
             property(Tag::Email_From, &FindProperties::from)};
};

template <> struct Schema<FindResult> {
    static constexpr auto properties = Rows{property(Tag::AirSync_Class, &FindResult::item_class),
                                            property(Tag::AirSync_ServerId, &FindResult::server_id),
                                            property(Tag::AirSync_CollectionId, &FindResult::collection_id),
                                            property(Tag::Find_Properties, &FindResult::properties)};
};

template <> struct Schema<FindResults> {
    static constexpr auto properties =
        Rows{property(Tag::ItemOperations_Store, &FindResults::store),
             property(Tag::Find_Status, &FindResults::status), list(Tag::Find_Result, &FindResults::results),
             property(Tag::Find_Range, &FindResults::range), property(Tag::Find_Total, &FindResults::total)};
};

template <> struct Schema<FindResponse> {
    static constexpr auto properties = Rows{property(Tag::Find_Status, &FindResponse::status),
                                            property(Tag::Find_Response, &FindResponse::response)};
};

} // namespace eas
