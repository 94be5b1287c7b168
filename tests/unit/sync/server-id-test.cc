#include "sync/server-id.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(server_id)

BOOST_AUTO_TEST_CASE(message_ids_round_trip)
{
    auto id = message_id("Zm9sZGVyLTAtXzEyMzQ1Ng", 4294967295);
    BOOST_TEST(id == "Zm9sZGVyLTAtXzEyMzQ1Ng:4294967295");
    BOOST_TEST(id.size() <= 64);
    BOOST_TEST((parse_message_id(id) == MessageId{"Zm9sZGVyLTAtXzEyMzQ1Ng", 4294967295}));
}

BOOST_AUTO_TEST_CASE(what_is_no_message_id_is_refused)
{
    for (auto text : {"", ":", "a", "a:", ":1", "a:0", "a:4294967296", "a:-1", "a:1:2", "a:1x", "a: 1"})
        BOOST_TEST(!parse_message_id(text), text);
}

BOOST_AUTO_TEST_CASE(long_ids_round_trip)
{
    FoundMessage const message{"Zm9sZGVyLTAtXzEyMzQ1Ng", 4294967295, 7, {}};
    BOOST_TEST(long_id(message) == "Zm9sZGVyLTAtXzEyMzQ1Ng:4294967295:7");
    BOOST_TEST((parse_long_id(long_id(message)) == message));
    for (auto text :
         {"", "::", "a:1", ":1:1", "a:0:1", "a:1:0", "a:1:4294967296", "a:1:1:1", "a:x:1", "a:1: 1"})
        BOOST_TEST(!parse_long_id(text), text);
}

BOOST_AUTO_TEST_CASE(file_references_name_a_part_of_a_message)
{
    auto reference = parse_file_reference(file_reference_prefix("folder", 7) + "1.2");
    BOOST_REQUIRE(reference);
    BOOST_TEST(reference->message.folder == "folder");
    BOOST_TEST(reference->message.uid == 7u);
    BOOST_TEST(reference->part == "1.2");
    for (auto text : {"", "folder:7", "folder:7:1/2", "folder:7:../x", "folder:x:1"})
        BOOST_TEST(!parse_file_reference(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
