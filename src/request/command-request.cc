// See command-request.h. Each step either answers or hands on to the next; what EAS has a Status for is told
// as one from 14.0 on, by HTTP before (MS-ASCMD 2.2.2).
#include "request/command-request.h"
#include "base/text.h"
#include "commands/command.h"
#include "device/admission.h"
#include "device/devices.h"
#include "device/policy.h"
#include "device/quarantine-mail.h"
#include "request/answers.h"
#include "request/gate.h"
#include "wbxml/decoder.h"
#include <algorithm>
#include <limits>

namespace eas {

namespace {

constexpr std::string_view wbxml_types[] = {"application/vnd.ms-sync.wbxml", "application/vnd.ms-sync"};

/// MS-ASCMD 2.2.2
namespace common_status {
constexpr int invalid_content = 101, invalid_wbxml = 102, invalid_xml = 103, invalid_device_id = 108,
              invalid_device_type = 109, over_quota = 113, user_is_disabled = 126,
              version_not_supported = 138;
}

constexpr char provision_reason[] = "Retry after sending a PROVISION command"; // MS-ASHTTP 2.2.2.1.1

/// The media type of a Content-Type value, without its parameters.
std::string_view media_type(std::string_view value)
{
    return trim(value.substr(0, value.find(';')));
}

bool is_wbxml(std::string_view content_type)
{
    for (auto type : wbxml_types)
        if (equals_ignoring_case(media_type(content_type), type))
            return true;
    return false;
}

bool is_mime(std::string_view content_type)
{
    return equals_ignoring_case(media_type(content_type), "message/rfc822");
}

/// Whether the document has anything of MS-ASRM, which up to 14.0 makes it invalid (3.2.5 there): what was to
/// be sent with rights would be sent without.
bool concerns_rights(Element const &element)
{
    return code_page(element.tag) == code_page(Tag::RightsManagement_RightsManagementSupport) ||
           element.tag == Tag::Settings_RightsManagementInformation ||
           std::ranges::any_of(element.children, concerns_rights);
}

/// What answers name again: the published schemas end where the specification does (MS-ASCMD 2.2.3.28.2, 30,
/// 98, 166). MoveItems answers each of its ids alone, or leaves it out.
constexpr struct {
    Tag tag;
    size_t longest;
} id_lengths[] = {{Tag::AirSync_CollectionId, 64},      {Tag::AirSync_ServerId, 64},
                  {Tag::AirSync_ClientId, 64},          {Tag::GetItemEstimate_CollectionId, 64},
                  {Tag::MeetingResponse_RequestId, 64}, {Tag::Search_LongId, 256}};

/// The first element with an id that is too long to be one, or null.
Element const *overlong_id(Element const &element)
{
    for (auto const &[tag, longest] : id_lengths)
        if (element.tag == tag && element.text.size() > longest)
            return &element;
    for (Element const &child : element.children)
        if (auto const *const found = overlong_id(child))
            return found;
    return nullptr;
}

/// One request on its way through the steps; holds what the earlier ones found.
class CommandRequest {
public:
    CommandRequest(Ports &ports, HttpRequest const &request, AnswerSink &body)
        : m_ports(ports), m_request(request), m_body(body)
    {}
    HttpResponse run(RequestLine line);

private:
    HttpResponse refuse_with_status(int status, std::string log);
    HttpResponse refuse_for_storage(Error const &error);
    HttpResponse refuse_other_version();
    std::optional<HttpResponse> find_version();
    std::optional<HttpResponse> check_device();
    std::optional<HttpResponse> open_partnership();
    std::optional<HttpResponse> pass_gate();
    HttpResponse serve_admitted();
    std::optional<HttpResponse> decode_body();
    std::optional<HttpResponse> check_policy();
    GateRequest gate_request() const;
    uint32_t policy_key() const;
    HttpResponse call();
    bool has_to_begin_anew(bool begins_anew);
    Result<void> watch_decisions(Wait &wait) const;
    Result<void> keep_device(Session &session);
    HttpResponse call_failed(Error const &error);

