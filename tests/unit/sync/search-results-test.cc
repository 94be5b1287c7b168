#include "fakes/memory-state-store.h"
#include "sync/search-results.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

BOOST_AUTO_TEST_SUITE(search_results)

BOOST_AUTO_TEST_CASE(rows_come_back_in_their_order)
{
    MemoryStateStore store;
    SearchResults const saved{
        "a query\nof two lines",
        12,
        {FoundMessage{"b", 2, 9, {}}, ItemId{ItemClass::calendar, "c", "i"}, FoundMessage{"b", 2, 1, {}}}};
    BOOST_REQUIRE(saved.save(store, "device/x/search"));
    auto const loaded = SearchResults::load(store, "device/x/search", saved.query);
    BOOST_REQUIRE(loaded);
    BOOST_REQUIRE(loaded->has_value());
    BOOST_TEST((*loaded)->total == 12u);
    BOOST_TEST(((*loaded)->rows == saved.rows));
}

BOOST_AUTO_TEST_CASE(another_query_has_no_rows)
{
    MemoryStateStore store;
    BOOST_REQUIRE((SearchResults{"one", 1, {}}.save(store, "device/x/search")));
    auto const loaded = SearchResults::load(store, "device/x/search", "other");
    BOOST_REQUIRE(loaded);
    BOOST_TEST(!loaded->has_value());
}

BOOST_AUTO_TEST_CASE(a_damaged_value_has_no_rows)
{
    MemoryStateStore store;
    for (auto const *value : {"", "nonsense", "eas-search 99\nquery \n"}) {
        BOOST_REQUIRE(store.set("device/x/search", value));
        auto const loaded = SearchResults::load(store, "device/x/search", "");
        BOOST_REQUIRE(loaded);
        BOOST_TEST(!loaded->has_value());
    }
}

BOOST_AUTO_TEST_SUITE_END()
