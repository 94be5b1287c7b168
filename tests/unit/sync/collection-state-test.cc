#include "fakes/memory-state-store.h"
#include "sync/collection-state.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

CollectionState full_state()
{
    CollectionState state;
    state.delivery = {4, 1, 17, 2};
    state.options.filter_type = 3;
    state.current.snapshot.filter_limit = 2;
    state.options.body.mime_support = 2;
    state.options.body.mime_truncation = 4;
    state.options.body.body_preferences = {{BodyType::html, 500, true, 100}, {BodyType::plain, {}, {}, {}}};
    state.options.body.body_part_preference = BodyPreference{BodyType::html, 1000, false, {}};
    state.current.sync_key = "123456789000000002";
    state.current.snapshot = {7, 1ull << 40, 99, {{1}}, {1}, {}, {}, {1}, {5, 6}, 3, 1'700'000'000};
    state.current.snapshot.device.add(10, 20);
    state.previous = KeyedSnapshot{"123456789000000001", {}};
    return state;
}

} // namespace

BOOST_AUTO_TEST_SUITE(collection_state)

BOOST_AUTO_TEST_CASE(everything_survives_being_stored)
{
    auto state = full_state();
    auto read = parse_collection_state(serialize(state), state.previous->sync_key);
    BOOST_REQUIRE(read);
    BOOST_TEST((*read == state));
    auto text = serialize(state);
    state.previous.reset();
    BOOST_TEST((*parse_collection_state(text) == state)); // without being asked for
    BOOST_TEST((*parse_collection_state(serialize(state)) == state));
}

BOOST_AUTO_TEST_CASE(a_value_that_was_cut_reads_as_no_state)
{
    auto text = serialize(full_state());
    for (size_t size = 0; size < text.size() - 1; ++size)
        BOOST_TEST(!parse_collection_state(text.substr(0, size)), size);
    BOOST_TEST(!parse_collection_state("eas-mail-state 999\nkey 1\nend 1\n"));
}

BOOST_AUTO_TEST_CASE(keys_are_numbers_that_fit_and_differ)
{
    auto first = first_sync_key(), second = first_sync_key();
    BOOST_TEST(first.size() <= 64u);
    BOOST_TEST(first.find_first_not_of("0123456789") == first.npos);
    BOOST_TEST(first != second);
    BOOST_TEST(first != "0");
}

BOOST_AUTO_TEST_CASE(two_keys_are_known_the_current_and_the_one_before)
{
    CollectionState state;
    state.current.sync_key = "100";
    state.advance("100", {});
    state.advance("101", {});
    BOOST_TEST(state.current.sync_key == "102");
    BOOST_TEST(state.find("102") == &state.current);
    BOOST_TEST(state.find("101") == &*state.previous);
    BOOST_TEST(!state.find("100"));
    BOOST_TEST(!state.find("0"));
    BOOST_TEST(!state.find(""));
}

BOOST_AUTO_TEST_CASE(a_repeated_request_keeps_the_state_that_it_came_from)
{
    CollectionState state;
    state.current.sync_key = "100";
    MailSnapshot lost;
    lost.modseq = 5;
    state.advance("100", lost); // the client never saw 101
    MailSnapshot repeated;
    repeated.modseq = 6;
    state.advance("100", repeated);
    BOOST_TEST(state.current.sync_key == "102");
    BOOST_TEST(state.current.snapshot.modseq == 6u);
    BOOST_REQUIRE(state.find("100"));
    BOOST_TEST(state.find("100")->snapshot.modseq == 0u);
    BOOST_TEST(!state.find("101"));
}

BOOST_AUTO_TEST_SUITE_END()
