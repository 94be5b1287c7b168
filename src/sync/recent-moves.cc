// See recent-moves.h.
#include "sync/recent-moves.h"
#include "base/fields.h"
#include <algorithm>
#include <ranges>

namespace eas {

namespace {

constexpr std::string_view format_name = "eas-moves";
constexpr uint64_t format_version = 1;

} // namespace

Result<RecentMoves> RecentMoves::load(StateStore &store, std::string const &key)
{
    auto value = store.get(key);
    if (!value)
        return value.error();
    RecentMoves moves;
    auto const text = value->value_or("");
    auto fields = parse_fields(text);
    if (fields.empty() || fields.front().name != format_name || fields.front().number() != format_version)
        return moves;
    for (auto &field : fields) {
        auto pieces = split_pieces(field.value);
        if (field.name == "moved" && pieces.size() == 2)
            moves.m_moves.push_back({pieces[0], pieces[1]});
    }
    return moves;
}

Result<void> RecentMoves::save(StateStore &store, std::string const &key) const
{
    FieldWriter out;
    out.add(format_name, format_version);
    auto kept = std::min(m_moves.size(), std::max(remembered, m_added));
    for (auto &move : std::views::drop(m_moves, static_cast<std::ptrdiff_t>(m_moves.size() - kept)))
        out.add("moved", join_pieces({move.source, move.destination}));
    return store.set(key, out.text);
}

void RecentMoves::add(std::string source, std::string destination)
{
    m_moves.push_back({std::move(source), std::move(destination)});
    ++m_added;
}

std::string_view RecentMoves::find(std::string_view source) const
{
    auto newest_first = std::views::reverse(m_moves);
    auto found = std::ranges::find(newest_first, source, &Move::source);
    return found == newest_first.end() ? std::string_view() : found->destination;
}

} // namespace eas
