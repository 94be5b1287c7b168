#include "device/policy.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

struct PolicyFixture {
    Settings settings;
    Device device;
    Instant now = Instant::from_seconds(1795341487);
    PolicyFixture()
    {
        device.policy_key = 4711;
        device.policy_version = policy_version(current_policy(settings));
    }
    int check(uint32_t key) { return policy_status(check_policy(device, settings, key, now)); }
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

BOOST_AUTO_TEST_CASE(a_policy_is_acknowledged_again_when_its_time_is_over)
{
    settings.policy_refresh_hours = 24;
    BOOST_CHECK_EQUAL(check(4711), 143); // nobody knows when it was
    device.policy_acknowledged = now;
    BOOST_CHECK_EQUAL(check(4711), 0);
    now.milliseconds += 24 * 3600 * 1000 - 1;
    BOOST_CHECK_EQUAL(check(4711), 0);
    now.milliseconds += 1;
    BOOST_CHECK_EQUAL(check(4711), 143);
    settings.policy_refresh_hours = 0;
    BOOST_CHECK_EQUAL(check(4711), 0);
}

BOOST_AUTO_TEST_CASE(what_a_client_applied_counts_only_where_a_policy_is_required)
{
    auto const status = [&](Compliance compliance, ProtocolVersion version = v14_0) {
        return compliance_status(compliance, settings, version);
    };
    for (auto each : {Compliance::full, Compliance::partial, Compliance::none, Compliance::third_party})
        BOOST_CHECK_EQUAL(status(each), 0);
    settings.require_provisioning = true;
    BOOST_CHECK_EQUAL(status(Compliance::full), 0);
    BOOST_CHECK_EQUAL(status(Compliance::partial), 0);
    BOOST_CHECK_EQUAL(status(Compliance::none), 141);
    BOOST_CHECK_EQUAL(status(Compliance::third_party), 145);
    settings.policy_allow_partial = false;
    BOOST_CHECK_EQUAL(status(Compliance::full), 0);
    BOOST_CHECK_EQUAL(status(Compliance::partial), 139);
    BOOST_CHECK_EQUAL(status(Compliance::partial, v12_1), 3);
    BOOST_CHECK_EQUAL(status(Compliance::none, v12_1), 3);
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
