#include "mapping/folded-text.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(folded_texts)

BOOST_AUTO_TEST_CASE(case_does_not_matter_in_any_script)
{
    BOOST_TEST(folded_text("Budget") == folded_text("bUDGET"));
    BOOST_TEST(folded_text("ÜBER") == folded_text("über"));
    BOOST_TEST(folded_text("Straße") == folded_text("STRASSE"));
    BOOST_TEST(folded_text("ΑΘΗΝΑ") == folded_text("αθηνα"));
    BOOST_TEST(folded_text("über") != folded_text("uber"));
}

BOOST_AUTO_TEST_CASE(a_character_has_one_form)
{
    BOOST_TEST(folded_text("u\xcc\x88"
                           "ber") == folded_text("über")); // u and a combining diaeresis
    BOOST_TEST(folded_text("ＡＢＣ") == "abc");
}

BOOST_AUTO_TEST_CASE(white_space_is_one_blank)
{
    BOOST_TEST(folded_text("annual \r\n\t report") == "annual report");
    BOOST_TEST(folded_text("jährlicher\n Bericht") == "jährlicher bericht");
}

BOOST_AUTO_TEST_CASE(what_is_no_text_is_harmless)
{
    BOOST_TEST(folded_text("") == "");
    BOOST_TEST(folded_text("\xff\xfe").find("\xff") == std::string::npos);
    BOOST_TEST(folded_text(std::string(100'000, '\xc3')).size() > 0);
}

BOOST_AUTO_TEST_SUITE_END()