    Ports &m_ports;
    HttpRequest const &m_request;
    AnswerSink &m_body;
    RequestLine m_line;
    ProtocolVersion m_version;
    Command const *m_command = nullptr;
    std::unique_ptr<StateStore::Lock> m_lock;
    Device m_device;
    std::string m_note; ///< of the gate
    bool m_is_news = false;
    std::optional<QuarantineMail> m_quarantine_mail;
    std::optional<Ports> m_quarantine_ports; ///< in place of m_ports, for a device in quarantine
    std::optional<Element> m_document;
};

HttpResponse CommandRequest::run(RequestLine line)
{
    m_line = std::move(line);
    m_line.accept_multi_part |= equals_ignoring_case(trim(m_request.header("MS-ASAcceptMultiPart")), "T");
    m_command = find_command(m_line.command);
    if (!m_command)
        return refuse(501, "Not Implemented", "command is not supported: " + sanitize_utf8(m_line.command));
    if (auto refused = find_version())
        return *refused;
    if (m_version < m_command->since || m_version > m_command->until)
        return refuse_other_version();
    if (!m_ports.settings.enabled) // MS-ASCMD 2.2.2
        return m_version < v14_0 || m_command->status == Tag{}
                   ? refuse(403, "Forbidden", disabled_reason)
                   : refuse_with_status(common_status::user_is_disabled, disabled_reason);
    if (auto refused = check_device())
        return *refused;
    if (auto refused = open_partnership())
        return *refused;
    if (auto refused = pass_gate())
        return *refused;
    auto response = serve_admitted();
    if (!m_note.empty())
        response.log = m_note + ' ' + response.log;
    response.log_as_warning |= m_is_news;
    return response;
}

HttpResponse CommandRequest::serve_admitted()
{
    if (auto refused = decode_body())
        return *refused;
    if (auto refused = check_policy())
        return *refused;
    return call();
}

/// Locks and loads what is known of the device.
std::optional<HttpResponse> CommandRequest::open_partnership()
{
    auto lock = m_ports.state.lock("device/" + m_line.device_id);
    if (!lock)
        return refuse_for_storage(lock.error());
    m_lock = std::move(*lock);
    auto device = load_device(m_ports.state, m_line.device_id);
    if (!device)
        return unavailable(device.error().message);
    m_device = std::move(*device);
    return {};
}

std::optional<HttpResponse> CommandRequest::pass_gate()
{
    auto passage = eas::pass_gate(m_ports, gate_request(), m_device);
    if (!passage)
        return refuse_for_storage(passage.error());
    m_note = std::move(passage->note);
    m_is_news = passage->is_news;
    if (auto const &refusal = passage->refusal) {
        bool const is_forbidden = refusal->http_status == 403;
        auto response = m_version >= v14_0 ? refuse_with_status(refusal->status, m_note)
                        : is_forbidden     ? refuse(403, "Forbidden", m_note)
                                           : refuse(449, provision_reason, m_note);
        response.log_as_warning = m_is_news;
        return response;
    }
    if (passage->quarantined) {
        m_quarantine_mail.emplace(m_ports.settings, m_device, m_request.user);
        m_quarantine_ports.emplace(*m_quarantine_mail, m_ports.state, m_ports.submission, m_ports.clock,
                                   m_ports.settings);
    }
    return {};
}

GateRequest CommandRequest::gate_request() const
{
    return {.command = m_command->name,
            .version = m_version,
            .device_type = m_line.device_type,
            .user_agent = m_request.header("User-Agent"),
            .client_address = m_request.client_address,
            .has_policy_key = m_line.policy_key || !m_request.header("X-MS-PolicyKey").empty()};
}

/// The answer of a command that was not run: <Command><Status>status</Status></Command>.
HttpResponse CommandRequest::refuse_with_status(int status, std::string log)
{
    Encoder encoder(m_body);
    encoder.start(m_command->root);
    if (m_command->result != Tag{})
        encoder.start(m_command->result);
    encoder.element(m_command->status, std::to_string(status));
    if (m_command->result != Tag{})
        encoder.end();
    encoder.end();
    if (auto written = encoder.finish(); !written)
        return unavailable(written.error().message);
    HttpResponse response;
    response.headers = {{"Content-Type", std::string(wbxml_types[0])}};
    response.log = "status=" + std::to_string(status) + ' ' + log;
    return response;
}

/// What cannot be stored or read now: a full disk has a Status from 14.0 on (MS-ASCMD 2.2.2), the rest
/// passes.
HttpResponse CommandRequest::refuse_for_storage(Error const &error)
{
    if (error.kind != ErrorKind::quota)
        return unavailable(error.message);
    if (m_version < v14_0 || m_command->status == Tag{})
        return out_of_space(error.message);
    auto response = refuse_with_status(common_status::over_quota, error.message);
    response.log_as_warning = true;
    return response;
}

/// MS-ASCMD 2.2.2. What has no document of its own cannot carry a Status.
HttpResponse CommandRequest::refuse_other_version()
{
    std::string log =
        std::string(m_command->name) + " is not of version " + std::string(to_string(m_version));
    if (m_version < v14_0)
        return bad_request(std::move(log));
    if (m_command->status == Tag{})
        return refuse(501, "Not Implemented", std::move(log));
    return refuse_with_status(common_status::version_not_supported, std::move(log));
}

std::optional<HttpResponse> CommandRequest::find_version()
{
    auto header = m_request.header("MS-ASProtocolVersion");
    auto version = m_line.version ? m_line.version : parse_version(trim(header));
    auto known = version ? parse_version(to_string(*version)) : std::nullopt;
    if (!known) {
        auto response = bad_request(header.empty() && !m_line.version
                                        ? "MS-ASProtocolVersion is missing"
                                        : "protocol version is not supported: " + sanitize_utf8(header));
        response.headers = options().headers;
        return response;
    }
    m_version = *known;
    return {};
}

std::optional<HttpResponse> CommandRequest::check_device()
{
    if (m_line.device_fault.empty())
        return {};
    if (m_version < v14_0)
        return bad_request(m_line.device_fault);
    bool type = m_line.device_fault.starts_with("DeviceType");
    return refuse_with_status(type ? common_status::invalid_device_type : common_status::invalid_device_id,
                              m_line.device_fault);
}

std::optional<HttpResponse> CommandRequest::decode_body()
{
    auto invalid = [this](int status, std::string log) {
        return m_version < v14_0 ? bad_request(std::move(log)) : refuse_with_status(status, std::move(log));
    };
    auto content_type = m_request.header("Content-Type");
    if (m_request.body.empty()) {
        if (m_command->empty_allowed)
            return {};
        return invalid(common_status::invalid_content, "the request has no body");
    }
    bool sends_mail = code_page(m_command->root) == code_page(Tag::ComposeMail_SendMail);
    if (m_version < v14_0 && sends_mail && is_mime(content_type))
        return {};
    if (!is_wbxml(content_type))
        return invalid(common_status::invalid_content, "Content-Type is not " + std::string(wbxml_types[0]) +
                                                           ": " + sanitize_utf8(content_type));
    auto document = decode(m_request.body);
    if (!document)
        return invalid(common_status::invalid_wbxml, document.error().message);
    if (document->tag != m_command->root)
        return invalid(common_status::invalid_xml,
                       "root element is " + std::string(local_name(document->tag)));
    if (m_version < v14_1 && concerns_rights(*document))
        return invalid(common_status::invalid_xml,
                       "rights management is not of version " + std::string(to_string(m_version)));
    if (auto const *const id = overlong_id(*document))
        return call_failed({ErrorKind::bad_request, std::string(local_name(id->tag)) + " is too long"});
    m_document = std::move(*document);
    return {};
}

/// 0 if the client sent none; one that no device was ever given if it is no number of 32 bits.
uint32_t CommandRequest::policy_key() const
{
    auto header = trim(m_request.header("X-MS-PolicyKey"));
    if (m_line.policy_key || header.empty())
        return m_line.policy_key.value_or(0);
    constexpr uint32_t wrong = std::numeric_limits<uint32_t>::max();
    auto number = parse_unsigned(header);
    return number && *number < wrong ? static_cast<uint32_t>(*number) : wrong;
}

std::optional<HttpResponse> CommandRequest::check_policy()
{
    if (!m_command->needs_policy)
        return {};
    auto key = policy_key();
    if (key == 0 && m_command->name == "Ping") // clients send none there: MS-ASPROV 3.2.5.1
        key = m_device.policy_key;
    auto check = eas::check_policy(m_device, m_ports.settings, key, m_ports.clock.now());
    if (check == PolicyCheck::ok)
        return {};
    std::string log = "the device has to provision, policy key " + std::to_string(key);
    if (m_version < v14_0)
        return refuse(449, provision_reason, std::move(log));
    return refuse_with_status(policy_status(check), std::move(log));
}

HttpResponse CommandRequest::call()
{
    auto stored = m_device;
    m_device.type = m_line.device_type;
    Session session{.ports = m_quarantine_ports ? *m_quarantine_ports : m_ports,
                    .version = m_version,
                    .line = m_line,
                    .user = m_request.user,
                    .user_agent = std::string(m_request.header("User-Agent")),
                    .body = m_request.body,
                    .device = m_device,
                    .stored = std::move(stored),
                    .resumed = m_request.resumed,
                    .wait_left_seconds = m_request.wait_left_seconds,
                    .wait = {},
                    .begins_anew = false,
                    .log_note = {},
                    .log_as_warning = false};
    CommandOutput output{m_body};
    auto done = m_command->run(session, m_document ? &*m_document : nullptr, output);
    if (!done)
        return call_failed(done.error());
    HttpResponse response;
    response.headers = {{"Cache-Control", "private"}, {"Content-Type", output.content_type}};
    if (has_to_begin_anew(session.begins_anew)) {
        response.headers.emplace_back("X-MS-RP", protocol_versions);
        add_abilities(response);
    }
    if (auto kept = keep_device(session); !kept) // there is a document in the answer's place already
        return kept.error().kind == ErrorKind::quota ? out_of_space(kept.error().message)
                                                     : unavailable(kept.error().message);
    if (session.wait)
        if (auto watched = watch_decisions(*session.wait); !watched)
            return unavailable(watched.error().message);
    response.wait = std::move(session.wait);
    response.log = std::move(session.log_note);
    response.log_as_warning = session.log_as_warning;
    return response;
}

/// Whether the answer says so (X-MS-RP): also to a device that last did before the server learned or lost a
/// version of the protocol, until it does. MS-ASHTTP 2.2.2.1.2.9, 3.2.5.1.
bool CommandRequest::has_to_begin_anew(bool begins_anew)
{
    if (begins_anew)
        m_device.told_versions = protocol_versions;
    return begins_anew || (!m_device.told_versions.empty() && m_device.told_versions != protocol_versions);
}

/// Saves the partnership if the request changed it, or to note a Sync once in a while; that this note fails
/// does not fail the request.
Result<void> CommandRequest::keep_device(Session &session)
{
    auto const now = m_ports.clock.now();
    bool const syncs = m_command->name == "Sync", changed = m_device != session.stored;
    if (!changed && !(syncs && is_due(session.stored.sighting.last_sync, now)))
        return {};
    note_request(gate_request(), now, m_device.sighting);
    if (syncs)
        m_device.sighting.last_sync = now;
    auto saved = save_device(m_ports.state, m_device);
    if (saved || changed)
        return saved;
    session.log_note += ' ' + not_noted(saved.error());
    session.log_as_warning = true;
    return {};
}

/// What the admin decides holds at once, for a device that waits too: it is run again, and meets the gate.
Result<void> CommandRequest::watch_decisions(Wait &wait) const
{
    if (auto ensured = ensure_decision(m_ports.state, m_device.id); !ensured)
        return ensured;
    auto file = m_ports.state.watched_file(decision_key(m_device.id));
    wait.poll |= file.empty();
    if (!file.empty())
        wait.files.push_back(std::move(file));
    if (m_quarantine_ports) { // the user's own folders are no news for it
        wait.folders.clear();
        wait.hierarchy = false;
    }
    return {};
}

HttpResponse CommandRequest::call_failed(Error const &error)
{
    switch (error.kind) {
    case ErrorKind::bad_request:
        if (m_command->malformed_status != 0)
            return refuse_with_status(m_command->malformed_status, error.message);
        return m_version < v14_0 ? bad_request(error.message)
                                 : refuse_with_status(common_status::invalid_xml, error.message);
    case ErrorKind::temporary:
    case ErrorKind::quota:
        return refuse_for_storage(error);
    case ErrorKind::too_large:
        return refuse(413, "Content Too Large", error.message);
    default:
        break;
    }
    auto response = refuse(500, "Internal Server Error", error.message);
    response.is_clients_fault = error.kind == ErrorKind::not_found; // GetAttachment; SmartReply up to 12.1
    response.log_as_warning = !response.is_clients_fault;
    return response;
}

} // namespace

HttpResponse run_command(Ports &ports, HttpRequest const &request, RequestLine line, AnswerSink &body)
{
    return CommandRequest(ports, request, body).run(std::move(line));
}

} // namespace eas
