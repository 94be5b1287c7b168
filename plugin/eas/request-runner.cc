// See request-runner.h. The fields of the event are those of Dovecot's own imap_command_finished where they
// mean the same.
#include "eas/request-runner.h"
#include "base/text.h"
#include "commands/command.h"
#include "eas/user-ports.h"
#include "request/autodiscover.h"
#include "session/request-line.h"
#include <algorithm>
#include <exception>

namespace eas {

namespace {

std::unique_ptr<ParkingLot> process_parking_lot;

/// A new request of a device that can wait ends the wait of an earlier one. MS-ASCMD 2.2.3.84, 2.2.3.197.
bool ends_other_waits(RequestLine const &line)
{
    return line.command == "Ping" || line.command == "Sync";
}

bool has_content(HttpResponse const &response)
{
    return std::ranges::any_of(response.headers,
                               [](auto const &header) { return header.first == "Content-Type"; });
}

} // namespace

HttpResponse failure(int status, char const *reason, std::string log)
{
    HttpResponse response;
    response.status = status;
    response.reason = reason;
    response.log = std::move(log);
    if (status == 503)
        response.headers.emplace_back("Retry-After", "30");
    return response;
}

/// As metrics are grouped by it: one of few values, whatever clients send.
std::string version_name(HttpRequest const &request)
{
    auto const line = parse_query(request.query);
    auto const version =
        line && line->version ? line->version : parse_version(trim(request.header("MS-ASProtocolVersion")));
    auto const known = version ? parse_version(to_string(*version)) : std::nullopt;
    return known ? std::string(to_string(*known)) : "";
}

/// Likewise.
std::string command_name(HttpRequest const &request)
{
    if (is_autodiscover(request.path))
        return "Autodiscover";
    auto const line = parse_query(request.query);
    if (line && !line->command.empty())
        return find_command(line->command) ? line->command : "unknown";
    return request.method == "OPTIONS" || request.method == "GET" || request.method == "POST" ? request.method
                                                                                              : "unknown";
}

std::string device_id_of(HttpRequest const &request)
{
    auto const line = parse_query(request.query);
    return line ? line->device_id : "";
}

RequestRunner::RequestRunner(UserSession const &session)
    : m_session(session), m_repeats(session.settings().repeat_limit), m_content_log(session)
{}

RequestRunner::~RequestRunner()
{
    event_unref(&m_command_event);
}

void RequestRunner::begin()
{
    event_unref(&m_command_event);
    m_command_event = event_create(m_session.event());
    event_set_name(m_command_event, "eas_command_finished");
}

ParkingLot &RequestRunner::parking_lot() const
{
    if (process_parking_lot == nullptr)
        process_parking_lot = std::make_unique<ParkingLot>(m_session.user()->set->base_dir);
    return *process_parking_lot;
}

void RequestRunner::close_parking_lot()
{
    process_parking_lot.reset();
}

HttpResponse RequestRunner::run(HttpRequest const &request, Spool &answer)
{
    DataStackFrame frame;
    auto response = serve_guarded(request, answer);
    m_content_log.add(request, response, answer);
    return response;
}

HttpResponse RequestRunner::serve_guarded(HttpRequest const &request, Spool &answer)
{
    try {
        if (m_ports == nullptr)
            m_ports = std::make_unique<UserPorts>(m_session);
        if (auto refused = refuse_repeated(request))
            return *refused;
        if (auto const line = parse_query(request.query); line && !request.resumed && ends_other_waits(*line))
            parking_lot().end_other_waits(request.user, line->device_id);
        auto response = serve(m_ports->ports(), request, answer);
        if (!has_content(response))
            answer.clear(); // the command failed when part of its answer was there
        return response;
    } catch (std::exception const &exception) {
        answer.clear();
        return failure(500, "Internal Server Error", std::string("failed: ") + exception.what());
    }
}

std::optional<HttpResponse> RequestRunner::refuse_repeated(HttpRequest const &request)
{
    if (request.resumed)
        return std::nullopt;
    auto const now = Instant::from_seconds(time(nullptr));
    auto const verdict = m_repeats.check(request.query, request.body, now);
    if (verdict == RepeatLimiter::Verdict::serve)
        return std::nullopt;
    auto response =
        failure(503, "Service Unavailable",
                "the device is in a loop: it has sent the same request over eas_repeat_limit times");
    response.headers.emplace_back("X-MS-ASThrottle", "RecentCommands");
    response.log_as_debug = verdict == RepeatLimiter::Verdict::refuse;
    return response;
}

void RequestRunner::log(HttpRequest const &request, HttpResponse const &response, Account const &account)
{
    DataStackFrame frame;
    std::string const command = command_name(request);
    string_t *text = t_str_new(256);
    str_printfa(text, "%s device=%s status=%d in=%zu out=%" PRIu64 " ms=%" PRIu64,
                str_sanitize(command.c_str(), 64),
                response.device_id.empty() ? "-" : str_sanitize(response.device_id.c_str(), 64),
                response.status, request.body.size(), account.bytes_out, (account.microseconds + 500) / 1000);
    if (request.resumed)
        str_append(text, " resumed");
    if (account.parked)
        str_printfa(text, " waits=%us", response.wait->seconds);
    if (!response.log.empty())
        str_printfa(text, " %s", str_sanitize(response.log.c_str(), 500));

    struct event *event = m_command_event;
    event_add_str(event, "cmd", command.c_str());
    event_add_str(event, "device_id", response.device_id.c_str());
    event_add_str(event, "protocol_version", version_name(request).c_str());
    event_add_int(event, "status", response.status);
    event_add_int(event, "net_in_bytes", request.body.size());
    event_add_int(event, "net_out_bytes", account.bytes_out);
    event_add_int(event, "running_usecs", account.microseconds);
    event_add_str(event, "parked", account.parked ? "yes" : "no");
    bool const is_refusal = response.status == 501 || response.status == 503 || response.is_clients_fault;
    if (response.log_as_debug)
        e_debug(event, "%s", str_c(text));
    else if (response.status >= 500 && !is_refusal)
        e_error(event, "%s", str_c(text));
    else if (response.log_as_warning || response.status == 503)
        e_warning(event, "%s", str_c(text));
    else
        e_info(event, "%s", str_c(text));
    event_unref(&m_command_event);
}

} // namespace eas
