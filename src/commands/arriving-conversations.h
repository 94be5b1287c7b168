// What arrives in a conversation that is set to be moved always (sync/conversation-moves.h) goes to the
// conversation's folder when a device would be told of it. MS-ASCON 3.2.5.3.2.
#pragma once
#include "items/email.h"
#include "session/session.h"
#include "sync/conversation-moves.h"
#include <optional>

namespace eas {

class ArrivingConversations {
public:
    /// `folder_id` is the folder that is synchronised.
    ArrivingConversations(Session &session, FolderId const &folder_id)
        : m_session(session), m_folder_id(folder_id)
    {}

    /// Where a message of that folder has to go; nothing if it stays. Reads the user's rules when first
    /// asked.
    std::optional<FolderId> destination(Email const &email);

private:
    bool folder_takes_part();

    Session &m_session;
    FolderId const &m_folder_id;
    std::optional<ConversationMoves> m_moves;
    std::optional<bool> m_takes_part;
};

} // namespace eas
