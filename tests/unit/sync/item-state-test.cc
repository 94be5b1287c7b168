#include "fakes/memory-state-store.h"
#include "sync/item-state.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using Where = KnownItem::Where;

namespace {

ItemSnapshot snapshot()
{
    ItemSnapshot made;
    made.folder_version = "token";
    made.filter_type = 5;
    made.next_passes_seconds = -5;
    made.retry_seconds = 7;
    made.writes = {{"client 1", "a", "v1"}, {"", "b", "v2"}};
    made.put({"a", "v1", Where::device, -5});
    made.put({"b", "", Where::device, {}});
    made.put({"c", "v3", Where::outside, 12, 1000});
    made.next_again_seconds = 1000;
    made.put({"d", "v4", Where::unreadable, {}});
    return made;
}

ItemState state()
{
    ItemState made;
    made.options.filter_type = 5;
    made.options.conflict = 0;
    made.supported = {.is_sent = true, .managed = {Tag::Calendar_Subject, Tag::Calendar_Location}};
    made.delivery = {4, 1, "a", 2};
    made.current = {"12", snapshot()};
    made.previous = KeyedItems{"11", snapshot()};
    made.previous->snapshot.items.erase("a");
    made.previous->snapshot.put({"b", "old", Where::device, {}});
    made.previous->snapshot.put({"e", "v5", Where::device, {}});
    made.previous->snapshot.writes.clear();
    return made;
}

std::vector<std::string> told(std::vector<ItemChange> const &changes)
{
    std::vector<std::string> texts;
    for (auto const &change : changes)
        texts.push_back(std::string(1, "-/*+"[static_cast<int>(change.kind)]) + change.id);
    return texts;
}

struct ItemStateFixture {
    test::MemoryStateStore store;

