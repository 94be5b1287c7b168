// Move, one of the operations of ItemOperations: a conversation goes to a folder, now and for the future;
// with Deleted Items as the folder it is ignored. MS-ASCON 3.2.5.3, MS-ASCMD 2.2.3.117.1.
#pragma once
#include "commands/item-operations-messages.h"
#include "session/session.h"

namespace eas {

MoveResponse move_conversation(Session &session, MoveRequest const &request);

} // namespace eas
