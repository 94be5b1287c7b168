// See ics-index.h.
#include "stores/ics-index.h"
#include "base/fields.h"
#include "stores/ics-item.h"

namespace eas {

namespace {

constexpr std::string_view format = "format 1\n";
constexpr std::string_view end_name = "end ";

std::optional<IcsState> parse_state(std::string_view text)
{
    for (auto const state : {IcsState::event, IcsState::task, IcsState::other, IcsState::broken})
        if (text == std::string_view(reinterpret_cast<char const *>(&state), 1))
            return state;
    return {};
}

bool parse_item(std::string_view value, IcsIndex &index)
{
    auto const pieces = split_pieces(value);
    if (pieces.size() != 9)
        return false;
    auto const inode = parse_unsigned(pieces[1]), size = parse_unsigned(pieces[2]);
    auto const mtime = parse_signed(pieces[3]), ctime = parse_signed(pieces[4]),
               read_at = parse_signed(pieces[5]);
    auto const state = parse_state(pieces[6]);
    if (!inode || !size || !mtime || !ctime || !read_at || !state)
        return false;
    index.insert_or_assign(pieces[0],
                           IcsEntry{{*inode, *size, *mtime, *ctime}, *read_at, *state, pieces[7], pieces[8]});
    return true;
}

} // namespace

std::string ics_index_key(std::string_view collection_id)
{
    return "calendar/index-" + std::string(collection_id);
}

std::string serialize(IcsIndex const &index)
{
    FieldWriter writer;
    writer.text = format;
    for (auto const &[name, entry] : index)
        writer.add("item",
                   join_pieces({name, std::to_string(entry.stamp.inode), std::to_string(entry.stamp.size),
                                std::to_string(entry.stamp.mtime), std::to_string(entry.stamp.ctime),
                                std::to_string(entry.read_at), std::string(1, static_cast<char>(entry.state)),
                                entry.version, entry.uid}));
    auto const version = content_version(writer.text);
    return std::move(writer.text) + std::string(end_name) + version + '\n';
}

IcsIndex parse_ics_index(std::string_view text)
{
    auto const end = text.rfind(end_name);
    if (!text.starts_with(format) || end == text.npos ||
        text.substr(end) != std::string(end_name) + content_version(text.substr(0, end)) + '\n')
        return {};
    IcsIndex index;
    for (auto const &field : parse_fields(text.substr(format.size(), end - format.size())))
        if (field.name == "item" && !parse_item(field.value, index))
            return {};
    return index;
}

} // namespace eas
