#include "commands/provision.h"
#include "device/policy.h"
#include "fakes/command-fixture.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

Node policies(std::vector<Node> policy)
{
    return {Tag::Provision_Policies, {Node{Tag::Provision_Policy, std::move(policy)}}};
}

Node type(std::string name = "MS-EAS-Provisioning-WBXML")
{
    return {Tag::Provision_PolicyType, std::move(name)};
}

Node device_information(std::string model)
{
    return {Tag::Settings_DeviceInformation,
            {Node{Tag::Settings_Set, {Node{Tag::Settings_Model, std::move(model)}}}}};
}

struct ProvisionFixture : CommandFixture {
    std::string ask(std::vector<Node> children)
    {
        return run(run_provision, {Tag::Provision_Provision, std::move(children)});
    }
    std::string ask_first() { return ask({device_information("Phone"), policies({type()})}); }
    std::string acknowledge(std::string key, std::string status = "1")
    {
        return ask({policies({type(),
                              {Tag::Provision_PolicyKey, std::move(key)},
                              {Tag::Provision_Status, std::move(status)}})});
    }
    std::string temporary_key() const { return std::to_string(device.temporary_policy_key); }
};

bool contains(std::string const &text, std::string_view part)
{
    return text.find(part) != text.npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(provision, ProvisionFixture)

BOOST_AUTO_TEST_CASE(first_phase_gives_the_policy_and_a_temporary_key)
{
    auto const answer = ask_first();
    BOOST_CHECK_NE(device.temporary_policy_key, 0u);
    BOOST_CHECK_EQUAL(device.policy_key, 0u);
    BOOST_CHECK(answer.starts_with(
        "<Provision><DeviceInformation><Status>1</Status></DeviceInformation><Status>1</"
        "Status><Policies><Policy>"
        "<PolicyType>MS-EAS-Provisioning-WBXML</PolicyType><Status>1</Status><PolicyKey>" +
        temporary_key() +
        "</PolicyKey><Data><EASProvisionDoc><DevicePasswordEnabled>0</DevicePasswordEnabled>"));
    BOOST_CHECK(contains(answer, "<AttachmentsEnabled>1</AttachmentsEnabled><MinDevicePasswordLength/>"));
    BOOST_CHECK(contains(answer, "<MaxEmailBodyTruncationSize>-1</MaxEmailBodyTruncationSize>"));
    BOOST_CHECK(
        answer.ends_with("<AllowInternetSharing>1</AllowInternetSharing></EASProvisionDoc></Data></Policy>"
                         "</Policies></Provision>"));
}

BOOST_AUTO_TEST_CASE(the_permissive_policy_has_no_list_of_applications)
{
    // Presence of the list would forbid every application that is not on it.
    BOOST_CHECK(!contains(ask_first(), "ApplicationList"));
}

BOOST_AUTO_TEST_CASE(the_admins_policy_is_sent_in_each_version)
{
    settings.policy.device_password_enabled = true;
    settings.policy.min_device_password_length = "6";
    settings.policy.allow_camera = false;
    settings.policy.max_email_body_truncation_bytes = 1024;
    settings.policy.approved_applications = {"0beec7b5", "62cdb702"};
    settings.policy.unapproved_in_rom_applications = {"camera.exe"};
    for (auto each : {v12_1, v14_0, v14_1, v16_0, v16_1}) {
        version = each;
        auto const answer = ask_first();
        for (auto part : {"<DevicePasswordEnabled>1</DevicePasswordEnabled>", "<AllowCamera>0</AllowCamera>",
                          "<MinDevicePasswordLength>6</MinDevicePasswordLength>",
                          "<MaxEmailBodyTruncationSize>1024</MaxEmailBodyTruncationSize>",
                          "<UnapprovedInROMApplicationList><ApplicationName>camera.exe</ApplicationName>",
                          "<ApprovedApplicationList><Hash>0beec7b5</Hash><Hash>62cdb702</Hash></"
                          "ApprovedApplicationList>"})
            BOOST_CHECK_MESSAGE(contains(answer, part), part);
    }
    acknowledge(temporary_key());
    BOOST_CHECK_EQUAL(device.policy_version, policy_version(settings.policy));
    BOOST_CHECK(device.policy_acknowledged == clock.time);
}

BOOST_AUTO_TEST_CASE(second_phase_gives_the_final_key)
{
    ask_first();
    auto const temporary = temporary_key();
    auto const answer = acknowledge(temporary);
    BOOST_CHECK_EQUAL(answer,
                      "<Provision><Status>1</Status><Policies><Policy><PolicyType>MS-EAS-Provisioning-WBXML"
                      "</PolicyType><Status>1</Status><PolicyKey>" +
                          std::to_string(device.policy_key) + "</PolicyKey></Policy></Policies></Provision>");
    BOOST_CHECK_NE(std::to_string(device.policy_key), temporary);
    BOOST_CHECK_EQUAL(device.temporary_policy_key, 0u);
    BOOST_CHECK_EQUAL(device.policy_version, policy_version(Policy{}));
}

BOOST_AUTO_TEST_CASE(a_new_first_phase_leaves_the_final_key_valid)
{
    ask_first();
    acknowledge(temporary_key());
    auto const key = device.policy_key;
    ask_first();
    BOOST_CHECK_EQUAL(device.policy_key, key);
}

BOOST_AUTO_TEST_CASE(a_wrong_key_is_told_and_changes_nothing)
{
    ask_first();
    for (std::string key : {"1", "0", "", "not a number", "99999999999999999999"}) {
        BOOST_CHECK_EQUAL(acknowledge(key),
                          "<Provision><Status>1</Status><Policies><Policy><PolicyType>"
                          "MS-EAS-Provisioning-WBXML</PolicyType><Status>5</Status></Policy>"
                          "</Policies></Provision>");
        BOOST_CHECK_EQUAL(device.policy_key, 0u);
    }
}

BOOST_AUTO_TEST_CASE(key_zero_is_no_temporary_key)
{
    BOOST_CHECK(contains(acknowledge("0"), "<Status>5</Status>"));
}

BOOST_AUTO_TEST_CASE(an_acknowledgement_needs_key_and_status)
{
    ask_first();
    auto const protocol_error = "<Provision><Status>2</Status></Provision>";
    BOOST_CHECK_EQUAL(ask({policies({type(), {Tag::Provision_Status, "1"}})}), protocol_error);
    BOOST_CHECK_EQUAL(ask({policies({type(), {Tag::Provision_PolicyKey, temporary_key()}})}), protocol_error);
    BOOST_CHECK_EQUAL(acknowledge(temporary_key(), "5"), protocol_error);
}

BOOST_AUTO_TEST_CASE(any_compliance_suffices_unless_provisioning_is_required)
{
    for (std::string compliance : {"1", "2", "3", "4"}) {
        ask_first();
        BOOST_CHECK(contains(acknowledge(temporary_key(), compliance), "<PolicyKey>"));
    }
    settings.require_provisioning = true;
    for (std::string compliance : {"1", "2"}) {
        ask_first();
        BOOST_CHECK(contains(acknowledge(temporary_key(), compliance), "<PolicyKey>"));
    }
    ask_first();
    BOOST_CHECK_EQUAL(acknowledge(temporary_key(), "3"), "<Provision><Status>141</Status></Provision>");
    ask_first();
    BOOST_CHECK_EQUAL(acknowledge(temporary_key(), "4"), "<Provision><Status>145</Status></Provision>");
    BOOST_CHECK_EQUAL(device.policy_compliance, 4u);
    settings.policy_allow_partial = false;
    ask_first();
    BOOST_CHECK_EQUAL(acknowledge(temporary_key(), "2"), "<Provision><Status>139</Status></Provision>");
    version = v12_1;
    ask_first();
    BOOST_CHECK_EQUAL(acknowledge(temporary_key(), "3"), "<Provision><Status>3</Status></Provision>");
}

BOOST_AUTO_TEST_CASE(another_policy_type_is_unknown)
{
    version = v12_1;
    BOOST_CHECK_EQUAL(ask({policies({type("MS-WAP-Provisioning-XML")})}),
                      "<Provision><Status>1</Status><Policies><Policy><PolicyType>MS-WAP-Provisioning-XML"
                      "</PolicyType><Status>3</Status></Policy></Policies></Provision>");
}

BOOST_AUTO_TEST_CASE(policies_without_one_policy_and_its_type_are_a_protocol_error)
{
    version = v14_0;
    auto const protocol_error = "<Provision><Status>2</Status></Provision>";
    BOOST_CHECK_EQUAL(ask({Node{Tag::Provision_Policies}}), protocol_error);
    BOOST_CHECK_EQUAL(ask({policies({})}), protocol_error);
}

BOOST_AUTO_TEST_CASE(an_empty_request_is_answered_with_success)
{
    BOOST_CHECK_EQUAL(ask({}), "<Provision><Status>1</Status></Provision>");
}

BOOST_AUTO_TEST_CASE(device_information_is_stored_from_14_1_on)
{
    version = v14_0;
    BOOST_CHECK(!contains(ask_first(), "DeviceInformation"));
    BOOST_CHECK_EQUAL(device.information.model, "");
    version = v14_1;
    ask_first();
    BOOST_CHECK_EQUAL(device.information.model, "Phone");
}

BOOST_AUTO_TEST_CASE(device_information_is_required_from_14_1_on_while_nothing_is_known)
{
    auto const missing = "<Provision><Status>165</Status></Provision>";
    BOOST_CHECK_EQUAL(ask({policies({type()})}), missing);
    version = v16_1;
    BOOST_CHECK_EQUAL(ask({policies({type()})}), missing);
    version = v14_0;
    BOOST_CHECK(contains(ask({policies({type()})}), "<PolicyKey>"));
    version = v14_1;
    device.information.friendly_name = "Anna's phone"; // a phone may have no model
    BOOST_CHECK(contains(ask({policies({type()})}), "<PolicyKey>"));
}

BOOST_AUTO_TEST_CASE(a_wipe_report_without_an_order_gets_no_directive)
{
    BOOST_CHECK_EQUAL(ask({{Tag::Provision_RemoteWipe, {Node{Tag::Provision_Status, "1"}}}}),
                      "<Provision><Status>1</Status></Provision>");
    BOOST_CHECK_EQUAL(ask({{Tag::Provision_RemoteWipe, {Node{Tag::Provision_Status, "2"}}}}),
                      "<Provision><Status>2</Status></Provision>");
    version = v16_1;
    BOOST_CHECK_EQUAL(ask({{Tag::Provision_AccountOnlyRemoteWipe, {Node{Tag::Provision_Status, "1"}}}}),
                      "<Provision><Status>1</Status></Provision>");
}

BOOST_AUTO_TEST_CASE(a_malformed_value_is_a_protocol_error)
{
    auto const answer = ask({{Tag::Settings_DeviceInformation,
                              {Node{Tag::Settings_Set, {Node{Tag::Settings_EnableOutboundSMS, "maybe"}}}}},
                             policies({type()})});
    BOOST_CHECK_EQUAL(answer, "<Provision><Status>2</Status></Provision>");
    BOOST_CHECK(contains(log_note, "EnableOutboundSMS"));
}

BOOST_AUTO_TEST_SUITE_END()
