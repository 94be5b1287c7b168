#include "base/protocol-version.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(protocol_version)

BOOST_AUTO_TEST_CASE(versions_that_we_speak_have_the_names_of_the_header)
{
    for (auto const &[version, name] :
         {std::pair{v12_1, "12.1"}, std::pair{v14_0, "14.0"}, std::pair{v14_1, "14.1"},
          std::pair{v16_0, "16.0"}, std::pair{v16_1, "16.1"}})
        BOOST_TEST_CONTEXT(name)
        {
            BOOST_TEST((parse_version(name) == version));
            BOOST_TEST(to_string(version) == name);
        }
}

BOOST_AUTO_TEST_CASE(other_versions_are_none)
{
    for (auto const *name : {"", "2.5", "12.0", "14", "14.10", "14.1 ", " 14.1", "141", "16.2"})
        BOOST_TEST_CONTEXT(name)
        {
            BOOST_TEST(!parse_version(name));
        }
    BOOST_TEST(to_string(ProtocolVersion{99}) == "unknown");
}

BOOST_AUTO_TEST_CASE(newer_versions_compare_greater)
{
    BOOST_TEST((v2_5 < v12_0 && v12_0 < v12_1 && v12_1 < v14_0 && v14_1 < v16_0 && v16_0 < v16_1));
}

BOOST_AUTO_TEST_SUITE_END()
