#include "base/text.h"
#include "mapping/transfer-encoding.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(transfer_encoding)

BOOST_AUTO_TEST_CASE(encodings_are_undone_in_any_case)
{
    BOOST_CHECK_EQUAL(decode_transfer_encoding("R3LDvMOf\r\nZQ==\r\n", "BASE64"), "Grüße");
    BOOST_CHECK_EQUAL(decode_transfer_encoding("Gr=C3=bc=C3=9F=\r\ne  \r\n", "Quoted-Printable"),
                      "Grüße\r\n");
    BOOST_CHECK_EQUAL(decode_transfer_encoding("a=41 ", "8bit"), "a=41 ");
}

BOOST_AUTO_TEST_CASE(broken_encodings_are_read_as_far_as_they_make_sense)
{
    BOOST_CHECK_EQUAL(decode_transfer_encoding("QU!JD\r\nR", "base64"), "ABC");
    BOOST_CHECK_EQUAL(decode_transfer_encoding("====", "base64"), "");
    BOOST_CHECK_EQUAL(decode_transfer_encoding("1=2 =G0 =4", "quoted-printable"), "1=2 =G0 =4");
    BOOST_CHECK_EQUAL(decode_transfer_encoding("end=", "quoted-printable"), "end");
}

BOOST_AUTO_TEST_CASE(quoted_printable_survives_a_round_trip)
{
    std::string const long_line(1000, 'x');
    for (std::string text :
         {"plain\r\n", "Grüße = 1\r\n", "blank at the end \r\n\tx\t\r\n", "\r\n\r\n", ".\r\nFrom me\r\n"})
        BOOST_CHECK_EQUAL(decode_transfer_encoding(quoted_printable(text), "quoted-printable"), text);
    BOOST_CHECK_EQUAL(decode_transfer_encoding(quoted_printable(long_line), "quoted-printable"),
                      long_line + "\r\n");
}

BOOST_AUTO_TEST_CASE(quoted_printable_lines_are_short_ascii_and_end_with_crlf)
{
    std::string text;
    for (int c = 0; c < 256; ++c)
        text += static_cast<char>(c);
    std::string const encoded = quoted_printable(text + std::string(500, '=') + "\nlast");
    for (auto line : split(encoded, '\n')) {
        BOOST_CHECK(line.empty() || line.ends_with('\r'));
        BOOST_CHECK_LE(line.size(), 77u);
        for (char c : line)
            BOOST_CHECK((c >= ' ' && c <= '~') || c == '\r' || c == '\t');
    }
    BOOST_CHECK(quoted_printable(".\r\nFrom x").starts_with("=2E\r\n=46rom x"));
}

BOOST_AUTO_TEST_SUITE_END()
