// See ics-index.h.
#include "stores/ics-index.h"
#include "base/fields.h"
#include "base/quick-hash.h"
#include <algorithm>
#include <charconv>

namespace eas {

namespace {

constexpr std::string_view format = "format 3\n", end_name = "end ";

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

bool is_as_written(std::string_view escaped)
{
    return escaped != "-" && escaped.find('%') == escaped.npos;
}

std::string unescaped(std::string_view escaped)
{
    return escaped == "-" ? std::string() : percent_decode(escaped).value_or("");
}

void add_number(std::string &line, uint64_t number)
{
    char digits[16];
    line.append(digits, std::to_chars(digits, digits + sizeof digits, number, 16).ptr);
}

std::string end_line(std::string_view lines)
{
    std::string line(end_name);
    add_number(line, quick_hash(lines));
    return line + '\n';
}

CalendarItemKind kind_of(IcsState state)
{
    return state == IcsState::task ? CalendarItemKind::task : CalendarItemKind::event;
}

} // namespace

CalendarItem IcsEntry::item() const
{
    return {id, uid, version, kind_of(state)};
}

std::string IcsEntry::line() const
{
    auto line = id + ' ';
    add_number(line, token);
    line.append({' ', static_cast<char>(state)});
    for (auto const *each : {&version, &name, &uid})
        add_piece(line, *each);
    return line;
}

std::optional<IcsRow> IcsRow::parse(std::string_view line)
{
    IcsRow row;
    row.id = take_piece(line);
    auto const token = take_piece(line);
    auto const number = std::from_chars(token.data(), token.data() + token.size(), row.token, 16);
    auto const state = parse_state(take_piece(line));
    row.version = take_piece(line);
    row.escaped_name = take_piece(line);
    row.escaped_uid = line;
    bool const is_whole = number.ec == std::errc() && number.ptr == token.data() + token.size() && state;
    if (!is_whole || row.id.empty() || row.version.empty() || row.escaped_name.empty() || line.empty())
        return {};
    row.state = *state;
    return row;
}

IcsEntry IcsRow::entry() const
{
    return {std::string(id),       token, state, unescaped(version), unescaped(escaped_name),
            unescaped(escaped_uid)};
}

CalendarItemView IcsRow::item(std::string &decoded) const
{
    bool const is_plain = is_as_written(escaped_uid);
    if (!is_plain)
        decoded = unescaped(escaped_uid);
    return {id, is_plain ? escaped_uid : std::string_view(decoded), version, kind_of(state)};
}

std::string ics_index_key(std::string_view collection_id)
{
    return "calendar/index-" + std::string(collection_id);
}

std::string serialize(IcsIndex const &index)
{
    std::string text(format);
    index.append_to(text);
    text += end_line(text);
    return text;
}

IcsIndex parse_ics_index(std::string text)
{
    auto const end = text.rfind(end_name);
    if (!text.starts_with(format) || end == text.npos ||
        std::string_view(text).substr(end) != end_line(std::string_view(text).substr(0, end)))
        return {};
    auto const shared = std::make_shared<std::string const>(std::move(text));
    return IcsIndex::parse(shared, std::string_view(*shared).substr(format.size(), end - format.size()))
        .value_or(IcsIndex());
}

} // namespace eas
