// See conversation-moves.h.
#include "sync/conversation-moves.h"
#include "base/fields.h"
#include <algorithm>

namespace eas {

namespace {

constexpr std::string_view lock_key = "conversations", state_key = "conversations/moves";
constexpr std::string_view format_name = "eas-conversation-moves";
constexpr uint64_t format_version = 1;

} // namespace

Result<ConversationMoves> ConversationMoves::load(StateStore &store)
{
    auto const value = store.get(state_key);
    if (!value)
        return value.error();
    ConversationMoves moves;
    auto const text = value->value_or("");
    auto const fields = parse_fields(text);
    if (fields.empty() || fields.front().name != format_name || fields.front().number() != format_version)
        return moves;
    for (auto const &field : fields) {
        auto const pieces = split_pieces(field.value);
        if (field.name != "move" || pieces.size() != 3)
            continue;
        auto const conversation = parse_unsigned(pieces[0]);
        auto const since = parse_signed(pieces[2]);
        if (conversation && since)
            moves.m_moves.push_back({*conversation, pieces[1], *since});
    }
    return moves;
}

ConversationMove const *ConversationMoves::find(ConversationKey conversation, Instant received) const
{
    auto const found = std::ranges::find(m_moves, conversation, &ConversationMove::conversation);
    return found == m_moves.end() || received.seconds() < found->since_seconds ? nullptr : &*found;
}

bool ConversationMoves::has_destination(FolderId const &id) const
{
    return std::ranges::find(m_moves, id, &ConversationMove::destination) != m_moves.end();
}

Result<void> ConversationMoves::add(StateStore &store, ConversationMove const &move)
{
    auto const lock = store.lock(lock_key);
    if (!lock)
        return lock.error();
    auto moves = load(store);
    if (!moves)
        return moves.error();
    std::erase_if(moves->m_moves, [&](auto &each) { return each.conversation == move.conversation; });
    moves->m_moves.push_back(move);
    if (moves->m_moves.size() > remembered)
        moves->m_moves.erase(moves->m_moves.begin());
    return moves->save(store);
}

Result<void> ConversationMoves::end(StateStore &store, ConversationKey conversation,
                                    FolderId const &destination)
{
    auto const lock = store.lock(lock_key);
    if (!lock)
        return lock.error();
    auto moves = load(store);
    if (!moves)
        return moves.error();
    auto const ended = std::erase_if(moves->m_moves, [&](auto &each) {
        return each.conversation == conversation && each.destination == destination;
    });
    return ended == 0 ? Result<void>() : moves->save(store);
}

Result<void> ConversationMoves::save(StateStore &store) const
{
    FieldWriter out;
    out.add(format_name, format_version);
    for (auto const &move : m_moves)
        out.add("move", join_pieces({std::to_string(move.conversation), move.destination,
                                     std::to_string(move.since_seconds)}));
    return store.set(state_key, out.text);
}

} // namespace eas
