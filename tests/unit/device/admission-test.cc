// Rules for kinds of devices, and which decision holds for a device.
#include "device/admission.h"
#include "fakes/memory-state-store.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

struct AdmissionFixture {
    Settings settings;
    Device device;
    Instant now = Instant::from_seconds(1795341487);
    std::string type = "iPhone", agent = "Apple-iPhone12C1/1806.72";
    ProtocolVersion version = v16_1;

    /// "allowed by policy"
    std::string decide()
    {
        auto const admission = admit(device, {type, agent, version, settings.groups}, settings, now);
        if (!admission)
            return admission.error().message;
        device.admission = *admission;
        return std::string(to_string(admission->access)) + " by " + std::string(to_string(admission->reason));
    }
};

std::string fault(std::string_view rules)
{
    auto const parsed = parse_device_rules(rules);
    return parsed ? "" : parsed.error().message;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(admission, AdmissionFixture)

BOOST_AUTO_TEST_CASE(patterns_match_whole_texts_in_any_case)
{
    for (auto pattern : {"iphone", "IPHONE", "i*", "*", "*phone", "i*h*e", "?phone", "iphone*", "**e"})
        BOOST_TEST(matches_pattern(pattern, "iPhone"), pattern);
    for (auto pattern : {"", "phone", "iphon", "?iphone", "i*x", "ipad*", "i?e"})
        BOOST_TEST(!matches_pattern(pattern, "iPhone"), pattern);
    BOOST_TEST(matches_pattern("*a*a*a*b", std::string(200, 'a') + "b"));
    BOOST_TEST(!matches_pattern("*a*a*a*c", std::string(200, 'a') + "b"));
}

BOOST_AUTO_TEST_CASE(rules_are_read)
{
    auto const rules = parse_device_rules(
        " block type=Nokia* ;quarantine version=12.? agent=\"Mozilla/5.0 (X11; *\"; allow group=staff;");
    BOOST_REQUIRE(rules);
    BOOST_REQUIRE_EQUAL(rules->size(), 3u);
    BOOST_TEST(((*rules)[0].access == Access::blocked));
    BOOST_TEST((*rules)[0].type == "Nokia*");
    BOOST_TEST((*rules)[0].text == "block type=Nokia*");
    BOOST_TEST(((*rules)[1].access == Access::quarantined));
    BOOST_TEST((*rules)[1].agent == "Mozilla/5.0 (X11; *");
    BOOST_TEST((*rules)[1].version == "12.?");
    BOOST_TEST((*rules)[2].group == "staff");
    BOOST_TEST(parse_device_rules("")->empty());
}

BOOST_AUTO_TEST_CASE(a_broken_rule_is_named)
{
    BOOST_TEST(fault("allow type=x; deny type=y") ==
               "rule \"deny type=y\": it does not begin with allow, quarantine or block");
    BOOST_TEST(fault("block") == "rule \"block\": it has no condition; eas_device_policy is for all devices");
    BOOST_TEST(fault("block model=x") ==
               "rule \"block model=x\": \"model=x\" is none of type=, agent=, version=, group=");
    BOOST_TEST(fault("block type") ==
               "rule \"block type\": \"type\" is none of type=, agent=, version=, group=");
    BOOST_TEST(fault("block type=") == "rule \"block type=\": type has no readable value");
    BOOST_TEST(fault("block type=a type=b") == "rule \"block type=a type=b\": type is given twice");
    BOOST_TEST(fault("block agent=\"x") == "rule \"block agent=\"x\": a quotation mark is missing");
    BOOST_TEST(fault("block agent=x\"y\"") == "rule \"block agent=x\"y\"\": agent has no readable value");
}

BOOST_AUTO_TEST_CASE(the_policy_decides_on_new_devices)
{
    BOOST_TEST(decide() == "quarantined by policy");
    device = {};
    settings.device_policy = DevicePolicy::allow;
    BOOST_TEST(decide() == "allowed by policy");
    device = {};
    settings.device_policy = DevicePolicy::block;
    BOOST_TEST(decide() == "blocked by policy");
}

BOOST_AUTO_TEST_CASE(a_device_that_was_allowed_stays_so_and_one_that_waits_is_let_in)
{
    settings.device_policy = DevicePolicy::allow;
    decide();
    settings.device_policy = DevicePolicy::block;
    BOOST_TEST(decide() == "allowed by policy");
    device = {};
    BOOST_TEST(decide() == "blocked by policy");
    settings.device_policy = DevicePolicy::allow;
    BOOST_TEST(decide() == "allowed by policy");
}

BOOST_AUTO_TEST_CASE(an_unchanged_decision_keeps_its_time)
{
    decide();
    now.milliseconds += 1000;
    decide();
    BOOST_TEST(device.admission.since->milliseconds == now.milliseconds - 1000);
}

BOOST_AUTO_TEST_CASE(all_conditions_of_a_rule_must_match_and_the_first_rule_holds)
{
    settings.device_rules = "block type=iPhone version=12.1; allow type=i* agent=Apple-*/18*; block type=*";
    BOOST_TEST(decide() == "allowed by rule");
    BOOST_TEST(device.admission.rule == "allow type=i* agent=Apple-*/18*");
    version = v12_1;
    BOOST_TEST(decide() == "blocked by rule");
    version = v16_1;
    agent = "Other";
    BOOST_TEST(decide() == "blocked by rule");
    BOOST_TEST(device.admission.rule == "block type=*");
}

BOOST_AUTO_TEST_CASE(rules_look_at_the_users_groups)
{
    settings.device_rules = "allow group=staff";
    BOOST_TEST(decide() == "quarantined by policy");
    settings.groups = {"students", "Staff"};
    BOOST_TEST(decide() == "allowed by rule");
}

BOOST_AUTO_TEST_CASE(a_rule_holds_for_known_devices_and_its_decision_goes_with_it)
{
    device.admission = {Access::allowed, AccessReason::policy, {}, {}};
    BOOST_TEST(decide() == "allowed by policy");
    settings.device_rules = "block type=iPhone";
    BOOST_TEST(decide() == "blocked by rule");
    settings.device_rules = "";
    BOOST_TEST(decide() == "quarantined by policy");
}

BOOST_AUTO_TEST_CASE(a_damaged_record_is_for_the_admin_to_decide)
{
    settings.device_rules = "allow type=*";
    device.admission = {Access::blocked, AccessReason::damaged, {}, {}};
    BOOST_TEST(decide() == "blocked by damaged");
}

BOOST_AUTO_TEST_CASE(nothing_counts_but_what_the_admin_decided)
{
    settings.device_rules = "block type=*";
    device.admission = {Access::allowed, AccessReason::admin, {}, now};
    BOOST_TEST(decide() == "allowed by admin");
    settings.device_rules = "allow type=*";
    device.admission = {Access::blocked, AccessReason::admin, {}, now};
    BOOST_TEST(decide() == "blocked by admin");
}

BOOST_AUTO_TEST_CASE(nobody_is_served_by_rules_that_cannot_be_read)
{
    settings.device_rules = "permit type=*";
    BOOST_TEST(decide().starts_with("eas_device_rules: rule \"permit type=*\""));
}

BOOST_AUTO_TEST_CASE(room_is_counted_by_partnerships)
{
    test::MemoryStateStore state;
    settings.max_devices = 2;
    BOOST_TEST(*has_room(state, settings));
    state.values["device/A/info"] = "eas-device 1\naccess allowed\nend 1\n";
    state.values["device/LEFTOVER/folders"] = "";
    BOOST_TEST(*has_room(state, settings));
    state.values["device/B/info"] = "eas-device 1\naccess blocked\nend 1\n";
    BOOST_TEST(!*has_room(state, settings));
    settings.max_devices = 0;
    BOOST_TEST(*has_room(state, settings));
}

BOOST_AUTO_TEST_CASE(a_contact_is_written_once_an_hour)
{
    BOOST_TEST(is_due({}, now));
    BOOST_TEST(!is_due(now, now));
    BOOST_TEST(!is_due(now, Instant{now.milliseconds + 3599999}));
    BOOST_TEST(is_due(now, Instant{now.milliseconds + 3600000}));
    BOOST_TEST(is_due(Instant{now.milliseconds + 1}, now));
}

BOOST_AUTO_TEST_SUITE_END()
