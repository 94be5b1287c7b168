// A collection's state on another host: all but where the index stood.
#include "sync/collection-state.h"
#include "sync/moved-state.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(moved_state)

BOOST_AUTO_TEST_CASE(a_moved_state_lacks_its_change_points_only)
{
    CollectionState state;
    state.current = {
        "3", {.uid_validity = 7, .point = {1, 2, 3}, .uid_next = 12, .device = *UidSet::parse("1:11")}};
    state.previous = {
        {"2", {.uid_validity = 7, .point = {1, 2, 2}, .uid_next = 10, .device = *UidSet::parse("1:9")}}};
    auto const moved = parse_collection_state(without_change_points(serialize(state)), "2");
    BOOST_REQUIRE(moved);
    state.current.snapshot.point = {};
    state.previous->snapshot.point = {};
    BOOST_TEST((*moved == state));
}

BOOST_AUTO_TEST_CASE(other_values_stay_as_they_are)
{
    BOOST_TEST(without_change_points("eas-device 1\nindex 5\n\nno field") ==
               "eas-device 1\nindex 5\n\nno field");
    BOOST_TEST(without_change_points("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
