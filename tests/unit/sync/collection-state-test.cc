#include "fakes/memory-state-store.h"
#include "sync/collection-state.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

CollectionState full_state()
{
    CollectionState state;
    state.delivery = {4, 1, "17", 2};
    state.options.filter_type = 3;
    state.current.snapshot.filter_limit = 2;
    state.options.body.mime_support = 2;
    state.options.body.mime_truncation = 4;
    state.options.body.body_preferences = {{BodyType::html, 500, true, 100}, {BodyType::plain, {}, {}, {}}};
    state.options.body.body_part_preference = BodyPreference{BodyType::html, 1000, false, {}};
    state.current.sync_key = "123456789000000002";
    auto &snapshot = state.current.snapshot;
    snapshot.uid_validity = 7;
    snapshot.point = {1, 2, 1ull << 40};
    snapshot.uid_next = 99;
    snapshot.device = snapshot.read = snapshot.forwarded = {1};
    snapshot.device.add(10, 20);
    snapshot.categories.put(10, 0xfedcba9876543210);
    snapshot.categories.put(11, 1);
    snapshot.flag_details.put(10, ~uint64_t{0});
    snapshot.pending = {5, 6};
    snapshot.unreadable = {7};
    snapshot.retry_seconds = 1'800'000'000;
    snapshot.filter_type = 3;
    snapshot.oldest_seconds = 1'700'000'000;
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

BOOST_AUTO_TEST_CASE(a_fragmented_mailbox_takes_little_more_than_a_bit_a_message)
{
    CollectionState state;
    state.current.sync_key = "123456789000000002";
    auto &snapshot = state.current.snapshot;
    for (Uid uid = 1; uid < 100'000; uid += 2)
        snapshot.device.add(uid);
    snapshot.read = snapshot.device;
    state.previous = KeyedSnapshot{"123456789000000001", snapshot};
    snapshot.device.add(100'000);
    auto text = serialize(state);
    BOOST_TEST(text.size() < 35'000u);
    BOOST_TEST((*parse_collection_state(text, state.previous->sync_key) == state));
}

BOOST_AUTO_TEST_CASE(without_its_sets_it_tells_whether_something_happened)
{
    auto state = full_state();
    state.previous = state.current;
    state.previous->sync_key = "123456789000000001";
    state.previous->snapshot.pending = {};
    state.previous->snapshot.device = {2};
    auto read = parse_collection_state(serialize(state), state.previous->sync_key, StateParts::without_sets);
    BOOST_REQUIRE(read);
    for (auto *snapshot : {&state.current.snapshot, &state.previous->snapshot}) {
        snapshot->device = snapshot->read = snapshot->flagged = snapshot->answered = {};
        snapshot->forwarded = snapshot->stale = {};
        snapshot->categories = snapshot->flag_details = {};
    }
    BOOST_TEST((*read == state));
}

BOOST_AUTO_TEST_CASE(a_value_that_was_cut_reads_as_no_state)
{
    auto text = serialize(full_state());
    for (size_t size = 0; size < text.size() - 1; ++size)
        BOOST_TEST(!parse_collection_state(text.substr(0, size)), size);
    BOOST_TEST(!parse_collection_state("eas-mail-state 999\nkey 1\nend 1\n"));
}

BOOST_AUTO_TEST_CASE(a_damaged_group_reads_as_no_state)
{
    auto text = serialize(full_state());
    std::string const line = "categories 1 11\n";
    auto at = text.find(line);
    BOOST_REQUIRE(at != text.npos);
    for (auto damaged : {"categories x 11\n", "categories 1\n", "categories 1 \n", "categories 0 11\n",
                         "categories 11111111111111111 11\n", "categories \n"})
        BOOST_TEST(!parse_collection_state(std::string(text).replace(at, line.size(), damaged)), damaged);
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

BOOST_AUTO_TEST_CASE(a_repeated_request_that_leads_to_the_same_gets_the_same_key)
{
    CollectionState state;
    state.current.sync_key = "100";
    MailSnapshot told;
    told.device.add(5);
    state.advance("100", told);
    state.advance("100", told);
    BOOST_TEST(state.current.sync_key == "101");
    BOOST_TEST(state.find("100"));
}

BOOST_AUTO_TEST_CASE(what_was_looked_at_again_is_kept_under_its_key)
{
    CollectionState state;
    state.current.sync_key = "100";
    MailSnapshot snapshot;
    BOOST_TEST(!state.replace("100", snapshot));
    snapshot.point.modseq = 7;
    BOOST_TEST(state.replace("100", snapshot));
    BOOST_TEST(state.find("100")->snapshot.point.modseq == 7u);
}

BOOST_AUTO_TEST_CASE(a_repeated_request_keeps_the_state_that_it_came_from)
{
    CollectionState state;
    state.current.sync_key = "100";
    MailSnapshot lost;
    lost.point.modseq = 5;
    state.advance("100", lost); // the client never saw 101
    MailSnapshot repeated;
    repeated.point.modseq = 6;
    state.advance("100", repeated);
    BOOST_TEST(state.current.sync_key == "102");
    BOOST_TEST(state.current.snapshot.point.modseq == 6u);
    BOOST_REQUIRE(state.find("100"));
    BOOST_TEST(state.find("100")->snapshot.point.modseq == 0u);
    BOOST_TEST(!state.find("101"));
}

BOOST_AUTO_TEST_SUITE_END()
