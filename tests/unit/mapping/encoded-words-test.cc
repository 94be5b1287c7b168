// Display names.
#include "mapping/encoded-words.h"
#include "support.h"

using namespace eas;

BOOST_AUTO_TEST_SUITE(encoded_words)

BOOST_AUTO_TEST_CASE(names_as_people_read_them)
{
    BOOST_TEST(decode_display_name("Anna Bauer") == "Anna Bauer");
    BOOST_TEST(decode_display_name("\"Bauer, \\\"Anna\\\"\"") == "Bauer, \"Anna\"");
    BOOST_TEST(decode_display_name("=?utf-8?q?J=C3=BCrgen_M?= Zobel") == "Jürgen M Zobel");
    BOOST_TEST(decode_display_name("=?utf-8?B?SsO8?= =?iso-8859-1*de?Q?rgen=FC?=") == "Jürgenü");
}

BOOST_AUTO_TEST_CASE(what_is_no_encoded_word_stays)
{
    BOOST_TEST(decode_display_name("=?utf-8?q?open") == "=?utf-8?q?open");
    BOOST_TEST(decode_display_name("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
