#include "mapping/contact-map.h"
#include "support.h"
#include <fstream>
#include <sstream>

using namespace eas;
using namespace eas::test;

BOOST_AUTO_TEST_SUITE(contact_maps)

BOOST_AUTO_TEST_CASE(the_map_that_is_shipped_is_the_one_that_is_used)
{
    std::ifstream file(source_tree() / "conf.d/ldap/contacts.map");
    std::stringstream text;
    text << file.rdbuf();
    auto const shipped = parse_contact_map(text.str());
    BOOST_REQUIRE_EQUAL(error_of(shipped), "");
    BOOST_CHECK(*shipped == standard_contact_map());
}

BOOST_AUTO_TEST_CASE(every_property_has_a_place)
{
    auto const &map = standard_contact_map();
    for (auto const &text : contact_texts)
        BOOST_CHECK_MESSAGE(!map.places(local_name(text.tag)).empty(), local_name(text.tag));
    for (auto const &list : contact_lists)
        BOOST_CHECK_MESSAGE(!map.places(local_name(list.tag)).empty(), local_name(list.tag));
    BOOST_CHECK(!map.places("Notes").empty());
}

BOOST_AUTO_TEST_CASE(every_attribute_of_ours_is_in_the_schemas)
{
    for (auto const *name : {"conf.d/ldap/eas.schema", "conf.d/ldap/eas.ldif"}) {
        std::ifstream file(source_tree() / name);
        std::stringstream text;
        text << file.rdbuf();
        for (auto const &row : standard_contact_map().rows)
            for (auto const &place : row.places)
                if (place.attribute.starts_with("eas"))
                    BOOST_CHECK_MESSAGE(text.str().find("NAME '" + place.attribute + "'") !=
                                            std::string::npos,
                                        name << " lacks " << place.attribute);
    }
}

// An entry of another program may be a mere person, which has room for little.
BOOST_AUTO_TEST_CASE(our_class_has_room_for_every_property)
{
    for (auto const *name : {"conf.d/ldap/eas.schema", "conf.d/ldap/eas.ldif"}) {
        std::ifstream file(source_tree() / name);
        std::stringstream text;
        text << file.rdbuf();
        auto const members = text.str().substr(text.str().find("NAME 'easContact'"));
        for (auto const &row : standard_contact_map().rows)
            BOOST_CHECK_MESSAGE(members.find(' ' + row.places.front().attribute + ' ') != std::string::npos ||
                                    members.find(' ' + row.places.front().attribute + '\n') !=
                                        std::string::npos,
                                name << " lacks " << row.places.front().attribute);
    }
}

BOOST_AUTO_TEST_CASE(places_have_their_signs)
{
    auto const map = parse_contact_map("create-class person\nnaming-attribute cn\n# comment\n\n"
                                       "Email2Address mail[2] (other)\tthird$ (boss=) phones:home_fax a+b\n");
    BOOST_REQUIRE_EQUAL(error_of(map), "");
    auto const &places = map->places("Email2Address");
    BOOST_REQUIRE_EQUAL(places.size(), 6U);
    BOOST_CHECK((places[0] == AttributePlace{.attribute = "mail", .position = 1, .is_numbered = true}));
    BOOST_CHECK((places[1] == AttributePlace{.attribute = "other", .read_only = true}));
    BOOST_CHECK((places[2] == AttributePlace{.attribute = "third", .is_postal = true}));
    BOOST_CHECK((places[3] == AttributePlace{.attribute = "boss", .read_only = true, .is_dn = true}));
    BOOST_CHECK((places[4] == AttributePlace{.attribute = "phones", .read_only = true, .label = "home fax"}));
    BOOST_CHECK((places[5] == AttributePlace{.attribute = "a", .second_line = "b"}));
}

BOOST_AUTO_TEST_CASE(a_wrong_line_is_named)
{
    std::string const head = "create-class person\nnaming-attribute cn\n";
    BOOST_CHECK_EQUAL(error_of(parse_contact_map(head + "Surname sn\n")),
                      "contact map, line 3: Surname is no property of contacts");
    BOOST_CHECK_EQUAL(error_of(parse_contact_map(head + "LastName sn\nLastName cn\n")),
                      "contact map, line 4: LastName was there before");
    BOOST_CHECK_EQUAL(error_of(parse_contact_map(head + "LastName *)(uid=*\n")),
                      "contact map, line 3: *)(uid=* is no attribute");
    BOOST_CHECK_EQUAL(error_of(parse_contact_map(head + "LastName sn+*\n")),
                      "contact map, line 3: sn+* is no attribute");
    BOOST_CHECK_EQUAL(error_of(parse_contact_map("LastName sn")),
                      "contact map, line 1: create-class and naming-attribute are missing");
}

BOOST_AUTO_TEST_SUITE_END()
