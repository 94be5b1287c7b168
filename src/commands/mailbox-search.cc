// See mailbox-search.h.
#include "commands/mailbox-search.h"
#include "base/text.h"
#include <algorithm>
#include <iterator>
#include <set>

namespace eas {

namespace {

constexpr std::string_view results_name = "search";

bool is_row_number(std::string_view digits)
{
    return !digits.empty() && digits.size() <= 3;
}

/// The folders that can hold messages, of those that are asked for; not_found if one is not there.
Result<std::vector<FolderId>> folders_to_search(MailStore &store, MailboxSearch const &search)
{
    auto const folders = store.folders();
    if (!folders)
        return folders.error();
    std::set<FolderId> wanted(search.collection_ids.begin(), search.collection_ids.end());
    for (auto const &id : wanted)
        if (std::ranges::find(*folders, id, &MailFolder::id) == folders->end())
            return Error{ErrorKind::not_found, "there is no folder " + sanitize_utf8(id)};
    std::vector<FolderId> found;
    for (auto const &folder : *folders) { // parents stand before children
        if (search.deep && wanted.contains(folder.parent_id))
            wanted.insert(folder.id);
        if (folder.selectable && (wanted.empty() || wanted.contains(folder.id)))
            found.push_back(folder.id);
    }
    return found;
}

/// Takes those that are no folders of mail out of `collection_ids`.
std::vector<ItemId> take_collections(std::vector<std::string> &collection_ids)
{
    std::vector<ItemId> collections;
    std::erase_if(collection_ids, [&](auto const &text) {
        auto id = parse_item_collection_id(text);
        if (id)
            collections.push_back(std::move(*id));
        return id.has_value();
    });
    return collections;
}

Result<void> add_messages(Session &session, MailboxSearch const &search, SearchResults &results)
{
    auto const folders = folders_to_search(session.ports.mail, search);
    if (!folders)
        return folders.error();
    auto found = session.ports.mail.search(*folders, search.condition, search.most_rows);
    if (!found)
        return found.error();
    if (found->timed_out)
        return Error{ErrorKind::too_large,
                     "the search of " + std::to_string(folders->size()) + " folders takes too long"};
    results.total += found->total;
    results.rows.assign(std::move_iterator(found->newest.begin()), std::move_iterator(found->newest.end()));
    return {};
}

Result<void> add_items(Session &session, ItemSearch const &search, size_t most_rows, SearchResults &results)
{
    auto found = search_items(session, search);
    if (!found)
        return found.error();
    results.total += found->size();
    for (auto &item : *found)
        if (results.rows.size() < most_rows)
            results.rows.emplace_back(std::move(item));
    return {};
}

void save(Session &session, SearchResults const &results)
{
    if (auto saved = results.save(session.ports.state, device_key(session.device, results_name)); !saved)
        session.log_note += " not remembered: " + saved.error().message;
}

} // namespace

std::optional<RowRange> parse_row_range(std::string_view text)
{
    auto const ends = split(text, '-');
    if (ends.size() != 2 || !is_row_number(ends[0]) || !is_row_number(ends[1]))
        return std::nullopt;
    auto const first = parse_unsigned(ends[0]), last = parse_unsigned(ends[1]);
    if (!first || !last || *first > *last)
        return std::nullopt;
    return RowRange{static_cast<uint32_t>(*first), static_cast<uint32_t>(*last)};
}

std::string to_string(RowRange const &range)
{
    return std::to_string(range.first) + '-' + std::to_string(range.last);
}

Result<SearchResults> search_mailboxes(Session &session, MailboxSearch const &search)
{
    SearchResults results{search.id, 0, {}};
    bool const is_everywhere = search.collection_ids.empty();
    auto mail = search;
    auto const items = take_collections(mail.collection_ids);
    if (search.mail && (is_everywhere || !mail.collection_ids.empty()))
        if (auto found = add_messages(session, mail, results); !found)
            return found.error();
    std::string missed;
    if (!search.item_classes.empty() && (is_everywhere || !items.empty())) {
        auto found =
            add_items(session, {search.item_classes, items, search.condition}, search.most_rows, results);
        bool const is_gone = !found && found.error().kind == ErrorKind::not_found;
        if (!found && (is_gone || !search.mail))
            return found.error();
        if (!found) // mail is found although the directory is away
            missed = " without items: " + found.error().message;
    }
    session.log_note = "found=" + std::to_string(results.total) + missed;
    save(session, results);
    return results;
}

Result<std::optional<SearchResults>> earlier_results(Session &session, std::string const &search_id)
{
    return SearchResults::load(session.ports.state, device_key(session.device, results_name), search_id);
}

Result<uint32_t> read_rows(Session &session, SearchResults &results, RowRange range,
                           std::function<Result<void>(SearchRow const &)> const &read,
                           std::function<bool()> const &is_full)
{
    auto &rows = results.rows;
    auto const all = rows.size();
    std::optional<Error> unreadable;
    size_t at = range.first;
    for (size_t left = range.last - range.first + size_t{1}; left > 0 && at < rows.size() && !is_full();) {
        auto const done = read(rows[at]);
        bool const is_gone = !done && done.error().kind == ErrorKind::not_found;
        if (!is_gone)
            --left; // what cannot be read may have taken long
        if (!done && !is_gone)
            unreadable = done.error();
        if (done)
            ++at;
        else
            rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
    }
    if (unreadable && at == range.first)
        return *unreadable;
    if (unreadable)
        session.log_note += " without: " + unreadable->message;
    if (rows.size() < all) {
        results.total -= std::min<uint64_t>(results.total, all - rows.size());
        save(session, results);
    }
    return static_cast<uint32_t>(at - range.first);
}

Result<std::unique_ptr<MailMessage>> FoundMessageReader::open(FoundMessage const &row)
{
    auto &folder = m_folders[row.folder];
    if (!folder) {
        auto opened = m_store.open(row.folder);
        if (!opened)
            return opened.error();
        folder = std::move(*opened);
    }
    if (folder->status().uid_validity != row.uid_validity)
        return Error{ErrorKind::not_found, "folder " + row.folder + " was rebuilt since the search"};
    return folder->message(row.uid);
}

std::string canonical_text(Element const &element)
{
    auto text = std::string(local_name(element.tag)) + '(';
    text += base64url_encode(element.text);
    for (Element const &child : element.children)
        text += canonical_text(child);
    return text + ')';
}

} // namespace eas
