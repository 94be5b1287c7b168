// The part of HttpConnection between a request that is complete and an answer that can be sent: whose
// request it is, running it, letting it wait. Input and output are in http-connection.cc.
#include "base/text.h"
#include "eas/http-connection.h"
#include "eas/relogin.h"
#include "login/fingerprint.h"
#include "request/http-compression.h"
#include <algorithm>
#include <chrono>

namespace eas {

namespace {

/// RFC 9112 3.2: the origin form, or the absolute form without its authority.
void split_target(std::string_view target, HttpRequest &request)
{
    if (size_t const scheme = target.find("://"); scheme < 6) {
        size_t const path = target.find('/', scheme + 3);
        target = path == target.npos ? "/" : target.substr(path);
    }
    size_t const query = target.find('?');
    std::string_view const path = target.substr(0, query);
    request.path = percent_decode(path).value_or(std::string(path));
    if (query != target.npos)
        request.query = target.substr(query + 1);
}

/// A packet's worth: below that there is nothing to gain.
constexpr uint64_t fewest_compressed_bytes = 1024;

/// Only what EAS itself says, as WBXML: attachments are compressed mostly, and what a page for people repeats
/// of its request must not be measurable beside its secrets.
bool is_worth_compressing(HttpResponse const &response, uint64_t bytes)
{
    return bytes >= fewest_compressed_bytes && bytes <= Spool::max_memory_bytes &&
           std::ranges::any_of(response.headers, [](auto const &field) {
               return field.first == "Content-Type" && field.second == "application/vnd.ms-sync.wbxml";
           });
}

void compress(HttpResponse &response, Spool &answer)
{
    if (!is_worth_compressing(response, answer.size()))
        return;
    auto const body = answer.view();
    auto const compressed = body ? gzip(*body) : std::string();
    if (compressed.empty() || compressed.size() >= body->size())
        return;
    answer.clear();
    (void)answer.write(compressed); // into memory, where it cannot fail
    response.headers.emplace_back("Content-Encoding", "gzip");
}

} // namespace

// ---- credentials ----

bool HttpConnection::is_for_this_user() const
{
    return m_reader->header().count("Authorization") == 1 &&
           matches(m_facts.credentials, m_reader->header().find("Authorization"));
}

bool HttpConnection::log_in_is_old() const
{
    return time(nullptr) - m_facts.logged_in >= m_session->settings().login_lifetime_seconds;
}

/// Sees to it that a request behind the first one is its user's. False: this connection does not serve it.
bool HttpConnection::authenticate()
{
    if (is_for_this_user() && !log_in_is_old())
        return true;
    if (!m_facts.origin.forwarded) {
        hand_back_to_login();
        return false;
    }
    // Only the front can authenticate: it does when the client connects anew.
    m_facts.close_after_answer = true;
    if (is_for_this_user())
        return true;
    e_info(m_session->event(), "Request with other credentials than those that the front has authenticated");
    m_drain_before_close = true;
    send_status("503 Service Unavailable");
    return false;
}

std::string_view HttpConnection::unread_input() const
{
    size_t size;
    unsigned char const *data = i_stream_get_data(m_input, &size);
    return {reinterpret_cast<char const *>(data), size};
}

void HttpConnection::hand_back_to_login()
{
    ConnectionRecord record = connection_record(*m_session, m_facts, unread_input());
    Relogin relogin;
    relogin.origin = m_facts.origin;
    relogin.remote_ip = std::move(record.remote_ip);
    relogin.remote_port = record.remote_port;
    relogin.local_ip = std::move(record.local_ip);
    relogin.local_port = record.local_port;
    relogin.header = m_reader->raw_header();
    relogin.rest = std::move(record.input);

    e_debug(m_session->event(), "Request to be authenticated: the connection goes back to eas-login");
    if (auto const sent = send_to_login(m_session->user()->set->base_dir, relogin, m_fd); sent) {
        return close("To be authenticated");
    } else {
        e_error(m_session->event(), "%s", sent.error().message.c_str());
    }
    m_facts.close_after_answer = true;
    send_status("503 Service Unavailable");
}

// ---- answers ----

bool HttpConnection::refused()
{
    e_info(m_session->event(), "Request refused with %s: %s", m_reader->refusal(),
           m_reader->refusal_reason().c_str());
    m_facts.close_after_answer = m_drain_before_close = true;
    send_status(m_reader->refusal());
    return true;
}

HttpRequest HttpConnection::make_request()
{
    RequestHeader const &header = m_reader->header();
    HttpRequest request;
    request.method = header.method == "HEAD" ? "GET" : header.method; // send() keeps the body back
    split_target(header.target, request);
    for (RequestHeader::Field const &field : header.fields)
        if (!equals_ignoring_case(field.name, "Authorization"))
            request.headers.emplace_back(field.name, field.value);
    request.user = m_session->user()->username;
    if (struct ip_addr const *ip = m_session->user()->conn.remote_ip; ip != nullptr)
        request.client_address = net_ip2addr(ip);
    return request;
}

void HttpConnection::serve_request()
{
    HttpRequest request = make_request();
    m_runner->begin();
    if (auto const body = m_reader->body().view(); body) {
        request.body = *body;
        serve(request);
    } else {
        Spool nothing(m_session->temp_prefix());
        auto const response = failure(503, "Service Unavailable", body.error().message);
        send(response, nothing);
        m_runner->log(request, response, {});
    }
}

void HttpConnection::serve_resumed()
{
    auto const resumed = std::exchange(m_resumed, std::nullopt);
    auto const saved = decode_request(resumed->request);
    if (!saved) {
        e_error(m_session->event(), "eas-ping gave back a request that cannot be read");
        m_facts.close_after_answer = true;
        return send_status("503 Service Unavailable");
    }
    m_runner->begin();
    serve(restore_request(*saved, *resumed), &*resumed);
}

void HttpConnection::serve(HttpRequest const &request, ResumeMessage const *resumed)
{
    auto const began = std::chrono::steady_clock::now();
    m_device_id = device_id_of(request);
    tell_status(command_name(request));
    Spool answer(m_session->temp_prefix());
    HttpResponse response = m_runner->run(request, answer);
    bool parked = false;
    if (response.wait) {
        parked = park(request, response, answer, resumed);
        if (!parked && response.wait) { // not "nothing changed" at once: the phone would ask without end
            answer.clear();
            response = failure(503, "Service Unavailable", "cannot wait: eas-ping is out of reach");
        }
    }
    io_loop_time_refresh();
    if (!parked && accepts_gzip(request.header("Accept-Encoding")))
        compress(response, answer);
    uint64_t const bytes_out = answer.size();
    if (!parked)
        send(response, answer);
    auto const took = std::chrono::steady_clock::now() - began;
    m_runner->log(request, response,
                  {parked ? 0 : bytes_out,
                   static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()),
                   parked});
    if (parked)
        close("Waits in eas-ping");
}

