// See gal-find.h. A page need not follow one that began at 0: each searches anew (directory-search.h), so
// Status 4 does not come about.
#include "commands/gal-find.h"
#include "base/text.h"
#include "commands/directory-search.h"
#include <algorithm>

namespace eas {

namespace {

constexpr RowRange default_range{0, 99}; // MS-ASCMD 2.2.1.2
constexpr uint32_t longest_page = 100;   ///< entries of one answer

FindResponse refuse(Session &session, int status, std::string const &log)
{
    session.log_note = "status=" + std::to_string(status) + ' ' + log;
    return {status, std::nullopt};
}

FindResponse refuse(Session &session, Error const &error)
{
    if (error.kind == ErrorKind::bad_request)
        return refuse(session, find_status::invalid, error.message);
    session.log_as_warning = error.kind != ErrorKind::too_large;
    bool const may_pass = error.kind == ErrorKind::temporary || error.kind == ErrorKind::too_large;
    return refuse(session, may_pass ? find_status::retry_later : find_status::server_error, error.message);
}

} // namespace

FindResponse find_in_gal(Session &session, GalSearchCriterion const &criterion)
{
    if (!session.ports.directory)
        return refuse(session, find_status::no_directory, "there is no directory");
    if (!criterion.query || trim(*criterion.query).empty())
        return refuse(session, find_status::invalid, "Query has no text");
    auto range =
        criterion.options.range ? parse_row_range(*criterion.options.range) : std::optional(default_range);
    if (!range)
        return refuse(session, find_status::invalid, "not a range: " + *criterion.options.range);
    range->last = std::min(range->last, range->first + longest_page - 1);
    auto page = search_directory(session, *criterion.query, *range, criterion.options.picture);
    if (!page)
        return refuse(session, page.error());
    // MS-ASCMD 2.2.3.178.1: the Store is "Mailbox", whatever was searched
    FindResults results{"Mailbox", find_status::success, {}, std::move(page->range), page->total};
    for (auto &entry : page->entries)
        results.results.push_back({{}, {}, {}, std::move(entry)});
    return {find_status::success, std::move(results)};
}

} // namespace eas
