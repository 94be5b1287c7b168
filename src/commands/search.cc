// Search: finds mail and items of the other classes, and in gal-search.cc people. MS-ASCMD 2.2.1.16. The
// Status of Search says only that it was answered; whatever went wrong is the Status of the Store.
//
// A request whose Range begins at 0 searches anew, with or without RebuildResults: a phone that repeats a
// search wants what there is now. The pages behind it come from what that search found.
#include "commands/search.h"
#include "base/text.h"
#include "commands/body-preferences.h"
#include "commands/gal-search.h"
#include "commands/keyword-query.h"
#include "commands/mailbox-search.h"
#include "commands/search-messages.h"
#include "mapping/conversation.h"
#include "mapping/email-from-message.h"
#include "services/calendar-owner.h"
#include "services/item-stores.h"
#include "services/meeting-calendar.h"
#include "sync/server-id.h"
#include <algorithm>
#include <array>
#include <map>

namespace eas {

namespace {

constexpr uint32_t most_results = 100;    // MS-ASCMD 2.2.3.143.3
constexpr size_t most_collections = 1000; ///< in one query
constexpr size_t answer_bytes = 8 << 20;  ///< bodies of one answer; the rest comes with the next range

constexpr std::array criteria{Tag::Search_FreeText,    Tag::AirSync_Class,   Tag::AirSync_CollectionId,
                              Tag::Search_GreaterThan, Tag::Search_LessThan, Tag::Search_ConversationId};
constexpr std::array operators{Tag::Search_And, Tag::Search_Or};

/// Elements that the published schema has not in a result. MS-ASCMD 6.39.
void keep_searchable(Event &event)
{
    event.categories.reset();
    event.online_meeting_conf_link.reset();
    event.online_meeting_external_link.reset();
    event.instance_id.reset();
}

/// Reads what was found, folder by folder as they come.
class RowReader {
public:
    RowReader(Session &session, BodyOptions const &options)
        : m_session(session), m_options(options), m_messages(session.ports.mail),
          m_calendar(calendar_context(session))
    {}

    /// not_found: it has gone since.
    Result<SearchResult> read(SearchRow const &row)
    {
        auto const *item = std::get_if<ItemId>(&row);
        return item ? read_item(*item) : read_message(std::get<FoundMessage>(row));
    }
    size_t body_bytes() const { return m_body_bytes; }

private:
    Result<SearchResult> read_message(FoundMessage const &row);
    Result<SearchResult> read_item(ItemId const &id);
    Session &m_session;
    BodyOptions const &m_options;
    FoundMessageReader m_messages;
    CalendarContext m_calendar;
    std::map<std::string, OpenItems> m_collections;
    size_t m_body_bytes = 0;
};

Result<SearchResult> RowReader::read_message(FoundMessage const &row)
{
    auto const message = m_messages.open(row);
    auto email = message ? email_from_message(**message, m_options, m_session.version,
                                              file_reference_prefix(row.folder, row.uid), &m_calendar)
                         : Result<Email>(message.error());
    if (!email)
        return email.error();
    compare_with_calendar(m_session, *email);
    m_body_bytes += eas::body_bytes(*email);
    return SearchResult{"Email", {}, row.folder, std::move(*email)};
}

Result<SearchResult> RowReader::read_item(ItemId const &id)
{
    auto const collection_id = item_collection_id(id.item_class, id.collection);
    auto open = m_collections.find(collection_id);
    if (open == m_collections.end()) {
        auto opened = open_items(m_session, id);
        if (!opened)
            return opened.error();
        open = m_collections.emplace(collection_id, std::move(*opened)).first;
    }
    auto item = open->second.folder->read(id.item, m_options);
    if (!item)
        return item.error();
    m_body_bytes += large_bytes(item->data);
    if (auto *event = std::get_if<Event>(&item->data))
        keep_searchable(*event);
    SearchResult result{std::string(row_of(id.item_class).name), {}, collection_id, {}};
    std::visit(
        [&](auto &data) {
            if constexpr (std::is_assignable_v<decltype(result.properties) &, decltype(data)>)
                result.properties = std::move(data);
        },
        item->data);
    return result;
}

/// The Search of one request; its functions give a Status, `success` to go on.
class MailboxSearcher {
public:
    explicit MailboxSearcher(Session &session) : m_session(session) {}
    SearchStoreResponse answer(SearchStore const &store);

private:
    int run(SearchStore const &store, SearchStoreResponse &response);
    int read_options(SearchOptions const &options);
    int read_query(Element const &query);
    int read_criteria(SearchCriteria const &given);
    int read_classes(std::vector<std::string> const &classes);
    int read_dates(SearchCriteria const &given);
    int read_conversation(std::vector<Bytes> const &ids);
    int find(bool rebuild, SearchResults &results);
    int add_rows(SearchResults &results, SearchStoreResponse &response);
    int refuse(int status, std::string log);
    int refuse(Error const &error);

