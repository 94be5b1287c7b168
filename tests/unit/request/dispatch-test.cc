#include "commands/command.h"
#include "device/policy.h"
#include "fakes/command-fixture.h"
#include "request/dispatch.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

struct DispatchFixture : CommandFixture {
    HttpRequest request;
    std::string query_command = "FolderSync";
    std::string query_rest = "&User=anna&DeviceId=PHONE1&DeviceType=Test";
    std::string request_body =
        to_wbxml({Tag::FolderHierarchy_FolderSync, {Node{Tag::FolderHierarchy_SyncKey, "0"}}});
    std::string version_header = "14.1";
    std::string content_type_header = "application/vnd.ms-sync.wbxml";
    std::string policy_key_header;
    std::string answer; ///< of the last request, as XML

    DispatchFixture()
    {
        mail.add_folder("inbox", "INBOX", SpecialUse::inbox);
        request.method = "POST";
        request.path = "/Microsoft-Server-ActiveSync";
        request.user = "anna@example.com";
        settings.device_policy = DevicePolicy::allow;
    }
    HttpResponse ask()
    {
        request.query = "Cmd=" + query_command + query_rest;
        request.body = request_body;
        request.headers = {{"ms-asprotocolversion", version_header}, {"Content-Type", content_type_header}};
        if (!policy_key_header.empty())
            request.headers.emplace_back("X-MS-PolicyKey", policy_key_header);
        StringAnswer sink;
        auto response = serve(ports, request, sink);
        answer = xml_of(sink.text);
        return response;
    }
};

