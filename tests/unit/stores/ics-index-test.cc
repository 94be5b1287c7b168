#include "stores/ics-index.h"
#include "support.h"

using namespace eas;

namespace {

constexpr int64_t second = 1'000'000'000;

IcsIndex sample()
{
    return {{"a b%\n\xFF.ics",
             {{1, 2, 3 * second, 4 * second}, 9 * second, IcsState::task, "version", "uid end x"}},
            {"b.ics", {{UINT64_MAX, 0, -1, 0}, 0, IcsState::broken, "", ""}}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(ics_index)

BOOST_AUTO_TEST_CASE(an_index_is_read_as_it_was_written)
{
    BOOST_TEST((parse_ics_index(serialize(sample())) == sample()));
    BOOST_TEST(parse_ics_index(serialize({})).empty());
}

BOOST_AUTO_TEST_CASE(a_damaged_index_is_empty)
{
    auto const text = serialize(sample());
    for (size_t i = 0; i < text.size(); i++) {
        BOOST_TEST(parse_ics_index(text.substr(0, i)).empty());
        auto changed = text;
        changed[i] ^= 1;
        BOOST_TEST(parse_ics_index(changed).empty());
    }
}

BOOST_AUTO_TEST_CASE(an_entry_is_valid_while_the_stamp_is_the_same_and_was_old_when_it_was_read)
{
    IcsEntry const entry{{1, 2, 100 * second, 100 * second}, 103 * second, IcsState::event, "v", "u"};
    BOOST_TEST(entry.is_valid(entry.stamp));
    for (FileStamp const other : {FileStamp{2, 2, 100 * second, 100 * second},
                                  {1, 3, 100 * second, 100 * second},
                                  {1, 2, 100 * second + 1, 100 * second},
                                  {1, 2, 100 * second, 101 * second}})
        BOOST_TEST(!entry.is_valid(other));
    auto fresh = entry;
    fresh.read_at = 102 * second; // it may have been written again within the clock's two seconds
    BOOST_TEST(!fresh.is_valid(fresh.stamp));
    auto future = entry;
    future.stamp.mtime = 200 * second;
    BOOST_TEST(!future.is_valid(future.stamp));
}

BOOST_AUTO_TEST_SUITE_END()
