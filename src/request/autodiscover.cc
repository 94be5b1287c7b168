// See autodiscover.h. The document is parsed by libxml2 without DTDs, entities and network; one that is not
// what the schema has is answered with an Error, as the clients expect, not by HTTP.
#include "request/autodiscover.h"
#include "base/text.h"
#include "request/server-location.h"
#include "services/user-name.h"
#include <libxml/parser.h>
#include <memory>
#include <optional>

namespace eas {

namespace {

constexpr std::string_view xml_path = "/autodiscover/autodiscover.xml",
                           json_path = "/autodiscover/autodiscover.json";
constexpr std::string_view response_schema =
    "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006";
constexpr std::string_view framework_schema =
    "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
constexpr size_t most_document_bytes = 16 << 10;

/// MS-ASCMD 2.2.3.64 and its examples 4.2.3, 4.2.4
enum class ErrorCode { invalid_request = 600, provider_unavailable = 601 };

HttpResponse answer(int status, std::string reason, std::string_view type, std::string log = {})
{
    HttpResponse response;
    response.status = status;
    response.reason = std::move(reason);
    response.log = std::move(log);
    if (!type.empty())
        response.headers = {{"Content-Type", std::string(type)}, {"Cache-Control", "private"}};
    return response;
}

HttpResponse written(Result<void> const &result, HttpResponse response)
{
    return result ? std::move(response) : answer(503, "Service Unavailable", {}, result.error().message);
}

std::string xml_escape(std::string_view text)
{
    std::string escaped;
    for (char c : text) {
        if (c == '&')
            escaped += "&amp;";
        else if (c == '<')
            escaped += "&lt;";
        else if (c == '>')
            escaped += "&gt;";
        else
            escaped += c;
    }
    return escaped;
}

std::string json_string(std::string_view text)
{
    std::string quoted = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        if (static_cast<unsigned char>(c) >= 0x20)
            quoted += c;
    }
    return quoted + '"';
}

std::string url(std::string_view authority, std::string_view path)
{
    return std::string("https://").append(authority).append(path);
}

/// Where the user's phones belong.
std::string endpoint_url(Ports const &ports, HttpRequest const &request, std::string_view authority)
{
    return other_server(ports, request).value_or(url(authority, endpoint_path));
}

// ---- the XML document ----

struct AutodiscoverRequest {
    std::string address, schema;
};

/// The first of that name, from `node` on.
xmlNode const *sibling(xmlNode const *node, char const *name)
{
    while (node != nullptr && (node->type != XML_ELEMENT_NODE ||
                               xmlStrEqual(node->name, reinterpret_cast<xmlChar const *>(name)) == 0))
        node = node->next;
    return node;
}

xmlNode const *child(xmlNode const *parent, char const *name)
{
    return parent == nullptr ? nullptr : sibling(parent->children, name);
}

/// The text of an element. References to entities that the document declares are left out.
std::string text_of(xmlNode const *element)
{
    std::string text;
    for (auto *node = element == nullptr ? nullptr : element->children; node != nullptr; node = node->next)
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
            text += reinterpret_cast<char const *>(node->content);
    return std::string(trim(text));
}

/// Names count, namespaces do not: clients get them wrong. Nothing if it is no such document.
std::optional<AutodiscoverRequest> parse_document(std::string_view text)
{
    std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document(
        xmlReadMemory(text.data(), static_cast<int>(text.size()), "request.xml", nullptr,
                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING),
        xmlFreeDoc);
    if (!document || document->intSubset != nullptr)
        return {};
    auto *root = xmlDocGetRootElement(document.get());
    if (root == nullptr || xmlStrEqual(root->name, reinterpret_cast<xmlChar const *>("Autodiscover")) == 0)
        return {};
    auto *request = child(root, "Request");
    if (request != nullptr && sibling(request->next, "Request") != nullptr) // MS-ASCMD 2.2.3.150.1
        return {};
    AutodiscoverRequest parsed{text_of(child(request, "EMailAddress")),
                               text_of(child(request, "AcceptableResponseSchema"))};
    if (parsed.address.empty() || parsed.schema.empty())
        return {};
    return parsed;
}

std::string document(std::string_view response)
{
    return std::string(R"(<?xml version="1.0" encoding="utf-8"?>)")
        .append("\n<Autodiscover xmlns=\"")
        .append(framework_schema)
        .append("\">")
        .append(response)
        .append("</Autodiscover>\n");
}

/// The time of the day, with the seven digits of a second that MS-ASCMD 2.2.3.63 demands.
std::string time_of_day(Instant instant)
{
    return format_datetime(instant).substr(11, 12) + "0000";
}

/// A number that tells the servers of a domain apart. MS-ASCMD 2.2.3.63.
uint32_t server_number(std::string_view authority)
{
    uint32_t number = 2166136261; // FNV-1a
    for (unsigned char const c : authority)
        number = (number ^ c) * 16777619;
    return number;
}

class DocumentService {
public:
    DocumentService(Ports &ports, HttpRequest const &request, Sink &body)
        : m_ports(ports), m_request(request), m_body(body), m_authority(server_authority(ports, request))
    {}
    HttpResponse serve();

private:
    HttpResponse refuse(ErrorCode code, std::string log);
    HttpResponse tell_server(std::string const &asked_address);

