#include "mapping/header-encoding.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(header_encoding)

BOOST_AUTO_TEST_CASE(ascii_text_is_folded_at_blanks)
{
    BOOST_TEST(text_field("Subject", "Hello") == "Subject: Hello\r\n");
    std::string const long_text = std::string(40, 'a') + " " + std::string(40, 'b') + "  c";
    BOOST_TEST(text_field("Subject", long_text) ==
               "Subject: " + std::string(40, 'a') + "\r\n " + std::string(40, 'b') + "  c\r\n");
}

BOOST_AUTO_TEST_CASE(other_text_becomes_encoded_words_that_end_at_characters)
{
    BOOST_TEST(text_field("Subject", "Grüße") == "Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\n");
    std::string text;
    for (int i = 0; i < 30; ++i)
        text += "€";
    auto const field = text_field("Subject", text);
    for (size_t start = 0; start < field.size();) {
        auto const end = field.find("\r\n", start);
        BOOST_TEST(end - start <= 76u);
        start = end + 2;
    }
    BOOST_TEST(field.find("?=\r\n =?utf-8?B?") != field.npos);
}

BOOST_AUTO_TEST_CASE(what_looks_encoded_or_cannot_be_folded_is_encoded)
{
    BOOST_TEST(text_field("Subject", "=?x?=").starts_with("Subject: =?utf-8?B?"));
    BOOST_TEST(text_field("Subject", std::string(80, 'x')).starts_with("Subject: =?utf-8?B?"));
}

BOOST_AUTO_TEST_CASE(line_ends_make_no_fields)
{
    BOOST_TEST(text_field("Subject", "a\r\nBcc: b") == "Subject: a  Bcc: b\r\n");
    BOOST_TEST(address_field("To", "a@e.example\r\nBcc: b@e.example").find("\nBcc") == std::string::npos);
    BOOST_TEST(parameter_text("name", "a\"\r\nb") == ";\r\n name=\"a\\\"  b\"");
}

BOOST_AUTO_TEST_CASE(addresses_are_written_as_mailboxes)
{
    BOOST_TEST(address_field("To", "\"Doe, Ann\" <ann@e.example>; bob@e.example") ==
               "To: \"Doe, Ann\" <ann@e.example>,\r\n bob@e.example\r\n");
    BOOST_TEST(address_field("To", "Ann Ä <ann@e.example>") ==
               "To: =?utf-8?B?QW5uIMOE?= <ann@e.example>\r\n");
    BOOST_TEST(address_field("To", "half") == "To: half\r\n");
    BOOST_TEST(address_field("To", "half written") == "To: \"half written\"\r\n");
    BOOST_TEST(address_field("To", " , ;") == "");
}

BOOST_AUTO_TEST_CASE(parameters_use_rfc_2231_where_they_must)
{
    BOOST_TEST(parameter_text("filename", "a b.txt") == ";\r\n filename=\"a b.txt\"");
    BOOST_TEST(parameter_text("filename", "ä'.txt") == ";\r\n filename*=utf-8''%C3%A4%27.txt");
}

BOOST_AUTO_TEST_SUITE_END()
