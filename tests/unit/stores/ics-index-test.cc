#include "stores/ics-index.h"
#include "support.h"

using namespace eas;

namespace {

constexpr int64_t second = 1'000'000'000;

IcsIndex sample()
{
    return {{"-", UINT64_MAX, IcsState::other, "id 0", "", ""},
            {"a b%\n\xFF.ics", 12, IcsState::task, "id 1", "version", "uid end x"},
            {"b.ics", 0, IcsState::broken, "id-2", "", "-"}};
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

BOOST_AUTO_TEST_CASE(a_stamp_tells_what_was_read_if_it_was_old_when_it_was_read)
{
    FileStamp const stamp{1, 2, 100 * second, 100 * second};
    auto const token = settled_token(stamp, 103 * second);
    BOOST_TEST(token == stamp.token());
    BOOST_TEST(token != 0);
    for (FileStamp const other : {FileStamp{2, 2, 100 * second, 100 * second},
                                  {1, 3, 100 * second, 100 * second},
                                  {1, 2, 100 * second + 1, 100 * second},
                                  {1, 2, 100 * second, 101 * second}})
        BOOST_TEST(other.token() != token);
    BOOST_TEST(settled_token(stamp, 102 * second) == 0); // it may have been written again within two seconds
    BOOST_TEST(settled_token({1, 2, 200 * second, 100 * second}, 103 * second) == 0); // of the future
}

BOOST_AUTO_TEST_SUITE_END()
