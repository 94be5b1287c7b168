#include "sync/compact-uids.h"
#include <boost/test/unit_test.hpp>
#include <limits>
#include <random>

using namespace eas;

BOOST_AUTO_TEST_SUITE(compact_uids)

BOOST_AUTO_TEST_CASE(runs_are_written_as_imap_does)
{
    UidSet uids{3, 7};
    uids.add(10, 90'000);
    BOOST_TEST(compact(uids) == "3,7,10:90000");
    BOOST_TEST(compact({}) == "");
}

BOOST_AUTO_TEST_CASE(holes_everywhere_are_written_as_bits)
{
    UidSet uids;
    for (Uid uid = 1001; uid < 2001; uid += 2)
        uids.add(uid);
    auto text = compact(uids);
    BOOST_TEST(text.starts_with("@960:AAAAAACqqqq"));
    BOOST_TEST(text.size() < 180u);
}

BOOST_AUTO_TEST_CASE(every_set_survives)
{
    std::mt19937 random(7);
    for (unsigned density : {2u, 3u, 10u, 100u, 5000u})
        for (Uid first : {Uid{1}, Uid{123'456}, std::numeric_limits<Uid>::max() - 4000}) {
            UidSet uids;
            for (Uid offset = 0; offset < 4000; ++offset)
                if (random() % density != 0)
                    uids.add(first + offset);
            BOOST_TEST((parse_compact(compact(uids)) == uids), density << " from " << first);
            BOOST_TEST((parse_compact(compact(UidSet{first})) == UidSet{first}));
        }
}

BOOST_AUTO_TEST_CASE(damaged_text_is_refused)
{
    for (auto text : {"@", "@64", "@:AAAA", "@0:AQ", "@63:AAAA", "@x:AAAA", "@64:*", "@4294967296:AAAA",
                      "@4294967232:AAAAAAAAAAAAA", "1,x"})
        BOOST_TEST(!parse_compact(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
