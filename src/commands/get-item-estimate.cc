// GetItemEstimate: how many changes the next Sync of each collection would tell. MS-ASCMD 2.2.1.9,
// 2.2.3.177.7.
#include "commands/get-item-estimate.h"
#include "commands/sync-collection.h"
#include "commands/sync-items.h"
#include "sync/mail-sync.h"
#include <algorithm>

namespace eas {

namespace {

namespace estimate_status {
constexpr int success = 1, invalid_collection = 2, not_primed = 3, invalid_sync_key = 4;
constexpr int server_error = 110, retry_later = 111; // MS-ASCMD 2.2.2
} // namespace estimate_status

constexpr size_t most_collections = 1000;      // MS-ASCMD 3.1.5.10
constexpr uint64_t most_without_options = 512; // MS-ASCMD 2.2.3.125.2

struct EstimateCollection {
    std::optional<std::string> sync_key;
    std::optional<std::string> collection_id;
    std::optional<int> filter_type; ///< up to 12.1; later it is in Options
    std::optional<bool> conversation_mode;
    std::vector<SyncOptions> options;
    bool operator==(EstimateCollection const &) const = default;
};

struct EstimateRequest {
    std::optional<std::vector<EstimateCollection>> collections;
};

struct EstimatedCollection {
    std::string collection_id;
    std::optional<uint64_t> estimate;
};

struct EstimateAnswer {
    int status = estimate_status::success;
    std::optional<EstimatedCollection> collection;
};

struct EstimateResponse {
    std::vector<EstimateAnswer> answers;
};

std::optional<int> filter_type_of(EstimateCollection const &collection)
{
    for (auto &options : collection.options)
        if (options.filter_type)
            return options.filter_type;
    return collection.filter_type;
}

Result<size_t> count_changes(Session &session, EstimateCollection const &collection,
                             CollectionState const &state, MailSnapshot const &base)
{
    auto folder = session.ports.mail.open(*collection.collection_id);
    if (!folder)
        return folder.error();
    MailFilter filter = state.options.filter();
    filter.type = filter_type_of(collection).value_or(0); // MS-ASCMD 2.2.3.68.1, 2.2.3.125.2
    filter.whole_conversations = collection.conversation_mode.value_or(filter.whole_conversations);
    KnownFolder known(**folder, state.drafts);
    MailSync engine(known, base, filter, session.ports.clock.now(), shown_properties(session.version));
    if (auto refreshed = engine.refresh(); !refreshed)
        return refreshed.error();
    return engine.count();
}

int status_of(Session &session, Error const &error)
{
    switch (error.kind) {
    case ErrorKind::conflict:
        return estimate_status::invalid_sync_key;
    case ErrorKind::bad_request: // a FilterType of another class: MS-ASCMD 2.2.3.68.1
        return estimate_status::server_error;
    case ErrorKind::not_found:
    case ErrorKind::denied:
        return estimate_status::invalid_collection;
    default:
        session.log_note += ' ' + error.message + ';';
        session.log_as_warning = true;
        return estimate_status::retry_later;
    }
}

EstimateAnswer estimate_items(Session &session, EstimateCollection const &collection, ItemId const &items,
                              EstimateAnswer answer)
{
    auto options = collection.options;
    if (options.empty())
        options.emplace_back().filter_type = collection.filter_type;
    auto const count = count_item_changes(session, items, collection.sync_key.value_or("0"), options);
    if (!count)
        answer.status = status_of(session, count.error());
    else if (!*count)
        answer.status = estimate_status::not_primed;
    else
        answer.collection->estimate = **count;
    return answer;
}

/// What can be said of the options for mail without looking at the folder.
int check_mail_options(Session &session, EstimateCollection const &collection)
{
    constexpr int longest_filter_of_mail = 5;
    if (!are_for_mail(collection.options, session.version))
        return estimate_status::invalid_sync_key; // MS-ASCMD 2.2.3.27.2 has it so
    if (filter_type_of(collection).value_or(0) > longest_filter_of_mail)
        return estimate_status::server_error;
    return estimate_status::success;
}

EstimateAnswer estimate(Session &session, EstimateCollection const &collection)
{
    EstimateAnswer answer;
    answer.collection = EstimatedCollection{collection.collection_id.value_or(""), {}};
    bool const has_max_items = std::ranges::any_of(
        collection.options, [](SyncOptions const &options) { return options.max_items.has_value(); });
    if (!collection.collection_id ||
        (has_max_items && *collection.collection_id != recipient_information_cache)) { // MS-ASCMD 2.2.3.103.1
        answer.status = estimate_status::invalid_collection;
        return answer;
    }
    if (auto const items = parse_item_collection_id(*collection.collection_id))
        return estimate_items(session, collection, *items, std::move(answer));
    if (auto exists = session.ports.mail.status(*collection.collection_id); !exists) {
        answer.status = status_of(session, exists.error());
        return answer;
    }
    answer.status = check_mail_options(session, collection);
    if (answer.status != estimate_status::success)
        return answer;
    auto state =
        load_collection(session.ports.state, mail_state_key(session.device, *collection.collection_id),
                        collection.sync_key.value_or(""));
    if (!state) {
        answer.status = status_of(session, state.error());
        return answer;
    }
    if (!*state || !collection.sync_key || *collection.sync_key == "0") {
        answer.status = estimate_status::not_primed;
        return answer;
    }
    auto *base = (*state)->find(*collection.sync_key);
    if (!base) {
        answer.status = estimate_status::invalid_sync_key;
        return answer;
    }
    auto count = count_changes(session, collection, **state, base->snapshot);
    if (count)
        answer.collection->estimate = *count;
    else
        answer.status = status_of(session, count.error());
    return answer;
}

/// MS-ASCMD 2.2.3.36.1: conversations are of mail only.
bool is_valid(EstimateRequest const &request)
{
    if (!request.collections || request.collections->empty() ||
        request.collections->size() > most_collections)
        return false;
    return std::ranges::none_of(*request.collections, [](EstimateCollection const &collection) {
        return collection.conversation_mode &&
               parse_item_collection_id(collection.collection_id.value_or(""));
    });
}

Result<EstimateResponse> get_item_estimate(Session &session, EstimateRequest const &request)
{
    if (!is_valid(request))
        return Error{ErrorKind::bad_request,
                     "1 to 1000 collections are wanted, and conversations of mail only"};
    EstimateResponse response;
    auto const &collections = *request.collections;
    for (auto collection = collections.begin(); collection != collections.end(); ++collection) {
        // One that is named again is not counted again.
        if (auto const first = std::find(collections.begin(), collection, *collection); first != collection) {
            auto same = response.answers[static_cast<size_t>(first - collections.begin())];
            response.answers.push_back(std::move(same));
            continue;
        }
        auto answer = estimate(session, *collection);
        if (answer.status == estimate_status::retry_later && session.version < v14_0) // MS-ASCMD 2.2.2
            return Error{ErrorKind::temporary, session.log_note};
        bool const has_options = !collection->options.empty() || collection->filter_type;
        if (!has_options && answer.collection && answer.collection->estimate)
            answer.collection->estimate = std::min(*answer.collection->estimate, most_without_options);
        response.answers.push_back(std::move(answer));
    }
    return response;
}

} // namespace

template <> struct Schema<EstimateCollection> {
    static constexpr auto properties = Rows{
        property(Tag::AirSync_SyncKey, &EstimateCollection::sync_key),
        property(Tag::GetItemEstimate_CollectionId, &EstimateCollection::collection_id),
        property(Tag::AirSync_FilterType, &EstimateCollection::filter_type, until(v12_1), in_range(0, 8)),
        property(Tag::AirSync_ConversationMode, &EstimateCollection::conversation_mode, since(v14_0)),
        list(Tag::AirSync_Options, &EstimateCollection::options)};
};

template <> struct Schema<EstimateRequest> {
    static constexpr auto properties = Rows{list(
        Tag::GetItemEstimate_Collections, Tag::GetItemEstimate_Collection, &EstimateRequest::collections)};
};

template <> struct Schema<EstimatedCollection> {
    static constexpr auto properties =
        Rows{property(Tag::GetItemEstimate_CollectionId, &EstimatedCollection::collection_id),
             property(Tag::GetItemEstimate_Estimate, &EstimatedCollection::estimate)};
};

template <> struct Schema<EstimateAnswer> {
    static constexpr auto properties =
        Rows{property(Tag::GetItemEstimate_Status, &EstimateAnswer::status),
             property(Tag::GetItemEstimate_Collection, &EstimateAnswer::collection)};
};

template <> struct Schema<EstimateResponse> {
    static constexpr auto properties = Rows{list(Tag::GetItemEstimate_Response, &EstimateResponse::answers)};
};

Result<void> run_get_item_estimate(Session &session, Element const *document, CommandOutput &output)
{
    return run_typed<Tag::GetItemEstimate_GetItemEstimate, EstimateRequest, EstimateResponse,
                     get_item_estimate>(session, document, output);
}

} // namespace eas
