// Which conversations the user has set to be moved always (MS-ASCON 2.2.2.8), under "conversations/moves": it
// is the user's wish, whichever device told it. What was there is moved at once; what arrives later, by the
// first Sync of the folder where it arrives.
#pragma once
#include "base/result.h"
#include "ports/mail-store.h"
#include "ports/state-store.h"
#include <vector>

namespace eas {

struct ConversationMove {
    ConversationKey conversation = 0;
    FolderId destination;
    int64_t since_seconds = 0; ///< messages that were received earlier stay where the user puts them
    bool operator==(ConversationMove const &) const = default;
};

class ConversationMoves {
public:
    static constexpr size_t remembered = 500; ///< the oldest one is forgotten

    /// Of a damaged value nothing is remembered.
    static Result<ConversationMoves> load(StateStore &store);
    /// Null if a message of that conversation stays where it has arrived.
    ConversationMove const *find(ConversationKey conversation, Instant received) const;
    bool has_destination(FolderId const &id) const;

    /// Adds a rule in place of the one that the conversation has. Other requests may do the same.
    static Result<void> add(StateStore &store, ConversationMove const &move);
    /// Ends the rule that brings the conversation to that folder.
    static Result<void> end(StateStore &store, ConversationKey conversation, FolderId const &destination);

private:
    Result<void> save(StateStore &store) const;

    std::vector<ConversationMove> m_moves; ///< the newest last
};

} // namespace eas
