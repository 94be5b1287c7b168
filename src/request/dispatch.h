// One HTTP request in, one HTTP answer out: which site it is for, the protocol's endpoint or one beside it.
// The host (plugin/eas) knows HTTP and sockets; what the bytes mean is decided here.
#pragma once
#include "base/answer-sink.h"
#include "request/http-message.h"

namespace eas {

/// Never throws on purpose; bad_alloc and bugs are the host's boundary to catch.
/// The body is written to `body`; a failing sink makes the status 503.
HttpResponse serve(Ports &ports, HttpRequest const &request, AnswerSink &body);

} // namespace eas
