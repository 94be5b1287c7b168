#include "device/policy.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

struct PolicyFixture {
    Settings settings;
    Device device;
    PolicyFixture()
    {
        device.policy_key = 4711;
        device.policy_version = policy_version(current_policy(settings));
    }
    int check(uint32_t key) { return policy_status(check_policy(device, settings, key, v14_1)); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(policy, PolicyFixture)

BOOST_AUTO_TEST_CASE(a_client_that_never_provisions_is_served_unless_it_must)
{
    device = {};
    BOOST_CHECK_EQUAL(check(0), 0);
    settings.require_provisioning = true;
    BOOST_CHECK_EQUAL(check(0), 142);
}

BOOST_AUTO_TEST_CASE(the_acknowledged_key_is_served)
{
    BOOST_CHECK_EQUAL(check(4711), 0);
    settings.require_provisioning = true;
    BOOST_CHECK_EQUAL(check(4711), 0);
}

BOOST_AUTO_TEST_CASE(another_key_is_refused_in_any_case)
{
    BOOST_CHECK_EQUAL(check(4712), 144);
    device.temporary_policy_key = 99;
    BOOST_CHECK_EQUAL(check(99), 144);
    device = {};
    BOOST_CHECK_EQUAL(check(4711), 144);
}

BOOST_AUTO_TEST_CASE(a_changed_policy_needs_a_new_acknowledgement)
{
    device.policy_version = "of another policy";
    BOOST_CHECK_EQUAL(check(4711), 143);
}

BOOST_AUTO_TEST_CASE(another_policy_has_another_version)
{
    Policy stricter;
    stricter.device_password_enabled = true;
    BOOST_CHECK_NE(policy_version(stricter), policy_version({}));
    BOOST_CHECK_EQUAL(policy_version({}), policy_version({}));
    BOOST_CHECK_EQUAL(policy_version({}).size(), 32u);
}

BOOST_AUTO_TEST_CASE(keys_are_random_and_never_zero)
{
    auto const first = new_policy_key(device), second = new_policy_key(device);
    BOOST_CHECK_NE(*first, 0u);
    BOOST_CHECK_NE(*first, *second);
}

BOOST_AUTO_TEST_SUITE_END()
