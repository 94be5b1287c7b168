// What an admin does to devices, and what of a device is kept.
#include "device/devices.h"
#include "fakes/memory-state-store.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

struct DevicesFixture {
    test::MemoryStateStore state;
    Instant now = Instant::from_seconds(1795341487);

    /// A device that is served, with something that it was told.
    void connect(std::string const &id, ProtocolVersion version = v14_1)
    {
        Device device;
        device.id = id;
        device.type = "iPhone";
        device.admission = {Access::allowed, AccessReason::policy, {}, now};
        device.sighting.version = version;
        device.ping_folders = {{"inbox", "Email"}};
        device.cached_collections = {{"inbox", 10, true}};
        device.policy_key = 4711;
        BOOST_REQUIRE(save_device(state, device));
        BOOST_REQUIRE(state.set("device/" + id + "/folders", "what it was told"));
        BOOST_REQUIRE(state.set("device/" + id + "/mail-inbox", "what it was told"));
    }
    Device device(std::string const &id) { return find_device(state, id)->value(); }
};

ErrorKind kind_of(Result<void> const &result)
{
    BOOST_REQUIRE(!result);
    return result.error().kind;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(devices, DevicesFixture)

BOOST_AUTO_TEST_CASE(everything_of_a_device_is_kept)
{
    Device all;
    all.id = "PHONE1";
    all.type = "SAMSUNG SM\n1";
    all.information = {"Model", "IMEI", "Name", "OS", "de", "+49", "Agent", "Operator", true};
    all.admission = {Access::blocked, AccessReason::rule, "block type=SAMSUNG*", now};
    all.sighting = {
        now, Instant{now.milliseconds + 1}, Instant{now.milliseconds + 2}, "192.0.2.7", "Agent/1", v16_0};
    all.wipe = {WipeKind::account, now, now, now, 2};
    all.state_is_of_quarantine = true;
    all.policy_key = 1;
    all.temporary_policy_key = 2;
    all.policy_version = "v";
    all.policy_acknowledged = now;
    all.policy_compliance = 3;
    all.ping_folders = {{"a b", "Email"}};
    all.ping_heartbeat_seconds = 4;
    all.cached_collections = {{"c", 5, false}};
    all.cached_window_size = 6;
    all.cached_wait_seconds = 7;
    all.sent_client_ids = {"x", "y"};
    BOOST_REQUIRE(save_device(state, all));
    BOOST_TEST((*load_device(state, "PHONE1") == all));
}

BOOST_AUTO_TEST_CASE(a_device_whose_record_is_damaged_is_blocked)
{
    Device stored;
    stored.id = "PHONE1";
    stored.admission = {Access::allowed, AccessReason::admin, {}, now};
    stored.wipe.kind = WipeKind::device;
    BOOST_REQUIRE(save_device(state, stored));
    auto const whole = state.values["device/PHONE1/info"];
    auto const other_version = "eas-device 2" + whole.substr(whole.find('\n'));
    for (auto const &damaged : {std::string(), whole.substr(0, whole.size() / 2), whole.substr(1),
                                other_version, std::string(whole.size(), '\0')}) {
        state.values["device/PHONE1/info"] = damaged;
        auto const admission = device("PHONE1").admission;
        BOOST_TEST((admission.access == Access::blocked));
        BOOST_TEST((admission.reason == AccessReason::damaged));
    }
    BOOST_REQUIRE(decide_access(state, "PHONE1", Access::allowed, now));
    BOOST_TEST((device("PHONE1").admission.access == Access::allowed));
}

BOOST_AUTO_TEST_CASE(an_unknown_device_is_told_from_known_ones)
{
    BOOST_TEST((load_device(state, "PHONE1")->admission.access == Access::unknown));
    BOOST_TEST(!find_device(state, "PHONE1")->has_value());
    BOOST_TEST(list_devices(state)->empty());
}

BOOST_AUTO_TEST_CASE(all_devices_are_listed_by_id)
{
    connect("PHONE2");
    connect("PHONE1");
    BOOST_REQUIRE(state.set("device/PHONE3/folders", "left over"));
    auto const listed = list_devices(state);
    BOOST_REQUIRE_EQUAL(listed->size(), 2u);
    BOOST_TEST((*listed)[0].id == "PHONE1");
    BOOST_TEST((*listed)[1].id == "PHONE2");
}

BOOST_AUTO_TEST_CASE(a_decision_is_the_admins_and_is_of_one_device)
{
    connect("PHONE1");
    connect("PHONE2");
    BOOST_REQUIRE(decide_access(state, "PHONE1", Access::blocked, now));
    BOOST_TEST((device("PHONE1").admission == Admission{Access::blocked, AccessReason::admin, {}, now}));
    BOOST_TEST((device("PHONE2").admission.access == Access::allowed));
    BOOST_TEST(device("PHONE1").policy_key == 4711u);
}

BOOST_AUTO_TEST_CASE(a_device_is_allowed_before_it_came)
{
    BOOST_REQUIRE(decide_access(state, "PHONE1", Access::allowed, now));
    BOOST_TEST((device("PHONE1").admission.access == Access::allowed));
    BOOST_TEST(!device("PHONE1").sighting.first.has_value());
}

BOOST_AUTO_TEST_CASE(nothing_is_left_of_a_device_that_is_removed)
{
    connect("PHONE1");
    connect("PHONE11");
    BOOST_REQUIRE(remove_device(state, "PHONE1"));
    BOOST_TEST(list_devices(state)->size() == 1u);
    BOOST_TEST(state.list("device/PHONE1")->empty());
    BOOST_TEST((kind_of(remove_device(state, "PHONE1")) == ErrorKind::not_found));
}

BOOST_AUTO_TEST_CASE(a_resync_forgets_what_the_device_was_told_and_nothing_else)
{
    connect("PHONE1");
    connect("PHONE2");
    BOOST_REQUIRE(state.set("device/PHONE1/recovery-password", "secret"));
    BOOST_REQUIRE(resync_device(state, "PHONE1"));
    BOOST_TEST(*state.list("device/PHONE1") ==
               (std::vector<std::string>{"decision", "info", "recovery-password"}));
    BOOST_TEST(state.list("device/PHONE2")->size() == 3u);
    BOOST_TEST(device("PHONE1").ping_folders.empty());
    BOOST_TEST(device("PHONE1").cached_collections.empty());
    BOOST_TEST(device("PHONE1").policy_key == 4711u);
    BOOST_TEST((kind_of(resync_device(state, "PHONE3")) == ErrorKind::not_found));
}

BOOST_AUTO_TEST_CASE(a_wipe_is_ordered_and_cancelled)
{
    connect("PHONE1");
    connect("PHONE2");
    BOOST_REQUIRE(order_wipe(state, "PHONE1", WipeKind::device, now));
    BOOST_TEST((device("PHONE1").wipe == Wipe{WipeKind::device, now, {}, {}, 0}));
    BOOST_TEST(!device("PHONE2").wipe.is_ordered());
    BOOST_REQUIRE(cancel_wipe(state, "PHONE1"));
    BOOST_TEST(!device("PHONE1").wipe.is_ordered());
    BOOST_TEST((kind_of(order_wipe(state, "PHONE3", WipeKind::device, now)) == ErrorKind::not_found));
    BOOST_TEST((kind_of(cancel_wipe(state, "PHONE3")) == ErrorKind::not_found));
}

BOOST_AUTO_TEST_CASE(an_account_only_wipe_needs_16_1)
{
    connect("OLD", v16_0);
    connect("NEW", v16_1);
    BOOST_TEST((kind_of(order_wipe(state, "OLD", WipeKind::account, now)) == ErrorKind::bad_request));
    BOOST_TEST(!device("OLD").wipe.is_ordered());
    BOOST_REQUIRE(order_wipe(state, "NEW", WipeKind::account, now));
}

BOOST_AUTO_TEST_CASE(each_decision_writes_the_value_that_is_watched)
{
    connect("PHONE1");
    auto const writes = [&](auto const &action) {
        state.values.erase("device/PHONE1/decision");
        BOOST_REQUIRE(action());
        return state.values.contains("device/PHONE1/decision");
    };
    BOOST_TEST(writes([&] { return decide_access(state, "PHONE1", Access::blocked, now); }));
    BOOST_TEST(writes([&] { return resync_device(state, "PHONE1"); }));
    BOOST_TEST(writes([&] { return order_wipe(state, "PHONE1", WipeKind::device, now); }));
    BOOST_TEST(writes([&] { return cancel_wipe(state, "PHONE1"); }));
    BOOST_TEST(writes([&] { return ensure_decision(state, "PHONE1"); }));
    auto const before = state.writes;
    BOOST_REQUIRE(ensure_decision(state, "PHONE1"));
    BOOST_TEST(state.writes == before);
}

BOOST_AUTO_TEST_CASE(what_is_no_device_id_is_refused)
{
    connect("PHONE1");
    for (auto id : {"", "../PHONE1", "PHONE1/info", "PHONE 1", ".", "validate", "Validate",
                    "A2345678901234567890123456789012X"}) {
        BOOST_TEST(!find_device(state, id), id);
        BOOST_TEST((kind_of(decide_access(state, id, Access::allowed, now)) == ErrorKind::bad_request), id);
        BOOST_TEST((kind_of(remove_device(state, id)) == ErrorKind::bad_request), id);
        BOOST_TEST((kind_of(order_wipe(state, id, WipeKind::device, now)) == ErrorKind::bad_request), id);
    }
    BOOST_TEST(list_devices(state)->size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