    Ports &m_ports;
    HttpRequest const &m_request;
    Sink &m_body;
    std::string m_authority;
};

HttpResponse DocumentService::refuse(ErrorCode code, std::string log)
{
    bool const invalid = code == ErrorCode::invalid_request;
    auto const error = "<Response><Error Time=\"" + time_of_day(m_ports.clock.now()) + "\" Id=\"" +
                       std::to_string(server_number(m_authority)) + "\"><ErrorCode>" +
                       std::to_string(static_cast<int>(code)) + "</ErrorCode><Message>" +
                       (invalid ? "Invalid Request" : "Provider is not available") +
                       "</Message><DebugData/></Error></Response>";
    return written(m_body.write(document(error)),
                   answer(200, "OK", "text/xml; charset=utf-8", std::move(log)));
}

HttpResponse DocumentService::tell_server(std::string const &asked_address)
{
    auto const addresses = m_ports.submission.addresses();
    auto const address = addresses.empty() ? asked_address : addresses.front();
    auto const name = user_display_name(m_ports);
    auto const location = xml_escape(endpoint_url(m_ports, m_request, m_authority));
    auto const response =
        std::string("<Response xmlns=\"") + std::string(response_schema) +
        "\"><Culture>en:us</Culture><User><DisplayName>" + xml_escape(name.empty() ? address : name) +
        "</DisplayName><EMailAddress>" + xml_escape(address) +
        "</EMailAddress></User><Action><Settings><Server><Type>MobileSync</Type><Url>" + location +
        "</Url><Name>" + location + "</Name></Server></Settings></Action></Response>";
    return written(m_body.write(document(response)), answer(200, "OK", "text/xml; charset=utf-8"));
}

HttpResponse DocumentService::serve()
{
    if (m_request.body.size() > most_document_bytes)
        return answer(413, "Content Too Large", {}, "the Autodiscover request is too large");
    auto const parsed = parse_document(m_request.body);
    if (!parsed)
        return refuse(ErrorCode::invalid_request, "the body is no Autodiscover request");
    if (!equals_ignoring_case(parsed->schema, response_schema))
        return refuse(ErrorCode::provider_unavailable, "the client wants " + sanitize_utf8(parsed->schema));
    if (m_authority.empty())
        return answer(400, "Bad Request", {}, "no Host, and eas_server_name is not set");
    return tell_server(parsed->address);
}

/// A client that only looks whether somebody is here is sent to where it can ask.
HttpResponse redirect_document(Ports const &ports, HttpRequest const &request)
{
    auto authority = server_authority(ports, request);
    if (authority.empty() || equals_ignoring_case(authority, trim(request.header("Host")))) {
        auto response = answer(405, "Method Not Allowed", {});
        response.headers.emplace_back("Allow", "POST");
        return response;
    }
    auto response = answer(302, "Found", {});
    response.headers.emplace_back("Location", url(authority, xml_path));
    return response;
}

// ---- JSON ----

/// A parameter of the query, any case; "" if it is absent.
std::string parameter(std::string_view query, std::string_view name)
{
    for (auto pair : split(query, '&'))
        if (auto equals = pair.find('=');
            equals != pair.npos && equals_ignoring_case(pair.substr(0, equals), name))
            return percent_decode(pair.substr(equals + 1)).value_or("");
    return {};
}

HttpResponse refuse_json(std::string_view code, std::string const &message, Sink &body)
{
    auto text = std::string("{\"ErrorCode\":") + json_string(code) +
                ",\"ErrorMessage\":" + json_string(message) + "}";
    return written(body.write(text), answer(400, "Bad Request", "application/json; charset=utf-8", message));
}

HttpResponse serve_json(Ports const &ports, HttpRequest const &request, Sink &body)
{
    auto protocol = parameter(request.query, "Protocol");
    if (protocol.empty())
        return refuse_json("MandatoryParameterMissing", "The parameter Protocol is missing.", body);
    bool sync = equals_ignoring_case(protocol, "ActiveSync");
    if (!sync && !equals_ignoring_case(protocol, "AutodiscoverV1"))
        return refuse_json("InvalidProtocol", "This server has the protocols ActiveSync and AutodiscoverV1.",
                           body);
    auto authority = server_authority(ports, request);
    if (authority.empty())
        return answer(400, "Bad Request", {}, "no Host, and eas_server_name is not set");
    auto text = std::string("{\"Protocol\":\"") + (sync ? "ActiveSync" : "AutodiscoverV1") + "\",\"Url\":" +
                json_string(sync ? endpoint_url(ports, request, authority) : url(authority, xml_path)) + "}";
    return written(body.write(text), answer(200, "OK", "application/json; charset=utf-8"));
}

bool starts_with(std::string_view path, std::string_view prefix)
{
    return path.size() >= prefix.size() && equals_ignoring_case(path.substr(0, prefix.size()), prefix) &&
           (path.size() == prefix.size() || path[prefix.size()] == '/');
}

} // namespace

bool is_autodiscover(std::string_view path)
{
    return equals_ignoring_case(path, xml_path) || starts_with(path, json_path);
}

HttpResponse serve_autodiscover(Ports &ports, HttpRequest const &request, Sink &body)
{
    bool reads = request.method == "GET";
    if (starts_with(request.path, json_path) && reads)
        return serve_json(ports, request, body);
    if (equals_ignoring_case(request.path, xml_path)) {
        if (request.method == "POST")
            return DocumentService(ports, request, body).serve();
        if (reads)
            return redirect_document(ports, request);
    }
    auto response = answer(405, "Method Not Allowed", {}, "method is not supported: " + request.method);
    response.headers.emplace_back("Allow", starts_with(request.path, json_path) ? "GET" : "GET,POST");
    return response;
}

} // namespace eas
