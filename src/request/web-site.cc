// See web-site.h.
#include "request/web-site.h"
#include "base/text.h"
#include "device/devices.h"
#include "mapping/zone-names.h"
#include "request/server-location.h"
#include "web/device-page.h"
#include "web/form.h"
#include "web/messages.h"
#include "web/profile.h"
#include "web/style.h"
#include <openssl/sha.h>

namespace eas {

namespace {

constexpr std::string_view root = "/eas/";
constexpr size_t most_form_bytes = 16 << 10;

/// "2026-11-30 10:15 Europe/Berlin"; in UTC if tzdata has no zone of that name.
std::string local_time(Instant instant, std::string_view zone_name)
{
    auto const named =
        ZoneNames::of_process().resolve(zone_name).value_or(NamedZone{"UTC", std::make_shared<Zone const>()});
    auto const offset_ms = int64_t{named.zone->offset_seconds(instant)} * 1000;
    auto const text = format_datetime({instant.milliseconds + offset_ms});
    return text.substr(0, 10) + ' ' + text.substr(11, 5) + ' ' + named.name;
}

/// base64 of the style sheet's SHA-256, as Content-Security-Policy wants it.
std::string style_hash()
{
    unsigned char hash[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<unsigned char const *>(style_sheet.data()), style_sheet.size(), hash);
    return base64_encode({reinterpret_cast<char const *>(hash), sizeof hash});
}

class WebSite {
public:
    WebSite(Ports &ports, HttpRequest const &request, Sink &body)
        : m_ports(ports), m_request(request),
          m_body(body), m_frame{choose_language(request.header("Accept-Language")), request.user,
                                [&ports](Instant instant) {
                                    return local_time(instant, ports.settings.time_zone);
                                }}
    {}
    HttpResponse serve();

private:
    HttpResponse serve_list();
    HttpResponse serve_question();
    HttpResponse serve_form();
    HttpResponse serve_profile();
    HttpResponse act(Device const &device, DeviceAction const &action, std::string_view typed_name);

    HttpResponse answer(int status, std::string reason, Html const &document, std::string log = {});
    HttpResponse refuse(int status, std::string reason, Message const &text, std::string log);
    HttpResponse unavailable(Error const &error);
    HttpResponse ask(Device const &device, DeviceAction const &action, Html const &note, std::string log);
    HttpResponse redirect(std::string location, std::string log);
    void add_headers(HttpResponse &response) const;

    bool is_from_this_site() const;
    std::string server() const;
    AccountFacts account_facts() const;