    /// What is found of a stored `text`; nothing if it cannot be read.
    std::optional<StoredItemState> load(std::string text)
    {
        store.values["state"] = std::move(text);
        auto loaded = StoredItemState::load(store, "state");
        return loaded ? std::move(*loaded) : std::nullopt;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(item_state, ItemStateFixture)

BOOST_AUTO_TEST_CASE(a_state_round_trips_for_both_keys)
{
    auto stored = load(serialize(state()));
    BOOST_REQUIRE(stored);
    BOOST_TEST(stored->head().current.sync_key == "12");
    BOOST_TEST(stored->head().current.snapshot.folder_version == "token");
    BOOST_TEST(stored->head().current.snapshot.items.empty());
    auto const whole = std::move(*stored).read_items("11");
    BOOST_REQUIRE(whole);
    BOOST_TEST((*whole == state()));
}

BOOST_AUTO_TEST_CASE(a_client_that_knows_the_current_key_has_no_use_for_the_previous_one)
{
    auto stored = load(serialize(state()));
    auto const whole = std::move(*stored).read_items("12");
    BOOST_REQUIRE(whole);
    BOOST_TEST(!whole->previous.has_value());
    BOOST_TEST((whole->current == state().current));
}

BOOST_AUTO_TEST_CASE(a_damaged_state_is_none)
{
    auto const text = serialize(state());
    auto const is_read = [this](std::string damaged) {
        auto stored = load(std::move(damaged));
        return stored && std::move(*stored).read_items("11");
    };
    BOOST_TEST(is_read(text));
    for (size_t size = 0; size < text.size(); size++)
        BOOST_TEST(!is_read(text.substr(0, size)));
    for (auto const &[from, to] : std::vector<std::pair<std::string, std::string>>{
             {"items ", "items 9"},               // longer than the text
             {"\na v1 d -5\n", "\na v1 d\n--\n"}, // no whole row
             {"\na v1 d -5\n", "\nc v1 d -5\n"},  // not in order
             {"\nb old d -\n", "\nb old d\n--"},  // likewise in what differs
         }) {
        auto damaged = text;
        BOOST_REQUIRE(damaged.find(from) != damaged.npos);
        BOOST_TEST(!is_read(damaged.replace(damaged.find(from), from.size(), to)), to);
    }
}

BOOST_AUTO_TEST_CASE(a_head_of_any_length_is_read)
{
    for (size_t const writes : {0, 10, 1000}) {
        auto long_state = state();
        for (size_t i = 0; i < writes; ++i)
            long_state.current.snapshot.writes.push_back({"client " + std::to_string(i), "item", "version"});
        auto stored = load(serialize(long_state));
        BOOST_REQUIRE(stored);
        BOOST_TEST(stored->head().current.snapshot.writes.size() == writes + 2);
        auto const whole = std::move(*stored).read_items("11");
        BOOST_REQUIRE(whole);
        BOOST_TEST((*whole == long_state));
    }
}

BOOST_AUTO_TEST_CASE(what_an_earlier_version_wrote_is_read)
{
    auto stored = load("eas-item-state 1\nfilter 5\nkey 12\nversion token\nfilter 5\n"
                       "key 11\nversion old\nfilter 5\n"
                       "items 25\na v1 d -5\nc v3 o 12 1000\n"
                       "previous 10\nb - u -\nc\nend 1\n");
    BOOST_REQUIRE(stored);
    auto const state = std::move(*stored).read_items("11");
    BOOST_REQUIRE(state);
    BOOST_TEST((state->current.snapshot.items.find("c") == KnownItem{"c", "v3", Where::outside, 12, 1000}));
    auto const &previous = state->previous->snapshot.items;
    BOOST_TEST((previous.find("a") == KnownItem{"a", "v1", Where::device, -5}));
    BOOST_TEST((previous.find("b") == KnownItem{"b", "", Where::unreadable}));
    BOOST_TEST(!previous.find("c"));
}

BOOST_AUTO_TEST_CASE(a_listing_is_sorted_and_has_each_item_once)
{
    ItemVersions listed{{"c", "1"}, {"a", "2"}, {"b", "3"}, {"a", "4"}};
    listed.keep_first(4);
    listed.sort();
    BOOST_TEST((std::vector(listed.begin(), listed.end()) ==
                std::vector<ItemVersion>{{"a", "2"}, {"b", "3"}, {"c", "1"}}));
    listed.put("b", "5");
    listed.put("aa", "6");
    BOOST_TEST((listed.version_of("b") == "5"));
    BOOST_TEST((listed.version_of("aa") == "6"));
    BOOST_TEST(!listed.version_of("d"));
    listed.keep_first(1);
    BOOST_TEST(listed.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_repeated_request_that_leads_to_the_same_keeps_its_key)
{
    ItemState changing{.options = {}, .supported = {}, .delivery = {}, .current = {"5", {}}, .previous = {}};
    changing.advance("5", snapshot());
    BOOST_TEST(changing.current.sync_key == "6");
    changing.advance("5", snapshot());
    BOOST_TEST(changing.current.sync_key == "6");
    changing.advance("5", {});
    BOOST_TEST(changing.current.sync_key == "7");
    BOOST_TEST(changing.previous->sync_key == "5");
}

BOOST_AUTO_TEST_CASE(a_client_that_never_got_the_last_key_goes_on_with_the_one_before)
{
    ItemState changing{.options = {}, .supported = {}, .delivery = {}, .current = {"5", {}}, .previous = {}};
    BOOST_TEST(!changing.settle("5"));
    changing.advance("5", snapshot());
    BOOST_TEST(changing.settle("5"));
    BOOST_TEST(changing.current.sync_key == "5");
    BOOST_REQUIRE(changing.find("6"));
    BOOST_TEST((changing.find("6")->snapshot == snapshot()));
    auto stored = load(serialize(changing));
    BOOST_REQUIRE(stored);
    auto read = std::move(*stored).read_items("5");
    BOOST_REQUIRE(read);
    read->advance("5", snapshot());
    BOOST_TEST(read->current.sync_key == "7"); // never given out before
}

BOOST_AUTO_TEST_CASE(what_differs_is_told_most_urgent_first)
{
    ItemVersions const listed{{"a", "v1"}, {"c", "v3"}, {"d", "v4"}, {"new", "v"}};
    auto const since = Instant::from_seconds(20), now = Instant::from_seconds(100);
    auto known = snapshot();
    known.put({"x", "v", Where::device, {}});
    BOOST_TEST(told(compare_items(known, listed, {}, false, now)) ==
                   (std::vector<std::string>{"-b", "-x", "+c", "+new"}),
               boost::test_tools::per_element());
    BOOST_TEST(told(compare_items(known, listed, since, false, now)) ==
                   (std::vector<std::string>{"-b", "-x", "/a", "+new"}),
               boost::test_tools::per_element());
    BOOST_TEST(told(compare_items(known, listed, since, true, now)) ==
                   (std::vector<std::string>{"-b", "-x", "/a", "+d", "+new"}),
               boost::test_tools::per_element());
    BOOST_TEST(told(compare_items(known, {{"a", "v2"}, {"b", "v2"}}, {}, false, now)).front() == "-c");
}

BOOST_AUTO_TEST_CASE(an_item_is_told_again_when_its_time_has_come)
{
    ItemSnapshot known;
    known.folder_version = "token";
    known.put({"a", "v1", Where::device, {}, 100});
    known.put({"b", "v1", Where::device, {}, {}});
    known.count_passes();
    BOOST_TEST((known.next_again_seconds == 100));
    ItemVersions const listed{{"a", "v1"}, {"b", "v1"}};
    BOOST_TEST(surely_unchanged(known, "token", 0, Instant::from_seconds(99)));
    BOOST_TEST(!surely_unchanged(known, "token", 0, Instant::from_seconds(100)));
    BOOST_TEST(compare_items(known, listed, {}, false, Instant::from_seconds(99)).empty());
    BOOST_TEST(told(compare_items(known, listed, {}, false, Instant::from_seconds(100))) ==
                   std::vector<std::string>{"*a"},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_is_listed_while_nothing_can_have_changed)
{
    auto known = snapshot();
    known.retry_seconds.reset();
    known.count_passes();
    BOOST_TEST(*known.next_passes_seconds == -5);
    auto const now = Instant::from_seconds(0);
    BOOST_TEST(surely_unchanged(known, "token", 5, now));
    BOOST_TEST(!surely_unchanged(known, "other", 5, now));
    BOOST_TEST(!surely_unchanged(known, "token", 0, now));
    BOOST_TEST(!surely_unchanged(known, "token", 5, Instant::from_seconds(32 * 86'400)));
    known.retry_seconds = 7;
    BOOST_TEST(!surely_unchanged(known, "token", 5, Instant::from_seconds(7)));
    known.folder_version.clear();
    BOOST_TEST(!surely_unchanged(known, "", 5, now));
}

BOOST_AUTO_TEST_CASE(what_a_request_wrote_is_found)
{
    auto const known = snapshot();
    BOOST_TEST(known.find_add("client 1")->item_id == "a");
    BOOST_TEST(known.find_add("client 2") == nullptr);
    BOOST_TEST(known.find_add("") == nullptr);
    BOOST_TEST(known.wrote("b", "v2"));
    BOOST_TEST(!known.wrote("b", "v1"));
}

BOOST_AUTO_TEST_SUITE_END()
