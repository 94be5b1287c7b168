// Up to 12.1 the request's body is the message and failures are HTTP statuses; from 14.0 on the message is
// in WBXML, failures are a Status (MS-ASCMD 2.2.2) and success is an answer without a body.
#include "commands/send-mail.h"
#include "commands/send-answer.h"

namespace eas {

/// 14.0 on.
static std::optional<SendFailure> handle(Session &session, Element const *document)
{
    if (!document)
        return bad_send_request(send_status::invalid_content, "SendMail without WBXML");
    auto const request = read<SendRequest>(*document, session.version);
    if (!request)
        return SendFailure{send_status::invalid_xml, request.error()};
    if (auto failure = check_send_request(session, *request))
        return failure;
    return send_message(session, *request->mime, {}, *request->client_id, request->save_in_sent_items);
}

Result<void> run_send_mail(Session &session, Element const *document, CommandOutput &output)
{
    if (session.version > v12_1)
        return answer_send(session, Tag::ComposeMail_SendMail, handle(session, document), output);
    if (document)
        return Error{ErrorKind::bad_request, "SendMail up to 12.1 takes a message, not WBXML"};
    auto const client_id = client_id_of(session.line, session.body);
    if (was_sent(session, client_id)) {
        session.log_note = "sent before";
        return {};
    }
    auto const failure = send_message(session, session.body, {}, client_id, session.line.save_in_sent);
    if (failure &&
        failure->status == send_status::invalid_mime) // MS-ASCMD 2.2.2: HTTP 500, of this command alone
        return Error{ErrorKind::not_found, failure->error.message};
    return failure ? Result<void>(failure->error) : Result<void>();
}

} // namespace eas
