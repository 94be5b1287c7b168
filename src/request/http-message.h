// An HTTP request and its answer, without what the host (plugin/eas) does itself: connections, lengths,
// bodies.
#pragma once
#include "session/session.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eas {

struct HttpRequest {
    std::string method;                                       ///< "POST"
    std::string path;                                         ///< decoded, without the query
    std::string query;                                        ///< as it came, without '?'
    std::vector<std::pair<std::string, std::string>> headers; ///< names as they came
    std::string_view body;                                    ///< must stay alive until serve() returns
    std::string user;                                         ///< authenticated, full name
    std::string client_address;                               ///< "192.0.2.7"; "" if the host does not know
    bool resumed = false;                                     ///< run again after it was parked
    std::optional<uint32_t> wait_left_seconds;                ///< when resumed: what is left of its wait

    /// The value of a header field, any case; "" if absent.
    std::string_view header(std::string_view name) const;
};

struct HttpResponse {
    int status = 200;
    std::string reason = "OK";
    std::vector<std::pair<std::string, std::string>> headers; ///< without Content-Length and Connection
    std::optional<Wait> wait; ///< park the connection; the body is the answer when nothing changes
    std::string device_id;    ///< "" before it is known
    std::string log;          ///< one line for the request's log entry
    bool log_as_warning = false;
    bool log_as_debug = false; ///< the admin was told before
    bool is_clients_fault =
        false; ///< a 5xx that the protocol wants for what is not there: nothing for an admin
};

} // namespace eas