std::string header(HttpResponse const &response, std::string_view name)
{
    for (auto &[field, value] : response.headers)
        if (field == name)
            return value;
    return "";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(dispatch, DispatchFixture)

BOOST_AUTO_TEST_CASE(options_announces_exactly_the_commands_of_the_table)
{
    request.method = "OPTIONS";
    auto response = ask();
    BOOST_TEST(response.status == 200);
    BOOST_TEST(header(response, "MS-ASProtocolVersions") == "12.1,14.0,14.1,16.0,16.1");
    std::string names;
    for (auto &command : command_table())
        names.append(names.empty() ? "" : ",").append(command.name);
    BOOST_TEST(header(response, "MS-ASProtocolCommands") == names);
    BOOST_TEST(answer == "");
}

BOOST_AUTO_TEST_CASE(the_path_is_taken_in_any_case_with_or_without_a_slash)
{
    for (auto path :
         {"/Microsoft-Server-ActiveSync", "/microsoft-server-activesync", "/MICROSOFT-SERVER-ACTIVESYNC/"}) {
        request.path = path;
        BOOST_TEST(ask().status == 200, path);
    }
    for (auto path : {"/", "/other", "/Microsoft-Server-ActiveSync/x", ""}) {
        request.path = path;
        BOOST_TEST(ask().status == 404, path);
    }
}

BOOST_AUTO_TEST_CASE(a_device_that_begins_anew_is_told_versions_and_commands)
{
    auto const first = ask();
    BOOST_TEST(header(first, "X-MS-RP") == "12.1,14.0,14.1,16.0,16.1");
    BOOST_TEST(header(first, "MS-ASProtocolVersions") == header(first, "X-MS-RP"));
    BOOST_TEST(header(first, "MS-ASProtocolCommands").find("FolderSync") != std::string::npos);
    request_body =
        to_wbxml({Tag::FolderHierarchy_FolderSync, {Node{Tag::FolderHierarchy_SyncKey, "unknown"}}});
    BOOST_TEST(!header(ask(), "X-MS-RP").empty());
    BOOST_TEST(answer == "<FolderSync><Status>9</Status></FolderSync>");
    auto const key_at = std::string("<SyncKey>").size();
    request_body = to_wbxml({Tag::FolderHierarchy_FolderSync, {Node{Tag::FolderHierarchy_SyncKey, "0"}}});
    ask();
    auto const key = answer.substr(answer.find("<SyncKey>") + key_at);
    request_body = to_wbxml({Tag::FolderHierarchy_FolderSync,
                             {Node{Tag::FolderHierarchy_SyncKey, key.substr(0, key.find('<'))}}});
    BOOST_TEST(header(ask(), "X-MS-RP").empty());
}

BOOST_AUTO_TEST_CASE(a_device_begins_anew_when_the_server_has_other_versions)
{
    ask();
    auto stored = *load_device(state, "PHONE1");
    stored.told_versions = "12.1,14.0";
    BOOST_REQUIRE(save_device(state, stored));
    query_command = "Settings";
    request_body = to_wbxml({Tag::Settings_Settings});
    BOOST_TEST(header(ask(), "X-MS-RP") == "12.1,14.0,14.1,16.0,16.1");
    BOOST_TEST(!header(ask(), "X-MS-RP").empty());
    query_command = "FolderSync";
    request_body = to_wbxml({Tag::FolderHierarchy_FolderSync, {Node{Tag::FolderHierarchy_SyncKey, "0"}}});
    ask();
    query_command = "Settings";
    request_body = to_wbxml({Tag::Settings_Settings});
    BOOST_TEST(header(ask(), "X-MS-RP").empty());
}

BOOST_AUTO_TEST_CASE(a_user_who_belongs_elsewhere_is_redirected)
{
    settings.redirect_url = "https://b.example.org/Microsoft-Server-ActiveSync";
    auto const response = ask();
    BOOST_TEST(response.status == 451);
    BOOST_TEST(header(response, "X-MS-Location") == settings.redirect_url);
    BOOST_TEST(answer == "");
    request.method = "OPTIONS";
    BOOST_TEST(ask().status == 451);
    request.method = "POST";
    for (auto name : {"b.example.org", "B.example.org:443"}) {
        settings.server_name = name;
        BOOST_TEST(ask().status == 200, name);
    }
    settings.server_name = "b.example.org:8443";
    BOOST_TEST(ask().status == 451);
}

BOOST_AUTO_TEST_CASE(a_request_reaches_its_command)
{
    auto response = ask();
    BOOST_TEST(response.status == 200);
    BOOST_TEST(header(response, "Content-Type") == "application/vnd.ms-sync.wbxml");
    BOOST_TEST(response.device_id == "PHONE1");
    BOOST_TEST(answer.find("<DisplayName>INBOX</DisplayName>") != answer.npos);
}

BOOST_AUTO_TEST_CASE(other_methods_and_unknown_commands_are_not_implemented)
{
    for (auto method : {"GET", "PUT", "DELETE"}) {
        request.method = method;
        BOOST_TEST(ask().status == 501, method);
    }
    request.method = "POST";
    query_command = "Teleport";
    BOOST_TEST(ask().status == 501);
    BOOST_TEST(ask().log.find("Teleport") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_command_of_another_version_is_refused_as_the_version_has_it)
{
    query_command = "Find";
    for (auto version : {"14.0", "14.1", "16.0"}) {
        version_header = version;
        BOOST_TEST(ask().status == 200);
        BOOST_TEST(answer.find("<Status>138</Status>") != answer.npos, answer);
    }
    version_header = "12.1";
    BOOST_TEST(ask().status == 400);
    query_command = "GetAttachment"; // it has no document
    version_header = "14.1";
    BOOST_TEST(ask().status == 501);
}

BOOST_AUTO_TEST_CASE(a_device_id_that_is_missing_or_malformed_is_told_by_version)
{
    for (auto rest : {"&User=a&DeviceType=Test", "&User=a&DeviceId=&DeviceType=Test",
                      "&User=a&DeviceId=../../x&DeviceType=Test", "&User=a&DeviceId=a%0Ab&DeviceType=Test",
                      "&User=a&DeviceId=a%zz&DeviceType=Test", "&DeviceId=a&DeviceId=b&DeviceType=Test"}) {
        query_rest = rest;
        version_header = "14.1";
        auto response = ask();
        BOOST_TEST(response.status == 200);
        BOOST_TEST(answer == "<FolderSync><Status>108</Status></FolderSync>", rest);
        BOOST_TEST(response.log.find("DeviceId") != std::string::npos);
        version_header = "12.1";
        BOOST_TEST(ask().status == 400, rest);
    }
    query_rest = "&User=a&DeviceId=PHONE1";
    version_header = "16.1";
    ask();
    BOOST_TEST(answer == "<FolderSync><Status>109</Status></FolderSync>");
    BOOST_TEST(state.values.empty());
}

BOOST_AUTO_TEST_CASE(versions_that_we_do_not_speak_are_refused)
{
    for (auto version_text : {"2.5", "12.0", "17.0", "", "x"}) {
        version_header = version_text;
        auto response = ask();
        BOOST_TEST(response.status == 400, version_text);
        BOOST_TEST(header(response, "MS-ASProtocolVersions") != "");
    }
}

BOOST_AUTO_TEST_CASE(bodies_that_cannot_be_read_are_told_by_version)
{
    auto expect = [this](std::string const &status) {
        version_header = "14.1";
        BOOST_TEST(ask().status == 200);
        BOOST_TEST(answer == "<FolderSync><Status>" + status + "</Status></FolderSync>");
        version_header = "12.1";
        BOOST_TEST(ask().status == 400);
    };
    auto good = request_body;
    content_type_header = "text/html";
    expect("101");
    content_type_header = "application/vnd.ms-sync; charset=x";
    version_header = "14.1";
    BOOST_TEST(ask().status == 200);
    BOOST_TEST(answer.find("INBOX") != answer.npos);
    request_body = "";
    expect("101");
    request_body = "\x03\x01\x6a\x00\x45nonsense";
    expect("102");
    request_body = to_wbxml({Tag::Ping_Ping, {Node{Tag::Ping_HeartbeatInterval, "60"}}});
    expect("103");
    request_body = good.substr(0, good.size() - 1);
    expect("102");
}

BOOST_AUTO_TEST_CASE(a_required_policy_is_asked_for_by_version)
{
    settings.require_provisioning = true;
    ask();
    BOOST_TEST(answer == "<FolderSync><Status>142</Status></FolderSync>");
    version_header = "12.1";
    BOOST_TEST(ask().status == 449);
    query_command = "Provision";
    request_body = to_wbxml({Tag::Provision_Provision,
                             {Node{Tag::Provision_Policies,
                                   {Node{Tag::Provision_Policy,
                                         {Node{Tag::Provision_PolicyType, "MS-EAS-Provisioning-WBXML"}}}}}}});
    BOOST_TEST(ask().status == 200);
}

BOOST_AUTO_TEST_CASE(the_device_is_saved_when_it_changed_and_only_then)
{
    ask();
    auto writes = state.writes;
    BOOST_TEST(state.values.contains("device/PHONE1/info"));
    query_command = "Ping";
    request_body = to_wbxml({Tag::Ping_Ping, {Node{Tag::Ping_HeartbeatInterval, "60"}}});
    ask();
    BOOST_TEST(state.writes == writes + 1);
    ask();
    BOOST_TEST(state.writes == writes + 1);
}

BOOST_AUTO_TEST_CASE(a_state_that_cannot_be_saved_is_told_as_unavailable)
{
    state.failing = true;
    query_command = "Ping";
    request_body = to_wbxml({Tag::Ping_Ping, {Node{Tag::Ping_HeartbeatInterval, "60"}}});
    auto response = ask();
    BOOST_TEST(response.status == 503);
    BOOST_TEST(header(response, "Retry-After") != "");
    BOOST_TEST(response.log_as_warning);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told_by_version)
{
    state.failing = true;
    state.failure = ErrorKind::quota;
    BOOST_TEST(ask().log_as_warning);
    BOOST_TEST(answer == "<FolderSync><Status>113</Status></FolderSync>");
    version_header = "12.1";
    BOOST_TEST(ask().status == 507);
}

BOOST_AUTO_TEST_CASE(a_contact_that_cannot_be_noted_does_not_fail_the_request)
{
    query_command = "Sync";
    request_body = {};
    ask();
    clock.time.milliseconds += 7'200'000;
    state.failing = true;
    state.failure = ErrorKind::quota;
    auto const response = ask();
    BOOST_TEST(response.status == 200);
    BOOST_TEST(answer == "<Sync><Status>13</Status></Sync>");
    BOOST_TEST(response.log_as_warning);
    BOOST_TEST(response.log.find("the contact is not noted: the disk is full") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(elements_that_break_the_schema_get_the_commands_own_status)
{
    query_command = "Sync";
    request_body = to_wbxml({Tag::AirSync_Sync, {Node{Tag::AirSync_Wait, "soon"}}});
    ask();
    BOOST_TEST(answer == "<Sync><Status>4</Status></Sync>");
}

BOOST_AUTO_TEST_SUITE_END()