/// Whether eas-ping has the connection now. If something changed meanwhile, `response` and `answer` are
/// the new ones, without a wait.
bool HttpConnection::park(HttpRequest const &request, HttpResponse &response, Spool &answer,
                          ResumeMessage const *resumed)
{
    auto const unchanged_body = answer.view();
    if (!unchanged_body)
        return false;
    std::string const unchanged = head_of(response, unchanged_body->size()).append(*unchanged_body);
    HttpRequest again = request;
    again.resumed = true;
    again.wait_left_seconds = response.wait->seconds;
    ConnectionRecord const record = connection_record(*m_session, m_facts, unread_input());
    std::string const calendar_directory = m_session->calendar_directory();
    ParkOrder const order = {m_session->user(),
                             m_fd,
                             record,
                             request,
                             *response.wait,
                             response.device_id,
                             unchanged,
                             calendar_directory,
                             m_facts.close_after_answer ? 0 : rest_seconds,
                             resumed};
    auto const changed = [&] {
        Spool new_answer(m_session->temp_prefix());
        HttpResponse new_response = m_runner->run(again, new_answer);
        if (new_response.wait)
            return false;
        response = std::move(new_response);
        answer = std::move(new_answer);
        return true;
    };
    DataStackFrame frame;
    return m_runner->parking_lot().park(order, changed) == ParkResult::parked;
}

std::string HttpConnection::head_of(HttpResponse const &response, uint64_t body_bytes) const
{
    DataStackFrame frame;
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " + response.reason + "\r\n";
    head.append("Date: ").append(http_date_create(ioloop_time)).append("\r\n");
    for (auto const &[name, value] : response.headers)
        head.append(name).append(": ").append(value).append("\r\n");
    head.append("Content-Length: ").append(std::to_string(body_bytes)).append("\r\n");
    return head.append("Connection: ")
        .append(m_facts.close_after_answer ? "close" : "keep-alive")
        .append("\r\n\r\n");
}

void HttpConnection::send(HttpResponse const &response, Spool &body)
{
    std::string const head = head_of(response, body.size());
    if (m_reader->header().method == "HEAD")
        body.clear();
    auto const stream = body.release_as_stream();
    if (!stream) {
        e_error(m_session->event(), "%s", stream.error().message.c_str());
        return send_status("503 Service Unavailable");
    }
    begin_sending(head, *stream);
}

} // namespace eas
