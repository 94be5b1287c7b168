// What a request and its answer say, as text for a person who looks for a fault: the documents as XML, with
// what is private or long replaced by its size. For users of whom an admin asked for it (eas_debug_users).
#pragma once
#include "request/dispatch.h"
#include "wbxml/element.h"
#include <string>
#include <string_view>

namespace eas {

/// XML, one element a line, indented. Of bodies, attachments, messages, pictures, certificates and passwords
/// only the number of bytes is shown; of other text the first 200 bytes.
std::string readable(Element const &root);

/// Both sides of one request: request line and fields, status and fields, documents. Authorization is never
/// among the fields. `answer`: the answer's body.
std::string content_log_entry(HttpRequest const &request, HttpResponse const &response,
                              std::string_view answer);

} // namespace eas
