// See search-results.h.
#include "sync/search-results.h"
#include "base/fields.h"
#include "sync/server-id.h"

namespace eas {

namespace {

constexpr std::string_view format_name = "eas-search";
constexpr uint64_t format_version = 1;

/// Nothing if `text` was not made by long_id().
std::optional<SearchRow> parse_row(std::string_view text)
{
    if (auto item = parse_item_id(text))
        return SearchRow(std::move(*item));
    auto message = parse_long_id(text);
    return message ? std::optional<SearchRow>(std::move(*message)) : std::nullopt;
}

} // namespace

std::string long_id(SearchRow const &row)
{
    if (auto const *item = std::get_if<ItemId>(&row))
        return item_id(item->item_class, item->collection, item->item);
    return long_id(std::get<FoundMessage>(row));
}

Result<std::optional<SearchResults>> SearchResults::load(StateStore &store, std::string const &key,
                                                         std::string const &query)
{
    auto const value = store.get(key);
    if (!value)
        return value.error();
    auto const text = value->value_or("");
    auto const fields = parse_fields(text);
    if (fields.empty() || fields.front().name != format_name || fields.front().number() != format_version)
        return std::optional<SearchResults>();
    SearchResults results;
    for (auto const &field : fields) {
        if (field.name == "query")
            results.query = field.value;
        else if (field.name == "total")
            results.total = field.number();
        else if (field.name == "row")
            if (auto row = parse_row(field.value))
                results.rows.push_back(std::move(*row));
    }
    if (results.query != query)
        return std::optional<SearchResults>();
    return std::optional(std::move(results));
}

Result<void> SearchResults::save(StateStore &store, std::string const &key) const
{
    FieldWriter out;
    out.add(format_name, format_version);
    out.add("query", query);
    out.add("total", total);
    for (auto const &row : rows)
        out.add("row", long_id(row));
    return store.set(key, out.text);
}

} // namespace eas
