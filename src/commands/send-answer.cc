// See send-answer.h.
#include "commands/send-answer.h"

namespace eas {

namespace {

struct SendResponse {
    int status;
};

} // namespace

template <> struct Schema<SendResponse> {
    static constexpr auto properties = Rows{property(Tag::ComposeMail_Status, &SendResponse::status)};
};

Result<void> answer_send(Session &session, Tag root, std::optional<SendFailure> const &failure,
                         CommandOutput &output)
{
    if (!failure)
        return {};
    session.log_note = failure->error.message;
    return write_document(output.sink, root, SendResponse{failure->status}, session.version);
}

} // namespace eas
