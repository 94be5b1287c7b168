// See dispatch.h.
#include "request/dispatch.h"
#include "base/text.h"
#include "request/answers.h"
#include "request/autodiscover.h"
#include "request/command-request.h"
#include "request/server-location.h"
#include "request/web-site.h"
#include "session/request-line.h"

namespace eas {

namespace {

/// MS-ASHTTP 3.2.5.1
HttpResponse redirect(std::string url)
{
    auto response = refuse(451, "Redirect", "eas_redirect_url: the user's phones belong to " + url);
    response.headers.emplace_back("X-MS-Location", std::move(url));
    return response;
}

bool is_endpoint(std::string_view path)
{
    if (path.ends_with('/'))
        path.remove_suffix(1);
    return equals_ignoring_case(path, endpoint_path);
}

} // namespace

HttpResponse serve(Ports &ports, HttpRequest const &request, AnswerSink &body)
{
    if (is_web_site(request.path)) // says 403 in words
        return serve_web_site(ports, request, body);
    bool const is_command = request.method == "POST" && is_endpoint(request.path);
    if (!ports.settings.enabled && !is_command)
        return refuse(403, "Forbidden", disabled_reason);
    if (is_autodiscover(request.path))
        return serve_autodiscover(ports, request, body);
    if (!is_endpoint(request.path))
        return refuse(404, "Not Found", "no such path: " + sanitize_utf8(request.path));
    if (ports.settings.enabled)
        if (auto there = other_server(ports, request))
            return redirect(std::move(*there));
    if (request.method == "OPTIONS")
        return options();
    if (request.method != "POST") {
        auto response = refuse(501, "Not Implemented", "method is not supported: " + request.method);
        response.headers.emplace_back("Allow", "OPTIONS,POST");
        return response;
    }
    auto line = parse_query(request.query);
    if (!line)
        return bad_request(line.error().message);
    auto device_id = line->device_fault.empty() ? line->device_id : std::string();
    auto response = run_command(ports, request, std::move(*line), body);
    response.device_id = std::move(device_id);
    return response;
}

} // namespace eas