    Session &m_session;
    MailboxSearch m_search;
    BodyOptions m_body;
    RowRange m_range{0, most_results - 1};
};

int MailboxSearcher::refuse(int status, std::string log)
{
    m_session.log_note = "status=" + std::to_string(status) + ' ' + std::move(log);
    return status;
}

int MailboxSearcher::refuse(Error const &error)
{
    switch (error.kind) {
    case ErrorKind::not_found:
        return refuse(search_status::folder_sync_required, error.message);
    case ErrorKind::denied:
        return refuse(search_status::access_denied, error.message);
    case ErrorKind::too_large:
        return refuse(search_status::timed_out, error.message);
    default:
        return refuse(search_status::server_error, error.message);
    }
}

int MailboxSearcher::read_options(SearchOptions const &options)
{
    if (options.range) {
        auto const range = parse_row_range(*options.range);
        if (!range)
            return refuse(search_status::invalid, "not a range: " + *options.range);
        if (range->last >= most_results)
            return refuse(search_status::end_of_range, "range " + *options.range);
        m_range = *range;
    }
    if (options.body_part_preference && options.body_part_preference->type != BodyType::html)
        return refuse(search_status::body_part_type_not_supported, "BodyPartPreference is not for HTML");
    m_search.deep = options.deep_traversal;
    m_body.body_preferences = options.body_preferences;
    m_body.body_part_preference = options.body_part_preference;
    m_body.mime_support = options.mime_support;
    return search_status::success;
}

int MailboxSearcher::read_classes(std::vector<std::string> const &classes)
{
    m_search.mail = classes.empty() || std::ranges::find(classes, "Email") != classes.end();
    size_t known = static_cast<size_t>(std::ranges::count(classes, "Email"));
    if (m_session.version >= v14_0)
        known += static_cast<size_t>(std::ranges::count(classes, "SMS")); // there are none
    for (auto const &row : item_classes()) {
        auto const count = static_cast<size_t>(std::ranges::count(classes, row.name));
        if (row.since > m_session.version)
            continue;
        if (classes.empty() || count > 0)
            m_search.item_classes.push_back(row.item_class);
        known += count;
    }
    return known == classes.size() ? search_status::success
                                   : refuse(search_status::invalid, "a class that this version has not");
}

int MailboxSearcher::read_dates(SearchCriteria const &given)
{
    if (given.greater_than.size() > 1 || given.less_than.size() > 1)
        return refuse(search_status::invalid, "GreaterThan or LessThan comes twice");
    for (auto const *comparisons : {&given.greater_than, &given.less_than})
        for (auto const &comparison : *comparisons)
            if (!comparison.date_received || !comparison.value)
                return refuse(search_status::invalid, "a comparison without DateReceived or Value");
    auto &parts = m_search.condition.parts;
    for (auto const &comparison : given.greater_than)
        parts.push_back({MailCondition::Kind::received_since, {}, {comparison.value->milliseconds + 1}, {}});
    for (auto const &comparison : given.less_than)
        parts.push_back({MailCondition::Kind::received_before, {}, *comparison.value, {}});
    return search_status::success;
}

/// MS-ASCMD 2.2.3.35.2: one at most, 14.0 on. Of an id that is none of ours, no message is found.
int MailboxSearcher::read_conversation(std::vector<Bytes> const &ids)
{
    if (ids.empty())
        return search_status::success;
    if (ids.size() > 1 || m_session.version < v14_0)
        return refuse(search_status::invalid, "ConversationId comes twice, or before 14.0");
    MailCondition condition{MailCondition::Kind::any_of, {}, {}, {}};
    if (auto const key = conversation_key(ids.front().value)) {
        condition.kind = MailCondition::Kind::conversation;
        condition.conversation = *key;
    }
    m_search.condition.parts.push_back(std::move(condition));
    return search_status::success;
}

int MailboxSearcher::read_criteria(SearchCriteria const &given)
{
    if (given.collection_ids.size() > most_collections)
        return refuse(search_status::too_complex, "too many folders");
    m_search.collection_ids = given.collection_ids;
    if (int status = read_classes(given.classes); status != search_status::success)
        return status;
    if (int status = read_dates(given); status != search_status::success)
        return status;
    if (int status = read_conversation(given.conversation_ids); status != search_status::success)
        return status;
    for (auto const &text : given.free_texts) {
        if (trim(text).empty())
            return refuse(search_status::invalid, "FreeText is empty");
        auto words = parse_keyword_query(text);
        if (!words)
            return refuse(search_status::too_complex, "FreeText is too complex");
        m_search.condition.parts.push_back(std::move(*words));
    }
    return search_status::success;
}

/// Criteria stand in the one And of the Query and nowhere else. MS-ASCMD 2.2.3.10, 2.2.3.142.2.
int MailboxSearcher::read_query(Element const &query)
{
    auto const is_criterion = [](Element const &each) { return std::ranges::count(criteria, each.tag) > 0; };
    auto const is_operator = [](Element const &each) { return std::ranges::count(operators, each.tag) > 0; };
    bool const only_and = query.children.size() == 1 && query.children[0].tag == Tag::Search_And;
    if (!only_and && std::ranges::any_of(query.children, [&](Element const &each) {
            return is_criterion(each) || is_operator(each);
        }))
        return refuse(search_status::too_complex, "more than one And, or criteria outside of it");
    if (!only_and || query.children[0].children.empty())
        return refuse(search_status::invalid, "Query asks for nothing");
    auto const &inside = query.children[0];
    for (Element const &each : inside.children) {
        if (is_operator(each))
            return refuse(search_status::too_complex, "an operator in an operator");
        if (!is_criterion(each))
            return refuse(search_status::invalid, "no criterion: " + std::string(local_name(each.tag)));
    }
    auto const given = read<SearchCriteria>(inside, m_session.version);
    if (!given)
        return refuse(search_status::invalid, given.error().message);
    return read_criteria(*given);
}

int MailboxSearcher::find(bool rebuild, SearchResults &results)
{
    if (m_range.first > 0 && !rebuild) {
        auto earlier = earlier_results(m_session, m_search.id);
        if (!earlier)
            return refuse(earlier.error());
        if (*earlier) {
            results = std::move(**earlier);
            return search_status::success;
        }
    }
    auto found = search_mailboxes(m_session, m_search);
    if (!found)
        return refuse(found.error());
    results = std::move(*found);
    return search_status::success;
}

int MailboxSearcher::add_rows(SearchResults &results, SearchStoreResponse &response)
{
    RowReader reader(m_session, m_body);
    auto const read = [&](SearchRow const &row) -> Result<void> {
        auto result = reader.read(row);
        if (!result)
            return result.error();
        result->long_id = long_id(row);
        response.results.push_back(std::move(*result));
        return {};
    };
    auto const count =
        read_rows(m_session, results, m_range, read, [&] { return reader.body_bytes() >= answer_bytes; });
    if (!count)
        return refuse(count.error());
    response.total = results.total;
    if (*count > 0)
        response.range = to_string({m_range.first, m_range.first + *count - 1});
    else
        response.results.emplace_back(); // MS-ASCMD 2.2.3.155.3: an empty one says that there is none
    return search_status::success;
}

int MailboxSearcher::run(SearchStore const &store, SearchStoreResponse &response)
{
    if (!store.query)
        return refuse(search_status::invalid, "Query is missing");
    if (int status = read_options(store.options); status != search_status::success)
        return status;
    if (int status = read_query(*store.query); status != search_status::success)
        return status;
    m_search.id = "Search" + std::string(m_search.deep ? " deep " : " ") + canonical_text(*store.query);
    m_search.most_rows = most_results;
    SearchResults results;
    if (int status = find(store.options.rebuild_results, results); status != search_status::success)
        return status;
    if (m_range.first > 0 && m_range.first >= results.rows.size())
        return refuse(search_status::end_of_range, "range " + to_string(m_range));
    return add_rows(results, response);
}

SearchStoreResponse MailboxSearcher::answer(SearchStore const &store)
{
    SearchStoreResponse response;
    int const status = run(store, response);
    return status == search_status::success ? std::move(response) : SearchStoreResponse{status, {}, {}, {}};
}

SearchStoreResponse refused(Session &session, int status, std::string log)
{
    session.log_note = "status=" + std::to_string(status) + ' ' + std::move(log);
    return {status, {}, {}, {}};
}

/// MS-ASDOC 3.1.5.2
bool names_a_link(SearchStore const &store)
{
    auto const has = [](Element const &element, Tag tag) {
        return std::ranges::count(element.children, tag, &Element::tag) > 0;
    };
    return store.query && std::ranges::any_of(store.query->children, [&](Element const &each) {
               return each.tag == Tag::Search_EqualTo && has(each, Tag::DocumentLibrary_LinkId);
           });
}

SearchStoreResponse search_store(Session &session, Element const &element)
{
    auto const store = read<SearchStore>(element, session.version);
    if (!store)
        return refused(session, search_status::invalid, store.error().message);
    if (auto const *const options = element.child(Tag::Search_Options))
        if (auto const checked = check_preferences(*options); !checked)
            return refused(session, search_status::invalid, checked.error().message);
    auto const name = store->name.value_or(std::string());
    if (equals_ignoring_case(name, "Mailbox"))
        return MailboxSearcher(session).answer(*store);
    if (equals_ignoring_case(name, "GAL"))
        return search_gal(session, *store);
    if (equals_ignoring_case(name, "DocumentLibrary"))
        return names_a_link(*store)
                   ? refused(session, search_status::connection_failed, "there is no store " + name)
                   : refused(session, search_status::invalid, "Query has no LinkId");
    return refused(session, search_status::invalid, "no store is called " + name);
}

Result<SearchResponse> search(Session &session, SearchRequest const &request)
{
    if (request.stores.empty())
        return Error{ErrorKind::bad_request, "Search:Store is missing"};
    SearchResponse response;
    response.response.store = request.stores.size() == 1 ? search_store(session, request.stores.front())
                                                         : refused(session, search_status::invalid,
                                                                   "Search:Store comes more than once");
    return response;
}

} // namespace

Result<void> run_search(Session &session, Element const *document, CommandOutput &output)
{
    return run_typed<Tag::Search_Search, SearchRequest, SearchResponse, search>(session, document, output);
}

} // namespace eas
