// The page for people as requests and answers: what it shows, does, and refuses.
#include "device/devices.h"
#include "fakes/command-fixture.h"
#include "request/web-site.h"
#include <boost/test/unit_test.hpp>
#include <regex>

using namespace eas;
using namespace eas::test;

namespace {

struct WebFixture : CommandFixture {
    HttpRequest request;
    std::string page;

    WebFixture()
    {
        Device phone;
        phone.id = "PHONE1";
        phone.type = "iPhone";
        phone.information.friendly_name = "Anna's <b>phone</b>";
        phone.information.model = "iPhone 15";
        phone.admission = {Access::allowed, AccessReason::policy, {}, clock.now()};
        phone.sighting.version = v16_1;
        phone.sighting.last_sync = clock.now();
        BOOST_REQUIRE(save_device(state, phone));
        request.user = "anna@demo.example";
    }
    HttpResponse get(std::string path, std::string query = {})
    {
        request.method = "GET";
        request.path = std::move(path);
        request.query = std::move(query);
        request.body = {};
        request.headers = {{"Host", "mail.example.org"}, {"Accept-Language", "en"}};
        return ask();
    }
    HttpResponse post(std::string const &form, std::string origin = "https://mail.example.org")
    {
        request.method = "POST";
        request.path = "/eas/device";
        request.query = {};
        request.body = form;
        request.headers = {{"Host", "mail.example.org"},
                           {"Content-Type", "application/x-www-form-urlencoded"}};
        if (!origin.empty())
            request.headers.emplace_back("Origin", origin);
        return ask();
    }
    HttpResponse ask()
    {
        StringAnswer sink;
        auto response = serve(ports, request, sink);
        page = sink.text;
        return response;
    }
    bool shows(std::string_view text) const { return page.find(text) != page.npos; }
    /// A form for that action as the page gives it out.
    std::string form(std::string const &action, std::string const &name = "Anna%27s+%3Cb%3Ephone%3C%2Fb%3E")
    {
        get("/eas/device", "id=PHONE1&action=" + action);
        std::smatch found;
        BOOST_REQUIRE(std::regex_search(page, found, std::regex("name=\"token\" value=\"([^\"]*)\"")));
        return "id=PHONE1&action=" + action + "&token=" + found[1].str() + "&name=" + name;
    }
    Device device(std::string const &id = "PHONE1") { return *load_device(state, id); }
};

std::string header(HttpResponse const &response, std::string_view name)
{
    for (auto &[field, value] : response.headers)
        if (field == name)
            return value;
    return "";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(web_site, WebFixture)

BOOST_AUTO_TEST_CASE(the_list_shows_devices_and_escapes_what_they_say)
{
    auto const response = get("/eas/");
    BOOST_TEST(response.status == 200);
    BOOST_TEST(header(response, "Content-Type") == "text/html; charset=utf-8");
    BOOST_TEST(shows("Anna&#39;s &lt;b&gt;phone&lt;/b&gt;"));
    BOOST_TEST(!shows("<b>"));
    BOOST_TEST(shows("iPhone 15"));
    BOOST_TEST(shows("<time datetime=\"2026-11-22T09:58:07.000Z\">2026-11-22 09:58 UTC</time>"));
    BOOST_TEST(shows("mail.example.org"));
    for (auto action : {"remove", "wipe", "wipe-account"})
        BOOST_TEST(shows(std::string("value=\"") + action + "\""), action);
    BOOST_TEST(page.find("{", page.find("</style>")) == page.npos, "a place of a template was left");
}

BOOST_AUTO_TEST_CASE(nothing_may_be_loaded_framed_or_kept)
{
    auto const response = get("/eas/");
    auto const policy = header(response, "Content-Security-Policy");
    BOOST_TEST(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    BOOST_TEST(policy.find("frame-ancestors 'none'") != policy.npos);
    BOOST_TEST(header(response, "Cache-Control") == "no-store");
    BOOST_TEST(header(response, "X-Content-Type-Options") == "nosniff");
    BOOST_TEST(!shows("<script"));
    BOOST_TEST(!shows("http://"));
    BOOST_TEST(!shows("https://"));
}

BOOST_AUTO_TEST_CASE(each_action_is_done_after_the_name_was_typed)
{
    auto response = post(form("wipe-account"));
    BOOST_TEST(response.status == 303);
    BOOST_TEST(header(response, "Location") == "./?done=wipe-account");
    BOOST_TEST(response.log == "wipe-account of device PHONE1 ordered by its user");
    BOOST_TEST((device().wipe.kind == WipeKind::account));
    BOOST_REQUIRE(cancel_wipe(state, "PHONE1"));
    BOOST_TEST(post(form("wipe")).status == 303);
    BOOST_TEST((device().wipe.kind == WipeKind::device));
    BOOST_REQUIRE(cancel_wipe(state, "PHONE1"));
    BOOST_TEST(post(form("remove")).status == 303);
    BOOST_TEST((device().admission.access == Access::unknown));
    get("/eas/", "done=remove");
    BOOST_TEST(shows("The device was removed."));
}

BOOST_AUTO_TEST_CASE(another_name_does_nothing_and_asks_again)
{
    auto const response = post(form("wipe", "Anna"));
    BOOST_TEST(response.status == 200);
    BOOST_TEST(shows("That is not the name of the device."));
    BOOST_TEST(!device().wipe.is_ordered());
}

BOOST_AUTO_TEST_CASE(forms_that_are_not_ours_are_refused)
{
    auto const right = form("wipe");
    auto refused = [&](std::string const &body, std::string origin = "https://mail.example.org") {
        auto const response = post(body, std::move(origin));
        return response.status == 403 && response.log.starts_with("form refused: ") &&
               !device().wipe.is_ordered();
    };
    auto const name = right.substr(right.find("&name="));
    BOOST_TEST(refused("id=PHONE1&action=wipe" + name));
    BOOST_TEST(refused("id=PHONE1&action=wipe&token=" + name));
    BOOST_TEST(refused("id=PHONE1&action=wipe&token=AAAA" + name));
    BOOST_TEST(refused(form("remove").replace(17, 6, "wipe")));
    BOOST_TEST(refused(right, "https://evil.example"));
    BOOST_TEST(refused(right, "https://mail.example.org.evil.example"));
    BOOST_TEST(refused(right, "null"));
    BOOST_TEST(refused(right, ""));
    BOOST_TEST(refused(""));
    request.headers.clear();
    BOOST_TEST(post(std::string(20000, 'x')).status == 413);
    BOOST_TEST(!device().wipe.is_ordered());
    BOOST_TEST(post(right).status == 303);
}

BOOST_AUTO_TEST_CASE(a_token_is_of_one_user)
{
    auto const right = form("wipe");
    state.values.erase("web/secret"); // another user's state has another secret
    BOOST_TEST(post(right).status == 403);
}

BOOST_AUTO_TEST_CASE(devices_that_the_user_does_not_have_and_tricks_with_ids_are_not_found)
{
    for (auto id : {"OTHER1", "..%2FPHONE1", "PHONE1%2F..", "", "%00", "validate"}) {
        BOOST_TEST(get("/eas/device", std::string("action=wipe&id=") + id).status == 404, id);
        BOOST_TEST(!shows("<form"), id);
    }
    BOOST_TEST(get("/eas/device", "action=explode&id=PHONE1").status == 404);
    for (auto path : {"/eas/../etc/passwd", "/eas/device/../x", "/eas/%2e%2e", "/eas//", "/eas/Device"})
        BOOST_TEST(get(path).status == 404, path);
}

BOOST_AUTO_TEST_CASE(what_the_admin_decided_stays)
{
    BOOST_REQUIRE(decide_access(state, "PHONE1", Access::blocked, clock.now()));
    get("/eas/");
    BOOST_TEST(shows("Blocked: it is refused"));
    BOOST_TEST(!shows("value=\"remove\""));
    BOOST_TEST(get("/eas/device", "id=PHONE1&action=remove").status == 403);
    BOOST_REQUIRE(order_wipe(state, "PHONE1", WipeKind::device, clock.now()));
    get("/eas/");
    BOOST_TEST(shows("will be wiped as soon as it connects"));
    BOOST_TEST(!shows("<button"));
    BOOST_TEST(get("/eas/device", "id=PHONE1&action=remove").status == 403);
}

BOOST_AUTO_TEST_CASE(a_quarantined_device_is_shown_as_such)
{
    auto phone = device();
    phone.admission = {Access::quarantined, AccessReason::policy, {}, clock.now()};
    phone.sighting.version = v14_1;
    BOOST_REQUIRE(save_device(state, phone));
    get("/eas/");
    BOOST_TEST(shows("Waits until the administrator allows it"));
    BOOST_TEST(!shows("value=\"wipe-account\""));
}

BOOST_AUTO_TEST_CASE(it_speaks_the_browsers_language)
{
    request.method = "GET";
    request.path = "/eas/";
    request.headers = {{"Host", "mail.example.org"},
                       {"Accept-Language", "nl, fr-CH;q=0.8, de;q=0.9, en;q=0.5"}};
    auto const response = ask();
    BOOST_TEST(header(response, "Content-Language") == "de");
    BOOST_TEST(shows("<html lang=\"de\">"));
    BOOST_TEST(shows("Ihre Telefone und Tablets"));
}

BOOST_AUTO_TEST_CASE(the_profile_has_no_password_and_is_the_same_each_time)
{
    request.user = "a&b@demo.example";
    auto const response = get("/eas/eas.mobileconfig");
    BOOST_TEST(header(response, "Content-Type") == "application/x-apple-aspen-config; charset=utf-8");
    BOOST_TEST(shows("<string>com.apple.eas.account</string>"));
    BOOST_TEST(shows("<key>UserName</key><string>a&amp;b@demo.example</string>"));
    BOOST_TEST(shows("<key>Host</key><string>mail.example.org</string>"));
    BOOST_TEST(!shows("Password"));
    auto const first = page;
    get("/eas/eas.mobileconfig");
    BOOST_TEST(page == first);
}

BOOST_AUTO_TEST_CASE(users_without_eas_get_403_on_every_page)
{
    settings.enabled = false;
    for (auto path : {"/eas/", "/eas", "/eas/device", "/eas/eas.mobileconfig"})
        BOOST_TEST(get(path).status == 403, path);
    BOOST_TEST(post("").status == 403);
}

BOOST_AUTO_TEST_CASE(other_methods_are_refused)
{
    get("/eas/");
    for (auto method : {"PUT", "DELETE", "OPTIONS"}) {
        request.method = method;
        BOOST_TEST(ask().status == 405, method);
    }
    BOOST_TEST(get("/eas").status == 303);
    BOOST_TEST(get("/easy").status == 404);
}

BOOST_AUTO_TEST_SUITE_END()
