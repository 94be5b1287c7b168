// What is remembered, a line each.
#include "fakes/memory-state-store.h"
#include "services/kept-list.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

struct Number {
    uint64_t value;
    bool operator==(Number const &) const = default;

    static std::optional<Number> parse(std::string_view line)
    {
        auto const value = parse_unsigned(line);
        return value ? std::optional(Number{*value}) : std::nullopt;
    }
    std::string line() const { return std::to_string(value); }
};

struct KeptListFixture {
    MemoryStateStore store;
    KeptList<Number> list{store, "calendar/numbers", 3};

    std::string text() { return store.get("calendar/numbers")->value_or("none"); }
    void add(uint64_t value)
    {
        BOOST_REQUIRE(list.change([&](std::vector<Number> &numbers) { numbers.push_back({value}); }));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(kept_list, KeptListFixture)

BOOST_AUTO_TEST_CASE(the_newest_entries_are_kept)
{
    for (uint64_t const value : {1, 2, 3, 4})
        add(value);
    BOOST_TEST(text() == "2\n3\n4\n");
    BOOST_TEST(list.read()->size() == 3);
}

BOOST_AUTO_TEST_CASE(a_list_without_entries_is_no_value)
{
    add(1);
    BOOST_REQUIRE(list.change([](std::vector<Number> &numbers) { numbers.clear(); }));
    BOOST_TEST(text() == "none");
    BOOST_TEST(list.read()->empty());
}

BOOST_AUTO_TEST_CASE(what_does_not_change_is_not_written)
{
    BOOST_REQUIRE(store.set("calendar/numbers", "1\nx\n\n2"));
    BOOST_TEST(list.read()->size() == 2);
    BOOST_REQUIRE(list.change([](std::vector<Number> &) {}));
    BOOST_TEST(text() == "1\nx\n\n2");
    add(3);
    BOOST_TEST(text() == "1\n2\n3\n");
}

BOOST_AUTO_TEST_SUITE_END()
