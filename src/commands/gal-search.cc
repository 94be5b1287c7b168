// See gal-search.h. The Query is the text itself, not a tree. Nobody found is an answer without a Result
// (MS-ASCMD 2.2.3.155.3), unlike in the store Mailbox.
#include "commands/gal-search.h"
#include "base/text.h"
#include "commands/directory-search.h"

namespace eas {

namespace {

constexpr RowRange default_range{0, 99}; // MS-ASCMD 2.2.3.143.3; no more than these 100 can be had

SearchStoreResponse refuse(Session &session, int status, std::string const &log)
{
    session.log_note = "status=" + std::to_string(status) + ' ' + log;
    return {status, {}, {}, {}};
}

SearchStoreResponse refuse(Session &session, Error const &error)
{
    switch (error.kind) {
    case ErrorKind::bad_request:
        return refuse(session, search_status::invalid, error.message);
    case ErrorKind::too_large:
        return refuse(session, search_status::timed_out, error.message);
    case ErrorKind::denied:
        session.log_as_warning = true;
        return refuse(session, search_status::access_denied, error.message);
    case ErrorKind::temporary:
        session.log_as_warning = true;
        return refuse(session, search_status::connection_failed, error.message);
    default:
        session.log_as_warning = true;
        return refuse(session, search_status::server_error, error.message);
    }
}

} // namespace

SearchStoreResponse search_gal(Session &session, SearchStore const &store)
{
    if (!session.ports.directory)
        return refuse(session, search_status::connection_failed, "there is no directory");
    if (!store.query || !store.query->children.empty() || trim(store.query->text).empty())
        return refuse(session, search_status::invalid, "Query has no text");
    auto const range =
        store.options.range ? parse_row_range(*store.options.range) : std::optional(default_range);
    if (!range)
        return refuse(session, search_status::invalid, "not a range: " + *store.options.range);
    if (range->last > default_range.last)
        return refuse(session, search_status::end_of_range, "range " + *store.options.range);
    auto page = search_directory(session, sanitize_utf8(store.query->text), *range, store.options.picture);
    if (!page)
        return refuse(session, page.error());
    if (range->first > 0 && page->entries.empty())
        return refuse(session, search_status::end_of_range, "range " + to_string(*range));
    SearchStoreResponse response;
    for (auto &entry : page->entries)
        response.results.push_back({{}, {}, {}, std::move(entry)});
    response.range = std::move(page->range);
    response.total = page->total;
    return response;
}

} // namespace eas
