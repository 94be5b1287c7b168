#include "base/uid-set.h"
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <iterator>
#include <limits>
#include <random>
#include <set>

using namespace eas;

static constexpr Uid highest_uid = std::numeric_limits<Uid>::max();

BOOST_AUTO_TEST_SUITE(uid_set)

static void require_canonical(UidSet const &set)
{
    auto const &ranges = set.ranges();
    for (size_t i = 0; i < ranges.size(); i++) {
        BOOST_REQUIRE(ranges[i].first >= 1 && ranges[i].first <= ranges[i].last);
        if (i > 0)
            BOOST_REQUIRE(uint64_t{ranges[i - 1].last} + 1 < ranges[i].first);
    }
}

static void require_equal(UidSet const &set, std::set<Uid> const &expected)
{
    require_canonical(set);
    std::vector<Uid> const newest = set.newest(expected.size() + 1);
    BOOST_REQUIRE(std::ranges::equal(newest, std::vector<Uid>(expected.rbegin(), expected.rend())));
    BOOST_REQUIRE_EQUAL(set.size(), expected.size());
    BOOST_REQUIRE_EQUAL(set.empty(), expected.empty());
    BOOST_REQUIRE_EQUAL(set.highest(), expected.empty() ? 0 : *expected.rbegin());
    BOOST_REQUIRE_EQUAL(set.range_count(), set.ranges().size());
    BOOST_REQUIRE(UidSet::parse(set.to_string()) == set);
    if (!set.empty())
        BOOST_REQUIRE(UidSet::of_bitmap(set.bitmap_start(), set.bitmap()) == set);
}

BOOST_AUTO_TEST_CASE(behaves_as_std_set_under_random_operations)
{
    constexpr Uid most = 400; // several blocks of 64
    std::mt19937 random(7);
    std::uniform_int_distribution<Uid> uid(1, most), operation(0, 3);
    UidSet set, other;
    std::set<Uid> expected, expected_other;
    for (int step = 0; step < 5'000; step++) {
        Uid const width = uid(random) / (step % 5 == 0 ? 1 : 40); // small ones, and such that fill blocks
        Uid const first = uid(random), last = std::min(most, first + width);
        auto &target = step % 3 == 0 ? other : set;
        auto &expected_target = step % 3 == 0 ? expected_other : expected;
        bool const is_addition = operation(random) < 2;
        is_addition ? target.add(first, last) : target.remove(first, last);
        for (Uid each = first; each <= last; each++)
            is_addition ? (void)expected_target.insert(each) : (void)expected_target.erase(each);
        require_equal(target, expected_target);
        BOOST_REQUIRE_EQUAL(target.contains(first), expected_target.contains(first));

        std::set<Uid> all, both, only;
        std::ranges::set_union(expected, expected_other, std::inserter(all, all.end()));
        std::ranges::set_intersection(expected, expected_other, std::inserter(both, both.end()));
        std::ranges::set_difference(expected, expected_other, std::inserter(only, only.end()));
        require_equal(set.united(other), all);
        require_equal(set.intersected(other), both);
        require_equal(set.without(other), only);
        BOOST_REQUIRE((set.difference(other).difference(other) == set));
        BOOST_REQUIRE((set.difference(other) == set.without(other).united(other.without(set))));
    }
}

BOOST_AUTO_TEST_CASE(ranges_reach_the_highest_uid)
{
    UidSet set{highest_uid};
    set.add(highest_uid - 1);
    BOOST_TEST(set.to_string() == "4294967294:4294967295");
    set.add(1, highest_uid);
    BOOST_TEST(set.size() == highest_uid);
    BOOST_TEST(set.newest(2).front() == highest_uid);
    BOOST_TEST(set.without(UidSet{highest_uid}).to_string() == "1:4294967294");
    set.remove(highest_uid);
    set.remove(1);
    BOOST_TEST(set.to_string() == "2:4294967294");
    set.remove(0, highest_uid);
    BOOST_TEST(set.empty());
}

BOOST_AUTO_TEST_CASE(uid_0_is_never_in_a_set)
{
    UidSet set{0};
    BOOST_TEST(set.empty());
    set.add(0, 2);
    BOOST_TEST(set.to_string() == "1:2");
    set.add(5, 4);
    set.remove(2, 1);
    BOOST_TEST(set.to_string() == "1:2");
}

BOOST_AUTO_TEST_CASE(newest_gives_at_most_what_was_asked_for)
{
    UidSet const set{1, 2, 3, 7, 9};
    auto const newest = set.newest(3);
    BOOST_TEST(newest == (std::vector<Uid>{9, 7, 3}), boost::test_tools::per_element());
    BOOST_TEST(set.newest(0).empty());
}

BOOST_AUTO_TEST_CASE(parses_any_order_and_overlap)
{
    BOOST_TEST(UidSet::parse("9,7:8,1,2:4,3")->to_string() == "1:4,7:9");
    BOOST_TEST(UidSet::parse("9:5")->to_string() == "5:9");
    BOOST_TEST(UidSet::parse("")->empty());
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_set_of_uids)
{
    for (auto const *wrong : {"0", "0:3", "1:0", "1,", ",1", ",", "1,,2", "a", "1:", ":1", "1:2:3", "1:*",
                              "*", " 1", "1 ", "4294967296", "-1", "1:4294967296"})
        BOOST_TEST_CONTEXT(wrong)
        {
            BOOST_TEST(!UidSet::parse(wrong));
        }
}

BOOST_AUTO_TEST_SUITE_END()
