#include "fakes/command-fixture.h"
#include "request/autodiscover.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

constexpr std::string_view request_schema =
    "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006";
constexpr std::string_view response_schema =
    "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006";

std::string document(std::string_view address, std::string_view wanted = response_schema)
{
    return R"(<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns=")" + std::string(request_schema) +
           R"("><Request><EMailAddress>)" + std::string(address) +
           "</EMailAddress><AcceptableResponseSchema>" + std::string(wanted) +
           "</AcceptableResponseSchema></Request></Autodiscover>";
}

struct AutodiscoverFixture : CommandFixture {
    HttpRequest request;
    std::string document_text; ///< of the request
    std::string answer;

    AutodiscoverFixture()
    {
        request.path = "/autodiscover/autodiscover.xml";
        request.method = "POST";
        request.headers = {{"Host", "mail.example.org"}, {"Content-Type", "text/xml"}};
    }
    HttpResponse ask(std::string text = {})
    {
        document_text = std::move(text);
        request.body = document_text;
        StringAnswer sink;
        auto response = serve(ports, request, sink);
        answer = sink.text;
        return response;
    }
    bool answer_has(std::string_view text) const { return answer.find(text) != answer.npos; }
};

std::string header(HttpResponse const &response, std::string_view name)
{
    for (auto &[field, value] : response.headers)
        if (field == name)
            return value;
    return "";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(autodiscover, AutodiscoverFixture)

BOOST_AUTO_TEST_CASE(the_document_names_the_server_and_the_users_primary_address)
{
    for (std::string path : {"/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.XML"}) {
        request.path = path;
        auto response = ask(document("alias@example.com"));
        BOOST_TEST(response.status == 200);
        BOOST_TEST(header(response, "Content-Type") == "text/xml; charset=utf-8");
        BOOST_TEST(answer_has("<Type>MobileSync</Type>"));
        BOOST_TEST(answer_has("<Url>https://mail.example.org/Microsoft-Server-ActiveSync</Url>"));
        BOOST_TEST(answer_has("<EMailAddress>" + submission.addresses().front() + "</EMailAddress>"));
    }
}

BOOST_AUTO_TEST_CASE(the_user_has_the_name_that_people_use)
{
    ask(document("alias@example.com"));
    BOOST_TEST(answer_has("<DisplayName>" + submission.addresses().front() + "</DisplayName>"));
    settings.user_name = "Bauer & Söhne";
    ask(document("alias@example.com"));
    BOOST_TEST(answer_has("<DisplayName>Bauer &amp; Söhne</DisplayName>"));
}

BOOST_AUTO_TEST_CASE(the_setting_names_the_server_before_the_host_field_does)
{
    settings.server_name = "phones.example.org:8443";
    ask(document("anna@example.com"));
    BOOST_TEST(answer_has("<Url>https://phones.example.org:8443/Microsoft-Server-ActiveSync</Url>"));
}

BOOST_AUTO_TEST_CASE(a_user_who_belongs_elsewhere_is_told_where)
{
    settings.redirect_url = "https://b.example.org/Microsoft-Server-ActiveSync?a&b";
    ask(document("anna@example.com"));
    BOOST_TEST(answer_has("<Url>https://b.example.org/Microsoft-Server-ActiveSync?a&amp;b</Url>"));
    request.method = "GET";
    request.path = "/autodiscover/autodiscover.json";
    request.query = "Protocol=ActiveSync";
    ask();
    BOOST_TEST(answer_has(R"("Url":"https://b.example.org/Microsoft-Server-ActiveSync?a&b")"));
}

BOOST_AUTO_TEST_CASE(a_host_field_that_is_no_name_goes_into_no_url)
{
    for (std::string host : {"", "evil.example/<x>", "a b", "a\"b"}) {
        request.headers[0].second = host;
        BOOST_TEST(ask(document("anna@example.com")).status == 400);
        BOOST_TEST(answer.empty());
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_such_document_gets_error_600)
{
    for (std::string text :
         {std::string(), std::string("no xml"), std::string("<Autodiscover/>"),
          std::string("<Other><Request/></Other>"), document(""),
          document("a@example.com</EMailAddress></Request><Request><EMailAddress>a@example.com"),
          document("anna@example.com", ""),
          std::string(R"(<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>)") +
              document("&c;").substr(document("").find("<Auto")),
          std::string(R"(<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>)") +
              document("&b;").substr(document("").find("<Auto"))}) {
        auto response = ask(text);
        BOOST_TEST(response.status == 200, text);
        BOOST_TEST(answer_has("<ErrorCode>600</ErrorCode><Message>Invalid Request</Message>"), text);
        BOOST_TEST(!response.log.empty());
    }
}

BOOST_AUTO_TEST_CASE(an_error_names_the_time_and_the_server)
{
    ask("no xml");
    BOOST_TEST(answer_has(R"(<Error Time="09:58:07.0000000" Id=")"));
    auto const first = answer;
    request.headers[0].second = "other.example.org";
    ask("no xml");
    BOOST_TEST(answer != first);
}

BOOST_AUTO_TEST_CASE(another_schema_gets_error_601)
{
    auto response =
        ask(document("anna@example.com",
                     "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"));
    BOOST_TEST(response.status == 200);
    BOOST_TEST(answer_has("<ErrorCode>601</ErrorCode><Message>Provider is not available</Message>"));
}

BOOST_AUTO_TEST_CASE(a_large_document_is_refused_unread)
{
    BOOST_TEST(ask(document(std::string(1 << 20, 'a'))).status == 413);
}

BOOST_AUTO_TEST_CASE(get_is_redirected_to_the_servers_name)
{
    request.method = "GET";
    auto there = ask();
    BOOST_TEST(there.status == 405);
    BOOST_TEST(header(there, "Allow") == "POST");
    settings.server_name = "phones.example.org";
    auto elsewhere = ask();
    BOOST_TEST(elsewhere.status == 302);
    BOOST_TEST(header(elsewhere, "Location") == "https://phones.example.org/autodiscover/autodiscover.xml");
}

BOOST_AUTO_TEST_CASE(json_gives_the_url_of_a_protocol)
{
    request.method = "GET";
    request.path = "/autodiscover/autodiscover.json";
    request.query = "Email=anna%40example.com&protocol=activesync&RedirectCount=1";
    BOOST_TEST(ask().status == 200);
    BOOST_TEST(answer ==
               R"({"Protocol":"ActiveSync","Url":"https://mail.example.org/Microsoft-Server-ActiveSync"})");
    request.path = "/AutoDiscover/AutoDiscover.json/v1.0/anna@example.com";
    request.query = "Protocol=AutodiscoverV1";
    BOOST_TEST(ask().status == 200);
    BOOST_TEST(
        answer ==
        R"({"Protocol":"AutodiscoverV1","Url":"https://mail.example.org/autodiscover/autodiscover.xml"})");
}

BOOST_AUTO_TEST_CASE(json_refuses_what_is_not_here)
{
    request.method = "GET";
    request.path = "/autodiscover/autodiscover.json";
    request.query = "Protocol=Ews";
    BOOST_TEST(ask().status == 400);
    BOOST_TEST(answer_has("InvalidProtocol"));
    request.query = "Email=anna%40example.com";
    BOOST_TEST(ask().status == 400);
    BOOST_TEST(answer_has("MandatoryParameterMissing"));
    request.path = "/autodiscover/autodiscover.jsonp";
    BOOST_TEST(ask().status == 404);
}

BOOST_AUTO_TEST_SUITE_END()
