// What a connection remains while it waits in eas-ping, made of what eas-login said of it and back.
#pragma once
#include "eas/user-session.h"
#include "login/hand-over.h"
#include "ping/park-message.h"

namespace eas {

struct ConnectionFacts {
    ConnectionCredentials credentials;
    ConnectionOrigin origin;
    int64_t logged_in = 0; ///< seconds since 1970: when eas-login authenticated it
    bool close_after_answer = false;
};

/// `unread`: input that was read but not used.
ConnectionRecord connection_record(UserSession const &session, ConnectionFacts const &facts,
                                   std::string_view unread);

/// Nothing if the record is not of this version.
std::optional<ConnectionFacts> facts_of(ConnectionRecord const &record);

} // namespace eas
