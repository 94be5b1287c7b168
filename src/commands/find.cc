// Find: finds mail and says of each message what a list of results shows. Other classes it does not know
// (MS-ASCMD 2.2.3.27.1); Search finds them. MS-ASCMD 2.2.1.2.
#include "commands/find.h"
#include "base/text.h"
#include "commands/find-messages.h"
#include "commands/gal-find.h"
#include "commands/keyword-query.h"
#include "commands/mailbox-search.h"
#include "mapping/addresses.h"
#include "mapping/email-from-message.h"
#include "services/calendar-owner.h"
#include "sync/server-id.h"
#include <algorithm>

namespace eas {

namespace {

constexpr uint32_t most_results = 1000;  ///< MS-ASCMD 2.2.3.143.1
constexpr RowRange default_range{0, 99}; // MS-ASCMD 2.2.3.143.3: Mailbox
constexpr uint32_t longest_page = 100;   ///< rows of one answer
constexpr size_t longest_preview = 255, longest_id = 256;

FindResponse refuse(Session &session, int status, std::string const &log)
{
    session.log_note = "status=" + std::to_string(status) + ' ' + log;
    return {status, std::nullopt};
}

FindResponse refuse(Session &session, Error const &error)
{
    switch (error.kind) {
    case ErrorKind::not_found:
        return refuse(session, find_status::folder_sync_required, error.message);
    case ErrorKind::temporary:
    case ErrorKind::conflict:
    case ErrorKind::too_large:
        return refuse(session, find_status::retry_later, error.message);
    default:
        return refuse(session, find_status::server_error, error.message);
    }
}

bool is_valid(FindQuery const &query)
{
    bool const is_mail = std::ranges::all_of(query.classes, [](auto const &name) { return name == "Email"; });
    return is_mail && query.free_texts.size() == 1 && !trim(query.free_texts[0]).empty() &&
           query.collection_ids.size() <= 1;
}

std::optional<std::string> display_names(std::string const &field)
{
    auto const addresses = parse_addresses(field);
    return addresses.empty() ? std::nullopt : std::optional(format_display_names(addresses));
}

/// A body is not asked for, so none is read; the preview is Dovecot's own.
Result<FindProperties> properties_of(MailMessage &message, CalendarContext const &calendar)
{
    BodyOptions options;
    options.body_preferences = {{BodyType::plain, 0, {}, {}}};
    auto email = email_from_message(message, options, v16_1, "", &calendar);
    auto const headers = message.headers();
    if (!email || !headers)
        return email ? headers.error() : email.error();
    FindProperties properties{std::move(email->subject),
                              email->date_received,
                              std::move(email->display_to),
                              display_names(headers->cc),
                              display_names(headers->bcc),
                              email->importance,
                              email->read,
                              email->is_draft,
                              {},
                              false,
                              std::move(email->from)};
    if (email->attachments)
        properties.has_attachments = std::ranges::any_of(
            *email->attachments, [](Attachment const &each) { return !each.is_inline.value_or(false); });
    if (auto const preview = message.preview(); preview && !preview->empty())
        properties.preview = utf8_prefix_characters(sanitize_utf8(*preview), longest_preview);
    return properties;
}

Result<FindResults> page_of(Session &session, SearchResults &found, RowRange range)
{
    FindResults page;
    FoundMessageReader reader(session.ports.mail);
    auto const calendar = calendar_context(session);
    auto const read = [&](SearchRow const &each) -> Result<void> {
        auto const &row = std::get<FoundMessage>(each);
        auto const message = reader.open(row);
        auto properties =
            message ? properties_of(**message, calendar) : Result<FindProperties>(message.error());
        if (!properties)
            return properties.error();
        page.results.push_back(
            {"Email", message_id(row.folder, row.uid), row.folder, std::move(*properties)});
        return {};
    };
    auto const count =
        read_rows(session, found, range, read, [&] { return page.results.size() == longest_page; });
    if (!count)
        return count.error();
    page.total = found.total;
    if (*count > 0)
        page.range = to_string({range.first, range.first + *count - 1});
    return page;
}

/// The pages behind the first are those of the search that began at 0 with the same SearchId.
Result<std::optional<SearchResults>> results_for(Session &session, MailboxSearch const &search,
                                                 RowRange range)
{
    if (range.first > 0)
        return earlier_results(session, search.id);
    auto found = search_mailboxes(session, search);
    if (!found)
        return found.error();
    return std::optional(std::move(*found));
}

FindResponse find_mail(Session &session, std::string const &search_id,
                       MailBoxSearchCriterion const &criterion)
{
    auto const &query = criterion.query;
    if (!query || !is_valid(*query))
        return refuse(session, find_status::invalid, "Query has no FreeText, or what is not for Find");
    auto const range =
        criterion.options.range ? parse_row_range(*criterion.options.range) : std::optional(default_range);
    if (!range)
        return refuse(session, find_status::invalid, "not a range: " + *criterion.options.range);
    auto condition = parse_keyword_query(query->free_texts[0]);
    if (!condition)
        return refuse(session, find_status::invalid, "FreeText is too complex");
    MailboxSearch const search{"Find " + search_id, query->collection_ids, criterion.options.deep_traversal,
                               std::move(*condition), most_results};
    auto found = results_for(session, search, *range);
    if (!found)
        return refuse(session, found.error());
    if (!*found)
        return {find_status::success,
                FindResults{"Mailbox", find_status::range_not_from_zero, {}, std::nullopt, std::nullopt}};
    auto page = page_of(session, **found, *range);
    if (!page)
        return refuse(session, page.error());
    return {find_status::success, std::move(*page)};
}

Result<FindResponse> find(Session &session, FindRequest const &request)
{
    auto const &search = request.execute_search;
    bool const has_id =
        request.search_id && !request.search_id->empty() && request.search_id->size() <= longest_id;
    if (!has_id || !search || search->mailbox.has_value() == search->directory.has_value())
        return refuse(session, find_status::invalid, "SearchId or a criterion is missing");
    if (search->directory)
        return find_in_gal(session, *search->directory);
    return find_mail(session, *request.search_id, *search->mailbox);
}

} // namespace

Result<void> run_find(Session &session, Element const *document, CommandOutput &output)
{
    return run_typed<Tag::Find_Find, FindRequest, FindResponse, find>(session, document, output);
}

} // namespace eas