    Ports &m_ports;
    HttpRequest const &m_request;
    Sink &m_body;
    PageFrame m_frame;
};

HttpResponse WebSite::serve()
{
    if (!m_ports.settings.enabled)
        return refuse(403, "Forbidden", messages::not_enabled, "EAS is not enabled for this user");
    bool const reads = m_request.method == "GET";
    if (!reads && m_request.method != "POST") {
        auto response = refuse(405, "Method Not Allowed", messages::not_found,
                               "method is not supported: " + m_request.method);
        response.headers.emplace_back("Allow", "GET,POST");
        return response;
    }
    if (m_request.path == "/eas" && reads)
        return redirect(std::string(root), {});
    auto const name = std::string_view(m_request.path).substr(std::min(root.size(), m_request.path.size()));
    if (name.empty() && reads)
        return serve_list();
    if (name == "device")
        return reads ? serve_question() : serve_form();
    if (name == "eas.mobileconfig" && reads)
        return serve_profile();
    return refuse(404, "Not Found", messages::not_found, "no such page: " + sanitize_utf8(m_request.path));
}

HttpResponse WebSite::serve_list()
{
    auto const devices = list_devices(m_ports.state);
    if (!devices)
        return unavailable(devices.error());
    auto const *done = find_action(Form(m_request.query).value("done"));
    Html const note = done == nullptr ? Html() : Html(done->done.in(m_frame.language));
    return answer(200, "OK", list_page(m_frame, *devices, account_facts(), note));
}

HttpResponse WebSite::serve_question()
{
    Form const query(m_request.query);
    auto const *action = find_action(query.value("action"));
    auto const id = std::string(query.value("id"));
    if (action == nullptr || !is_device_id(id))
        return refuse(404, "Not Found", messages::not_found, "no such device or action");
    auto const device = find_device(m_ports.state, id);
    if (!device)
        return unavailable(device.error());
    if (!*device)
        return refuse(404, "Not Found", messages::not_found, "the user has no device " + id);
    if (!is_possible(*action, **device))
        return refuse(403, "Forbidden", messages::not_possible,
                      std::string(action->name) + " is not possible for device " + id);
    return ask(**device, *action, {}, {});
}

HttpResponse WebSite::serve_form()
{
    auto const bad_form = [this](std::string log) {
        return refuse(403, "Forbidden", messages::bad_form, "form refused: " + std::move(log));
    };
    if (m_request.body.size() > most_form_bytes)
        return refuse(413, "Content Too Large", messages::bad_form, "form refused: it is too large");
    if (!is_from_this_site())
        return bad_form("it comes from another site: " +
                        sanitize_utf8(utf8_prefix(m_request.header("Origin"), 100)));
    auto const type = m_request.header("Content-Type");
    if (!equals_ignoring_case(trim(type.substr(0, type.find(';'))), "application/x-www-form-urlencoded"))
        return bad_form("its Content-Type is another");
    Form const form(m_request.body);
    auto const *action = find_action(form.value("action"));
    auto const id = std::string(form.value("id"));
    auto const tokens = FormTokens::load(m_ports.state);
    if (!tokens)
        return unavailable(tokens.error());
    if (action == nullptr || !is_device_id(id) || !tokens->is_token(form.value("token"), id, action->name))
        return bad_form("its token is missing or wrong");
    auto const device = find_device(m_ports.state, id);
    if (!device)
        return unavailable(device.error());
    if (!*device)
        return refuse(404, "Not Found", messages::not_found, "the user has no device " + id);
    return act(**device, *action, form.value("name"));
}

HttpResponse WebSite::act(Device const &device, DeviceAction const &action, std::string_view typed_name)
{
    auto const log = [&](std::string_view what) {
        return std::string(action.name).append(" of device ").append(device.id).append(what);
    };
    if (!is_possible(action, device))
        return refuse(403, "Forbidden", messages::not_possible, log(" is not possible"));
    if (trim(typed_name) != display_name(device))
        return ask(device, action, messages::wrong_name.in(m_frame.language), log(" not confirmed"));
    auto const done = action.wipe == WipeKind::none
                          ? remove_device(m_ports.state, device.id)
                          : order_wipe(m_ports.state, device.id, action.wipe, m_ports.clock.now());
    if (!done)
        return unavailable(done.error());
    return redirect("./?done=" + std::string(action.name), log(" ordered by its user"));
}

HttpResponse WebSite::serve_profile()
{
    auto const facts = account_facts();
    if (facts.server.empty())
        return refuse(400, "Bad Request", messages::not_found, "no Host, and eas_server_name is not set");
    if (auto written = m_body.write(apple_profile(facts)); !written)
        return unavailable(written.error());
    HttpResponse response;
    add_headers(response);
    response.headers.emplace_back("Content-Type", "application/x-apple-aspen-config; charset=utf-8");
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"eas.mobileconfig\"");
    return response;
}

// ---- answers

void WebSite::add_headers(HttpResponse &response) const
{
    response.headers.emplace_back(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'sha256-" + style_hash() +
            "'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    // With no-referrer browsers would send "Origin: null" with our own forms.
    response.headers.emplace_back("Referrer-Policy", "same-origin");
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.headers.emplace_back("X-Frame-Options", "DENY");
    response.headers.emplace_back("Cache-Control", "no-store");
}

HttpResponse WebSite::answer(int status, std::string reason, Html const &document, std::string log)
{
    if (auto written = m_body.write(document.markup()); !written)
        return unavailable(written.error());
    HttpResponse response;
    response.status = status;
    response.reason = std::move(reason);
    response.log = std::move(log);
    add_headers(response);
    response.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
    response.headers.emplace_back("Content-Language", std::string(language_code(m_frame.language)));
    return response;
}

HttpResponse WebSite::refuse(int status, std::string reason, Message const &text, std::string log)
{
    return answer(status, std::move(reason), note_page(m_frame, messages::refused, text), std::move(log));
}

HttpResponse WebSite::unavailable(Error const &error)
{
    HttpResponse response;
    response.status = 503;
    response.reason = "Service Unavailable";
    response.headers = {{"Retry-After", "30"}};
    response.log = error.message;
    return response;
}

HttpResponse WebSite::ask(Device const &device, DeviceAction const &action, Html const &note, std::string log)
{
    auto const tokens = FormTokens::load(m_ports.state);
    if (!tokens)
        return unavailable(tokens.error());
    auto const token = tokens->token(device.id, action.name);
    return answer(200, "OK", question_page(m_frame, device, action, token, note), std::move(log));
}

HttpResponse WebSite::redirect(std::string location, std::string log)
{
    HttpResponse response;
    response.status = 303;
    response.reason = "See Other";
    response.log = std::move(log);
    add_headers(response);
    response.headers.emplace_back("Location", std::move(location));
    return response;
}

// ---- what the request says

/// Browsers send Origin with every form that is posted; old ones the Referer.
bool WebSite::is_from_this_site() const
{
    auto const origin = m_request.header("Origin");
    auto const from =
        without_default_port(authority_of(origin.empty() ? m_request.header("Referer") : origin));
    auto const is_ours = [&](std::string_view authority) {
        return !authority.empty() && equals_ignoring_case(from, without_default_port(authority));
    };
    return is_ours(trim(m_request.header("Host"))) || is_ours(m_ports.settings.server_name);
}

std::string WebSite::server() const
{
    auto const &configured = m_ports.settings.server_name;
    return std::string(
        without_default_port(configured.empty() ? trim(m_request.header("Host")) : configured));
}

AccountFacts WebSite::account_facts() const
{
    return {m_request.user, m_request.user, server()};
}

} // namespace

bool is_web_site(std::string_view path)
{
    return path == "/eas" || path.starts_with(root);
}

HttpResponse serve_web_site(Ports &ports, HttpRequest const &request, Sink &body)
{
    return WebSite(ports, request, body).serve();
}

} // namespace eas
