// See directory-search.h.
#include "commands/directory-search.h"
#include "base/text.h"
#include <algorithm>

namespace eas {

static constexpr size_t longest_text = 256;     ///< characters
static constexpr size_t answer_bytes = 8 << 20; ///< of pictures; the rest comes with the next range

static Result<void> add_entries(DirectoryMatches const &matches, RowRange const &range,
                                DirectoryPictures *pictures, DirectoryPage &page)
{
    size_t bytes = 0;
    auto const end = std::min<size_t>(matches.entries.size(), range.last + size_t{1});
    for (size_t at = range.first; at < end && bytes < answer_bytes; ++at) {
        auto const &entry = matches.entries[at];
        GalEntry properties = entry.properties;
        if (pictures) {
            auto picture = pictures->of(entry);
            if (!picture)
                return picture.error();
            bytes += picture->data ? picture->data->value.size() : 0;
            properties.picture = std::move(*picture);
        }
        page.entries.push_back(std::move(properties));
    }
    return {};
}

Result<DirectoryPage> search_directory(Session &session, std::string_view text, RowRange const &range,
                                       std::optional<PictureLimits> const &limits)
{
    Directory &directory = *session.ports.directory;
    std::string const wanted(trim(text));
    if (utf8_prefix_characters(wanted, longest_text).size() < wanted.size())
        return Error{ErrorKind::bad_request, "Query has over 256 characters"};
    auto const matches = directory.find(wanted, Directory::Books::searched);
    if (!matches)
        return matches.error();
    session.log_note = "found=" + std::to_string(matches->entries.size()) + (matches->complete ? "" : "+");
    if (!matches->problem.empty()) {
        session.log_note += ' ' + matches->problem;
        session.log_as_warning = true;
    }
    DirectoryPictures pictures(directory, limits.value_or(PictureLimits{}));
    DirectoryPage page;
    page.total = matches->entries.size();
    auto const added = add_entries(*matches, range, limits ? &pictures : nullptr, page);
    if (!added)
        return added.error();
    if (auto const count = static_cast<uint32_t>(page.entries.size()); count > 0)
        page.range = to_string({range.first, range.first + count - 1});
    return page;
}

} // namespace eas
