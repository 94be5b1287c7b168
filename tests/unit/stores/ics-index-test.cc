#include "stores/ics-index.h"
#include "support.h"

using namespace eas;

namespace {

constexpr int64_t second = 1'000'000'000;

std::vector<IcsEntry> const entries = {
    {"id-0", UINT64_MAX, IcsState::other, "", "-", ""},
    {"id-1", 12, IcsState::task, "version", "a b%\n\xFF.ics", "uid end x"},
    {"id-2", 0, IcsState::broken, "", "b.ics", "-"},
};

IcsIndex sample()
{
    IcsIndex index;
    for (auto const &entry : entries)
        index.put(entry.line());
    return index;
}

} // namespace

BOOST_AUTO_TEST_SUITE(ics_index)

BOOST_AUTO_TEST_CASE(an_index_is_read_as_it_was_written)
{
    auto const index = parse_ics_index(serialize(sample()));
    BOOST_TEST((index == sample()));
    std::vector<IcsEntry> read;
    index.for_each([&](IcsRow const &row) { read.push_back(row.entry()); });
    BOOST_TEST((read == entries));
    std::string decoded;
    BOOST_TEST(index.find("id-1")->item(decoded).uid == "uid end x");
    BOOST_TEST(index.find("id-2")->item(decoded).uid == "-");
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
    auto const token = settled_token(stamp, "a", 103 * second);
    BOOST_TEST(token == stamp.token("a"));
    BOOST_TEST(token != 0);
    for (auto const name : {"", "b", "a.ics", "a\n"})
        BOOST_TEST(stamp.token(name) != token);
    for (FileStamp const other : {FileStamp{2, 2, 100 * second, 100 * second},
                                  {1, 3, 100 * second, 100 * second},
                                  {1, 2, 100 * second + 1, 100 * second},
                                  {1, 2, 100 * second, 101 * second}})
        BOOST_TEST(other.token("a") != token);
    BOOST_TEST(settled_token(stamp, "a", 102 * second) ==
               0); // it may have been written again within two seconds
    BOOST_TEST(settled_token({1, 2, 200 * second, 100 * second}, "a", 103 * second) == 0); // of the future
}

BOOST_AUTO_TEST_SUITE_END()
