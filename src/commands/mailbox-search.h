// What Search and Find have in common: which folders, which rows, and how a row becomes a message again.
#pragma once
#include "services/item-search.h"
#include "session/session.h"
#include "sync/search-results.h"
#include "wbxml/element.h"
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eas {

/// "m-n", both included, counted from 0. MS-ASCMD 2.2.3.143.1, 2.2.3.143.3.
struct RowRange {
    uint32_t first, last;
};
/// Nothing unless m and n are numbers of at most three digits, and m is not after n.
std::optional<RowRange> parse_row_range(std::string_view text);
std::string to_string(RowRange const &range);

struct MailboxSearch {
    std::string id;                          ///< what tells this search from another
    std::vector<std::string> collection_ids; ///< none: all folders
    bool deep = false;                       ///< with all folders below them
    MailCondition condition;
    uint32_t most_rows = 0; ///< that can be had in one page after the other
    bool mail = true;
    std::vector<ItemClass> item_classes{}; ///< looked for besides
};

/// Searches, and remembers the result for the pages that follow. not_found: there is no such folder;
/// too_large: it takes too long.
Result<SearchResults> search_mailboxes(Session &session, MailboxSearch const &search);
/// The result that an earlier request got; nothing if there was none.
Result<std::optional<SearchResults>> earlier_results(Session &session, std::string const &search_id);

/// Calls `read` with the rows of `range`, in their order, until `is_full()`; how many it had. A row that has
/// gone or cannot be read is left out, here and from now on: those behind it move up, that the Range of this
/// page and that of the next fit together (MS-ASCMD 2.2.3.143.3). An error only if that leaves nothing.
Result<uint32_t> read_rows(Session &session, SearchResults &results, RowRange range,
                           std::function<Result<void>(SearchRow const &)> const &read,
                           std::function<bool()> const &is_full);

/// Opens found messages; keeps their folders open.
class FoundMessageReader {
public:
    explicit FoundMessageReader(MailStore &store) : m_store(store) {}
    /// not_found if the message has gone since.
    Result<std::unique_ptr<MailMessage>> open(FoundMessage const &row);

private:
    MailStore &m_store;
    std::map<FolderId, std::unique_ptr<MailFolderHandle>> m_folders;
};

/// `element`'s content as text, for comparing two queries.
std::string canonical_text(Element const &element);

} // namespace eas
