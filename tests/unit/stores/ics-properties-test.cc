#include "stores/ics-fixture.h"
#include "stores/ics-properties.h"

using namespace eas;
using test::error_of;
using test::read_file;
using test::write_file;

namespace {

struct Fixture {
    test::TemporaryDirectory temporary;
    IcsDirectory directory = *IcsDirectory::open(temporary.path, false);
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(ics_properties, Fixture)

BOOST_AUTO_TEST_CASE(radicales_properties_are_read_and_written_as_it_does)
{
    std::string const json =
        "{\"C:supported-calendar-component-set\": \"VEVENT\", \"D:displayname\": "
        "\"Gr\\u00fc\\u00dfe \\ud83d\\ude00 \\\"a\\\\b\\\"\\u000a\", \"tag\": \"VCALENDAR\"}";
    auto const properties = parse_radicale_properties(json);
    BOOST_REQUIRE(properties);
    BOOST_TEST(properties->at("D:displayname") == "Gr\xC3\xBC\xC3\x9F"
                                                  "e \xF0\x9F\x98\x80 \"a\\b\"\n");
    BOOST_TEST(print_radicale_properties(*properties) == json);
    BOOST_TEST(parse_radicale_properties(" { \"a\" : null , \"b\":\"\\/\\t\" } ")->at("b") == "/\t");
    BOOST_TEST(parse_radicale_properties("{}")->empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_object_of_strings_is_refused)
{
    for (auto json : {"", "{", "[]", "{\"a\"}", "{\"a\":1}", "{\"a\":\"b\",}", "{\"a\":\"b\"} x",
                      "{\"a\":\"\\x\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}", "{\"a\":\"\\u12",
                      "{\"a\":{\"b\":\"c\"}}", "{\"a\":\"\xFF\"}"})
        BOOST_TEST(!parse_radicale_properties(json), json);
}

BOOST_AUTO_TEST_CASE(vdirs_files_are_read)
{
    auto none = read_ics_properties(directory);
    BOOST_TEST(none.is_calendar);
    BOOST_TEST(none.name == "");
    BOOST_TEST(!none.events.has_value());
    write_file(temporary.path / "displayname", "Work\n");
    write_file(temporary.path / "color", "#a1B2c3\n");
    write_file(temporary.path / ".components", "VTODO\n");
    auto const properties = read_ics_properties(directory);
    BOOST_TEST(properties.name == "Work");
    BOOST_TEST(properties.color == "#a1B2c3");
    BOOST_TEST(!*properties.events);
    BOOST_TEST(*properties.tasks);
    write_file(temporary.path / "color", "red");
    BOOST_TEST(read_ics_properties(directory).color == "");
}

BOOST_AUTO_TEST_CASE(a_collection_of_radicales_keeps_its_other_properties_when_it_is_renamed)
{
    write_file(temporary.path / ".Radicale.props",
               "{\"ICAL:calendar-color\": \"#01020304\", \"X:own\": \"y\", \"tag\": \"VCALENDAR\"}");
    auto properties = read_ics_properties(directory);
    BOOST_TEST(properties.is_radicale);
    BOOST_TEST(properties.color == "#010203");
    BOOST_TEST(*properties.events);
    BOOST_TEST(*properties.tasks);
    BOOST_REQUIRE_EQUAL(error_of(write_ics_name(directory, "Work")), "");
    BOOST_TEST(read_ics_properties(directory).name == "Work");
    BOOST_TEST(parse_radicale_properties(read_file(temporary.path / ".Radicale.props"))->at("X:own") == "y");
}

BOOST_AUTO_TEST_CASE(address_books_and_damaged_properties_are_no_calendar)
{
    for (auto json : {"{\"tag\": \"VADDRESSBOOK\"}", "{}", "damaged"}) {
        write_file(temporary.path / ".Radicale.props", json);
        BOOST_TEST(!read_ics_properties(directory).is_calendar, json);
    }
    BOOST_TEST(!write_ics_name(directory, "x"));
    BOOST_TEST(read_file(temporary.path / ".Radicale.props") == "damaged");
}

BOOST_AUTO_TEST_SUITE_END()
