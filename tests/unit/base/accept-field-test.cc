#include "base/accept-field.h"
#include <boost/test/unit_test.hpp>
#include <string>

using namespace eas;

BOOST_AUTO_TEST_SUITE(accept_field)

std::string read(std::string_view value)
{
    std::string result;
    for (auto const &[name, weight] : parse_accept_field(value))
        result.append(name).append(" ").append(std::to_string(weight)).append("; ");
    return result;
}

BOOST_AUTO_TEST_CASE(items_have_weights)
{
    BOOST_TEST(read("de") == "de 1000; ");
    BOOST_TEST(read("de-AT, de;q=0.8,en ; Q=0.75, fr;level=1;q=0.125,*;q=0") ==
               "de-AT 1000; de 800; en 750; fr 125; * 0; ");
    BOOST_TEST(read("a;q=1, b;q=1., c;q=1.000, d;q=0.001, e;q=0.0009") ==
               "a 1000; b 1000; c 1000; d 1; e 0; ");
}

BOOST_AUTO_TEST_CASE(what_is_unreadable_is_not_taken)
{
    BOOST_TEST(read("") == "");
    BOOST_TEST(read(" , ,;q=1") == "");
    BOOST_TEST(read("a;q=, b;q=x, c;q=0,5, d;q=0.x, e;q=12") == "a 0; b 0; c 0; 5 1000; d 0; e 0; ");
    BOOST_TEST(read("a;q=9, b;q=1.5") == "a 1000; b 1000; ");
}

BOOST_AUTO_TEST_SUITE_END()
