#include "sync/item-class.h"
#include "sync/server-id.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(item_class)

BOOST_AUTO_TEST_CASE(item_ids_round_trip)
{
    auto const id = item_id(ItemClass::tasks, "0123456789abcde_", "0123456789abcde-");
    BOOST_TEST(id == "t.0123456789abcde_:0123456789abcde-");
    BOOST_TEST((parse_item_id(id) == ItemId{ItemClass::tasks, "0123456789abcde_", "0123456789abcde-"}));
    for (auto &row : item_classes()) {
        BOOST_TEST((parse_item_collection_id(item_collection_id(row.item_class, "x")) ==
                    ItemId{row.item_class, "x", {}}));
        BOOST_TEST((parse_item_id(item_id(row.item_class, "x", "y")) == ItemId{row.item_class, "x", "y"}));
    }
}

BOOST_AUTO_TEST_CASE(the_recipient_information_cache_has_the_id_of_the_specification)
{
    ItemId const cache{ItemClass::recipients, "", ""}, recipient{ItemClass::recipients, "", "0a1b"};
    BOOST_TEST(item_collection_id(ItemClass::recipients, "") == "RI");
    BOOST_TEST((parse_item_collection_id("RI") == cache));
    BOOST_TEST(item_id(ItemClass::recipients, "", "0a1b") == "RI:0a1b");
    BOOST_TEST((parse_item_id("RI:0a1b") == recipient));
    for (auto text : {"ri", "RI.", "R", "r.a", "RIX"})
        BOOST_TEST(!parse_item_collection_id(text), text);
}

BOOST_AUTO_TEST_CASE(what_is_no_item_id_is_refused)
{
    for (auto text : {"", ":", "c", "c.", "c.:", "c.:1", "c.a:", "c.a:b:c", "cxa:b", "x.a:b", "c.a"})
        BOOST_TEST(!parse_item_id(text), text);
    BOOST_TEST(!parse_item_id("c.a:" + std::string(61, 'b')));
    BOOST_TEST(!parse_item_collection_id("c.a:b"));
    BOOST_TEST(!parse_item_collection_id("Zm9sZGVyLTAtXzEyMzQ1Ng"));
}

BOOST_AUTO_TEST_CASE(an_item_is_no_message_though_its_name_is_a_number)
{
    BOOST_TEST(!parse_item_id("Zm9sZGVyLTAtXzEyMzQ1Ng:1"));
    BOOST_TEST(!parse_item_file_reference("Zm9sZGVyLTAtXzEyMzQ1Ng:1:2"));
}

BOOST_AUTO_TEST_CASE(file_references_keep_all_that_follows_the_item)
{
    auto const reference = parse_item_file_reference("c.a:b:1.2:x");
    BOOST_REQUIRE(reference);
    BOOST_TEST((reference->item == ItemId{ItemClass::calendar, "a", "b"}));
    BOOST_TEST(reference->reference == "1.2:x");
    for (auto text : {"", "c.a:b", "c.a:b:", "c.a", "a:b:c"})
        BOOST_TEST(!parse_item_file_reference(text), text);
}

BOOST_AUTO_TEST_CASE(types_of_folders_tell_the_class)
{
    BOOST_TEST((item_class_of_type(8) == ItemClass::calendar));
    BOOST_TEST((item_class_of_type(15) == ItemClass::tasks));
    BOOST_TEST((item_class_of_type(17) == ItemClass::notes));
    for (int type : {0, 1, 2, 5, 6, 11, 12, 16, 18, 19})
        BOOST_TEST(!item_class_of_type(type).has_value(), type);
}

BOOST_AUTO_TEST_SUITE_END()
