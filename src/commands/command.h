// What a command is: a typed request, a typed response and a function between them. One command is one
// file; command-table.cc has the row that names it.
#pragma once
#include "base/answer-sink.h"
#include "base/result.h"
#include "schema/schema.h"
#include "session/session.h"
#include "wbxml/element.h"
#include "wbxml/encoder.h"
#include <span>
#include <string>
#include <string_view>

namespace eas {

/// Where a command's answer goes. Nothing written: an answer without a body.
struct CommandOutput {
    AnswerSink &sink;
    std::string content_type = "application/vnd.ms-sync.wbxml";
};

/// `document` is null for a request without WBXML. What EAS has a Status for, the command answers itself;
/// an Error that it returns becomes one by the dispatcher: bad_request the malformed_status, temporary
/// HTTP 503, anything else HTTP 500.
using CommandFunction = Result<void> (*)(Session &, Element const *document, CommandOutput &);

struct Command {
    std::string_view name; ///< as in the URL; MS-ASHTTP 2.2.1.1.1.2.1
    ProtocolVersion since;
    Tag root;             ///< of the request and of the response; no tag: neither is WBXML
    Tag status;           ///< the Status below the response's root
    int malformed_status; ///< Status of a request whose elements break the schema; 0: the common 103
    bool empty_allowed;   ///< an empty body is a request too
    bool needs_policy;    ///< refused while a required policy is not acknowledged
    CommandFunction run;
    ProtocolVersion until = v16_1;
    Tag result = {}; ///< what holds the Status, if it is not directly below the root
};

/// All commands that work; OPTIONS announces them in this order.
std::span<Command const> command_table();
Command const *find_command(std::string_view name);

/// Writes a whole response document.
template <class Response>
Result<void> write_document(Sink &sink, Tag root, Response const &response, ProtocolVersion version)
{
    Encoder encoder(sink);
    write(encoder, root, response, version);
    return encoder.finish();
}

/// Makes a CommandFunction of a handler `Result<Response> handle(Session &, Request const &)`.
/// A Response with is_empty() true is answered without a body.
template <Tag root, class Request, class Response, Result<Response> (*handle)(Session &, Request const &)>
Result<void> run_typed(Session &session, Element const *document, CommandOutput &output)
{
    Request request;
    if (document) {
        auto decoded = read<Request>(*document, session.version);
        if (!decoded)
            return decoded.error();
        request = std::move(*decoded);
    }
    auto response = handle(session, request);
    if (!response)
        return response.error();
    if constexpr (requires { response->is_empty(); }) {
        if (response->is_empty())
            return {};
    }
    return write_document(output.sink, root, *response, session.version);
}

} // namespace eas
