// A request to the protocol's endpoint: finds the command in the command table, checks version, device and
// policy, decodes, runs its handler under the device's lock, saves what is known of the device.
#pragma once
#include "base/answer-sink.h"
#include "request/http-message.h"
#include "session/request-line.h"

namespace eas {

/// `line` is the parsed query. The answer's document goes to `body`; a sink that fails makes the status 503.
HttpResponse run_command(Ports &ports, HttpRequest const &request, RequestLine line, AnswerSink &body);

} // namespace eas
