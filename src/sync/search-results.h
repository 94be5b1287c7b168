// The rows of a device's last search, under "device/<id>/search": a client takes them in pages, and mail
// that arrives meanwhile must not move them (MS-ASCMD 2.2.3.143.3). What is gone is left out when a page is
// read. A row is kept as its LongId.
#pragma once
#include "base/result.h"
#include "ports/mail-store.h"
#include "ports/state-store.h"
#include "sync/item-class.h"
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace eas {

/// A message, or an item of another class.
using SearchRow = std::variant<FoundMessage, ItemId>;

/// What Search calls a row. That of an item is its ServerId. MS-ASCMD 2.2.3.98.3.
std::string long_id(SearchRow const &row);

struct SearchResults {
    std::string query; ///< whatever tells one search from another
    uint64_t total = 0;
    std::vector<SearchRow> rows; ///< messages, newest first, then items; `received` is not kept

    /// Those of `query`; nothing if another search came later, or of a damaged value.
    static Result<std::optional<SearchResults>> load(StateStore &store, std::string const &key,
                                                     std::string const &query);
    Result<void> save(StateStore &store, std::string const &key) const;
};

} // namespace eas
