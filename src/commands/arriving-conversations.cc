// See the header.
#include "commands/arriving-conversations.h"
#include "mapping/conversation.h"
#include <algorithm>

namespace eas {

std::optional<FolderId> ArrivingConversations::destination(Email const &email)
{
    if (!m_moves) {
        auto loaded = ConversationMoves::load(m_session.ports.state);
        m_moves = loaded ? std::move(*loaded) : ConversationMoves();
    }
    auto const key = email.conversation_id ? conversation_key(email.conversation_id->value) : std::nullopt;
    if (!key || !email.date_received)
        return std::nullopt;
    auto const *move = m_moves->find(*key, *email.date_received);
    if (!move || move->destination == m_folder_id || !folder_takes_part())
        return std::nullopt;
    return move->destination;
}

/// As in move-conversation.cc: the user's own folders but Sent.
bool ArrivingConversations::folder_takes_part()
{
    if (!m_takes_part) {
        auto const folders = m_session.ports.mail.folders();
        m_takes_part =
            folders && std::ranges::any_of(*folders, [&](MailFolder const &folder) {
                return folder.id == m_folder_id && folder.is_own && folder.special_use != SpecialUse::sent;
            });
    }
    return *m_takes_part;
}

} // namespace eas
