// See ics-index.h.
#include "stores/ics-index.h"
#include "base/fields.h"
#include "stores/ics-item.h"
#include <algorithm>
#include <charconv>

namespace eas {

namespace {

constexpr std::string_view format = "format 2\n", end_name = "end ";

std::optional<IcsState> parse_state(std::string_view text)
{
    for (auto const state : {IcsState::event, IcsState::task, IcsState::other, IcsState::broken})
        if (text == std::string_view(reinterpret_cast<char const *>(&state), 1))
            return state;
    return {};
}

bool is_plain(std::string_view text)
{
    return !text.empty() && text != "-" &&
           std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c != '%' && c != 0x7f; });
}

void add_piece(std::string &line, std::string_view piece)
{
    line += ' ';
    if (piece.empty())
        line += '-';
    else if (is_plain(piece))
        line += piece;
    else
        line += piece == "-" ? "%2D" : join_pieces({std::string(piece)});
}

void add_number(std::string &line, uint64_t number)
{
    char digits[16];
    line.append(digits, std::to_chars(digits, digits + sizeof digits, number, 16).ptr);
}

/// The next piece of a line, which loses it; nothing if it is broken.
std::optional<std::string> take_piece(std::string_view &line)
{
    auto const blank = std::min(line.find(' '), line.size());
    auto const piece = line.substr(0, blank);
    line.remove_prefix(std::min(blank + 1, line.size()));
    if (piece == "-")
        return std::string();
    if (piece.find('%') == piece.npos)
        return std::string(piece);
    return percent_decode(piece);
}

std::optional<IcsEntry> parse_entry(std::string_view line)
{
    IcsEntry entry;
    auto const begin = line.data();
    auto const number = std::from_chars(begin, begin + line.size(), entry.stamp, 16);
    line.remove_prefix(static_cast<size_t>(number.ptr - begin));
    if (number.ec != std::errc() || line.size() < 4 || line[0] != ' ' || line[2] != ' ')
        return {};
    auto const state = parse_state(line.substr(1, 1));
    line.remove_prefix(3);
    if (!state)
        return {};
    entry.state = *state;
    for (auto *each : {&entry.id, &entry.version, &entry.name, &entry.uid}) {
        auto piece = take_piece(line);
        if (!piece)
            return {};
        *each = *std::move(piece);
    }
    return entry;
}

std::string end_line(std::string_view lines)
{
    std::string line(end_name);
    add_number(line, quick_hash(lines));
    return line + '\n';
}

} // namespace

CalendarItem IcsEntry::item() const
{
    return {id, uid, version, state == IcsState::task ? CalendarItemKind::task : CalendarItemKind::event};
}

std::string ics_index_key(std::string_view collection_id)
{
    return "calendar/index-" + std::string(collection_id);
}

std::string serialize(IcsIndex const &index)
{
    std::string text(format);
    text.reserve(index.size() * 128);
    for (auto const &entry : index) {
        add_number(text, entry.stamp);
        text.append({' ', static_cast<char>(entry.state)});
        for (auto const *each : {&entry.id, &entry.version, &entry.name, &entry.uid})
            add_piece(text, *each);
        text += '\n';
    }
    return text + end_line(text);
}

IcsIndex parse_ics_index(std::string_view text)
{
    auto const end = text.rfind(end_name);
    if (!text.starts_with(format) || end == text.npos || text.substr(end) != end_line(text.substr(0, end)))
        return {};
    auto lines = text.substr(format.size(), end - format.size());
    IcsIndex index;
    while (!lines.empty()) {
        auto const length = lines.find('\n');
        auto entry = parse_entry(lines.substr(0, length));
        if (!entry || length == lines.npos)
            return {};
        index.push_back(*std::move(entry));
        lines.remove_prefix(length + 1);
    }
    return index;
}

} // namespace eas
