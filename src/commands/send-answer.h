// The answer of SendMail, SmartReply and SmartForward. MS-ASCMD 2.2.1.17.
#pragma once
#include "commands/command.h"
#include "services/sending.h"
#include <optional>

namespace eas {

/// 14.0 on: nothing for success, else a document with the Status below `root`.
Result<void> answer_send(Session &session, Tag root, std::optional<SendFailure> const &failure,
                         CommandOutput &output);

} // namespace eas
