// See autodiscover.h. The document is parsed by libxml2 without DTDs, entities and network; one that is not
// what the schema has is answered with an Error, as the clients expect, not by HTTP.
#include "request/autodiscover.h"
#include "base/text.h"
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

/// A host name or address with or without a port, as it may stand in a URL.
bool is_authority(std::string_view text)
{
    constexpr std::string_view allowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.:[]";
    return !text.empty() && text.find_first_not_of(allowed) == text.npos;
}

/// Where phones find this server: eas_server_name, else the name by which this client found it. "" if the
/// client gave none.
std::string server_authority(Ports const &ports, HttpRequest const &request)
{
    if (!ports.settings.server_name.empty())
        return ports.settings.server_name;
    auto host = trim(request.header("Host"));
    return is_authority(host) ? std::string(host) : std::string();
}

std::string url(std::string_view authority, std::string_view path)
{
    return std::string("https://").append(authority).append(path);
}

constexpr std::string_view endpoint_path = "/Microsoft-Server-ActiveSync";

// ---- the XML document ----

struct AutodiscoverRequest {
    std::string address, schema;
};

xmlNode const *child(xmlNode const *parent, char const *name)
{
    for (auto *node = parent == nullptr ? nullptr : parent->children; node != nullptr; node = node->next)
        if (node->type == XML_ELEMENT_NODE &&
            xmlStrEqual(node->name, reinterpret_cast<xmlChar const *>(name)) != 0)
            return node;
    return nullptr;
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

HttpResponse refuse_document(ErrorCode code, std::string log, Sink &body)
{
    bool invalid = code == ErrorCode::invalid_request;
    auto error = "<Response><Error><ErrorCode>" + std::to_string(static_cast<int>(code)) +
                 "</ErrorCode><Message>" + (invalid ? "Invalid Request" : "Provider is not available") +
                 "</Message><DebugData/></Error></Response>";
    return written(body.write(document(error)), answer(200, "OK", "text/xml; charset=utf-8", std::move(log)));
}

HttpResponse serve_document(Ports &ports, HttpRequest const &request, Sink &body)
{
    if (request.body.size() > most_document_bytes)
        return answer(413, "Content Too Large", {}, "the Autodiscover request is too large");
    auto parsed = parse_document(request.body);
    if (!parsed)
        return refuse_document(ErrorCode::invalid_request, "the body is no Autodiscover request", body);
    if (!equals_ignoring_case(parsed->schema, response_schema))
        return refuse_document(ErrorCode::provider_unavailable,
                               "the client wants " + sanitize_utf8(parsed->schema), body);
    auto authority = server_authority(ports, request);
    if (authority.empty())
        return answer(400, "Bad Request", {}, "no Host, and eas_server_name is not set");
    auto addresses = ports.submission.addresses();
    auto address = addresses.empty() ? parsed->address : addresses.front();
    auto location = url(authority, endpoint_path);
    auto response = std::string("<Response xmlns=\"") + std::string(response_schema) +
                    "\"><Culture>en:us</Culture><User><DisplayName>" + xml_escape(address) +
                    "</DisplayName><EMailAddress>" + xml_escape(address) +
                    "</EMailAddress></User><Action><Settings><Server><Type>MobileSync</Type><Url>" +
                    location + "</Url><Name>" + location + "</Name></Server></Settings></Action></Response>";
    return written(body.write(document(response)), answer(200, "OK", "text/xml; charset=utf-8"));
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
    auto text = std::string("{\"Protocol\":\"") + (sync ? "ActiveSync" : "AutodiscoverV1") +
                "\",\"Url\":" + json_string(url(authority, sync ? endpoint_path : xml_path)) + "}";
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
            return serve_document(ports, request, body);
        if (reads)
            return redirect_document(ports, request);
    }
    auto response = answer(405, "Method Not Allowed", {}, "method is not supported: " + request.method);
    response.headers.emplace_back("Allow", starts_with(request.path, json_path) ? "GET" : "GET,POST");
    return response;
}

} // namespace eas
