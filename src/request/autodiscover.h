// Autodiscover: a phone knows an address and a password and asks where the server is. Plain XML ("POX", the
// mobilesync schema of MS-ASCMD 2.2.1.1, 6.2 to 6.4) and the JSON that newer clients ask for. It stands
// beside the command table, since its requests are no WBXML, have no device and no protocol version.
#pragma once
#include "request/dispatch.h"

namespace eas {

/// Whether a path is Autodiscover's, in any case: /autodiscover/autodiscover.xml,
/// /autodiscover/autodiscover.json and what may follow it.
bool is_autodiscover(std::string_view path);

/// POST of the XML document: where the server is, or an Error that says what is wrong (MS-ASCMD 2.2.3.63).
/// GET of it: HTTP 302 to the name in eas_server_name, 405 if the client is there already. GET of the JSON:
/// the URL for its parameter Protocol (ActiveSync, AutodiscoverV1), 400 for another.
HttpResponse serve_autodiscover(Ports &ports, HttpRequest const &request, Sink &body);

} // namespace eas
