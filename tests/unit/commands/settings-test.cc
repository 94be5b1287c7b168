#include "commands/settings.h"
#include "device/recovery-password.h"
#include "fakes/command-fixture.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

struct SettingsFixture : CommandFixture {
    std::string ask(std::vector<Node> children)
    {
        return run(run_settings, {Tag::Settings_Settings, std::move(children)});
    }
};

Node device_information(std::vector<Node> set)
{
    return {Tag::Settings_DeviceInformation, {Node{Tag::Settings_Set, std::move(set)}}};
}

Node const get{Tag::Settings_Get};

std::string settings_of(std::string const &content)
{
    return "<Settings><Status>1</Status>" + content + "</Settings>";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(settings, SettingsFixture)

BOOST_AUTO_TEST_CASE(device_information_is_stored)
{
    auto const answer = ask({device_information({{Tag::Settings_Model, "Q10"},
                                                 {Tag::Settings_IMEI, "490154203237518"},
                                                 {Tag::Settings_FriendlyName, "Anna's phone"},
                                                 {Tag::Settings_OS, "BB10"},
                                                 {Tag::Settings_OSLanguage, "de"},
                                                 {Tag::Settings_PhoneNumber, "+49 30 1"},
                                                 {Tag::Settings_UserAgent, "BlackBerry/10"},
                                                 {Tag::Settings_EnableOutboundSMS, "1"},
                                                 {Tag::Settings_MobileOperator, "O2"}})});
    BOOST_CHECK_EQUAL(answer, settings_of("<DeviceInformation><Status>1</Status></DeviceInformation>"));
    DeviceInformation const expected{"Q10",      "490154203237518", "Anna's phone", "BB10", "de",
                                     "+49 30 1", "BlackBerry/10",   "O2",           true};
    BOOST_CHECK(device.information == expected);
}

BOOST_AUTO_TEST_CASE(an_absent_value_stays_and_an_empty_one_is_deleted)
{
    device.information.model = "Q10";
    device.information.os = "BB10";
    ask({device_information({Node{Tag::Settings_Model}})});
    BOOST_CHECK_EQUAL(device.information.model, "");
    BOOST_CHECK_EQUAL(device.information.os, "BB10");
}

BOOST_AUTO_TEST_CASE(a_value_that_is_too_long_is_refused_and_changes_nothing)
{
    auto const answer = ask(
        {device_information({{Tag::Settings_OS, "BB10"}, {Tag::Settings_Model, std::string(1025, 'x')}})});
    BOOST_CHECK_EQUAL(answer, settings_of("<DeviceInformation><Status>5</Status></DeviceInformation>"));
    BOOST_CHECK_EQUAL(device.information.os, "");
    ask({device_information({{Tag::Settings_Model, std::string(1024, 'x')}})});
    BOOST_CHECK_EQUAL(device.information.model.size(), 1024u);
}

BOOST_AUTO_TEST_CASE(values_of_later_versions_are_ignored_in_12_1)
{
    version = v12_1;
    ask({device_information({{Tag::Settings_MobileOperator, "O2"}, {Tag::Settings_Model, "Q10"}})});
    BOOST_CHECK_EQUAL(device.information.mobile_operator, "");
    BOOST_CHECK_EQUAL(device.information.model, "Q10");
}

BOOST_AUTO_TEST_CASE(a_property_without_its_get_or_set_is_a_protocol_error_of_its_own)
{
    BOOST_CHECK_EQUAL(ask({Node{Tag::Settings_DeviceInformation}, Node{Tag::Settings_UserInformation},
                           Node{Tag::Settings_DevicePassword}, Node{Tag::Settings_Oof}}),
                      settings_of("<DeviceInformation><Status>2</Status></DeviceInformation>"
                                  "<UserInformation><Status>2</Status></UserInformation>"
                                  "<DevicePassword><Status>2</Status></DevicePassword>"
                                  "<Oof><Status>2</Status></Oof>"));
}

BOOST_AUTO_TEST_CASE(addresses_are_listed_directly_up_to_14_0)
{
    submission.own_addresses = {"anna@example.com", "office@example.com"};
    for (auto each : {v12_1, v14_0}) {
        version = each;
        BOOST_CHECK_EQUAL(ask({{Tag::Settings_UserInformation, {get}}}),
                          settings_of("<UserInformation><Status>1</Status><Get><EmailAddresses>"
                                      "<SMTPAddress>anna@example.com</SMTPAddress>"
                                      "<SMTPAddress>office@example.com</SMTPAddress>"
                                      "</EmailAddresses></Get></UserInformation>"));
    }
}

BOOST_AUTO_TEST_CASE(addresses_belong_to_an_account_from_14_1_on)
{
    submission.own_addresses = {"anna@example.com", "office@example.com"};
    for (auto each : {v14_1, v16_0, v16_1}) {
        version = each;
        BOOST_CHECK_EQUAL(ask({{Tag::Settings_UserInformation, {get}}}),
                          settings_of("<UserInformation><Status>1</Status><Get><Accounts><Account>"
                                      "<SendDisabled>0</SendDisabled><EmailAddresses>"
                                      "<SMTPAddress>anna@example.com</SMTPAddress>"
                                      "<SMTPAddress>office@example.com</SMTPAddress>"
                                      "<PrimarySmtpAddress>anna@example.com</PrimarySmtpAddress>"
                                      "</EmailAddresses></Account></Accounts></Get></UserInformation>"));
    }
}

BOOST_AUTO_TEST_CASE(answers_come_in_the_order_of_the_request)
{
    BOOST_CHECK_EQUAL(
        ask({Node{Tag::Settings_UserInformation}, device_information({}), Node{Tag::Settings_Oof}}),
        settings_of("<UserInformation><Status>2</Status></UserInformation>"
                    "<DeviceInformation><Status>1</Status></DeviceInformation>"
                    "<Oof><Status>2</Status></Oof>"));
}

BOOST_AUTO_TEST_CASE(a_recovery_password_is_kept_where_the_policy_wants_it)
{
    auto const set = [](std::string password) {
        return Node{Tag::Settings_DevicePassword,
                    {Node{Tag::Settings_Set, {Node{Tag::Settings_Password, std::move(password)}}}}};
    };
    auto const status_of = [&](std::string const &password) {
        auto const answer = ask({set(password)});
        auto const start = answer.find("<DevicePassword><Status>");
        return answer.at(start + 24);
    };
    BOOST_CHECK_EQUAL(status_of("secret"), '7');
    BOOST_CHECK(!*recovery_password(state, device));
    settings.policy.password_recovery_enabled = true;
    BOOST_CHECK_EQUAL(status_of("s\xc3\xa9"
                                "cret\n="),
                      '1');
    BOOST_CHECK_EQUAL(recovery_password(state, device)->value_or(""), "s\xc3\xa9"
                                                                      "cret\n=");
    BOOST_CHECK(log_note.find("cret") == log_note.npos);
    BOOST_CHECK_EQUAL(status_of(std::string(256, 'x')), '5');
    BOOST_CHECK_EQUAL(status_of(std::string(255, 'x')), '1');
    BOOST_CHECK_EQUAL(status_of(""), '1');
    BOOST_CHECK(!*recovery_password(state, device));
}

BOOST_AUTO_TEST_CASE(without_scripts_there_are_no_automatic_replies)
{
    BOOST_CHECK_EQUAL(ask({{Tag::Settings_Oof, {get}}}), settings_of("<Oof><Status>2</Status></Oof>"));
    BOOST_CHECK_EQUAL(ask({{Tag::Settings_Oof, {{Tag::Settings_Get, {{Tag::Settings_BodyType, "TEXT"}}}}}}),
                      settings_of("<Oof><Status>1</Status><Get><OofState>0</OofState></Get></Oof>"));
    BOOST_CHECK_EQUAL(ask({{Tag::Settings_Oof, {{Tag::Settings_Set, {{Tag::Settings_OofState, "1"}}}}}}),
                      settings_of("<Oof><Status>3</Status></Oof>"));
}

BOOST_AUTO_TEST_CASE(rights_management_is_disabled)
{
    Node const request{Tag::Settings_RightsManagementInformation, {get}};
    BOOST_CHECK_EQUAL(ask({request}),
                      settings_of("<RightsManagementInformation><Status>168</Status><Get>"
                                  "<RightsManagementTemplates/></Get></RightsManagementInformation>"));
    version = v14_0;
    BOOST_CHECK_EQUAL(ask({request}), settings_of(""));
}

BOOST_AUTO_TEST_CASE(a_property_that_comes_twice_fails_the_request)
{
    auto const answer = ask({device_information({{Tag::Settings_Model, "Q10"}}),
                             device_information({{Tag::Settings_Model, "Q5"}})});
    BOOST_CHECK_EQUAL(answer, "<Settings><Status>2</Status></Settings>");
    BOOST_CHECK_EQUAL(device.information.model, "");
}

BOOST_AUTO_TEST_CASE(a_request_without_a_document_is_a_protocol_error)
{
    BOOST_CHECK_EQUAL(xml_of(run_bytes(run_settings, nullptr)), "<Settings><Status>2</Status></Settings>");
}

BOOST_AUTO_TEST_SUITE_END()
