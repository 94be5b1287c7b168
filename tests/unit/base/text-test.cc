#include "base/text.h"
#include <array>
#include <boost/test/unit_test.hpp>
#include <limits>

using namespace eas;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(base64_of_rfc_4648)
{
    constexpr std::array<std::array<std::string_view, 2>, 7> examples{{{"", ""},
                                                                       {"f", "Zg=="},
                                                                       {"fo", "Zm8="},
                                                                       {"foo", "Zm9v"},
                                                                       {"foob", "Zm9vYg=="},
                                                                       {"fooba", "Zm9vYmE="},
                                                                       {"foobar", "Zm9vYmFy"}}};
    for (auto const &[plain, encoded] : examples) {
        BOOST_TEST(base64_encode(plain) == encoded);
        BOOST_TEST(base64_decode(encoded).value() == plain);
        auto const unpadded = encoded.substr(0, encoded.find('='));
        BOOST_TEST(base64_decode(unpadded).value() == plain);
        BOOST_TEST(base64url_encode(plain) == unpadded);
        BOOST_TEST(base64url_decode(unpadded).value() == plain);
    }
}

BOOST_AUTO_TEST_CASE(every_byte_survives_each_encoding)
{
    std::string all;
    for (int length = 0; length < 300; length++) {
        BOOST_TEST(base64_decode(base64_encode(all)).value() == all);
        BOOST_TEST(base64url_decode(base64url_encode(all)).value() == all);
        BOOST_TEST(hex_decode(hex_encode(all)).value() == all);
        all += static_cast<char>(length * 7);
    }
}

BOOST_AUTO_TEST_CASE(base64_ignores_line_breaks_only)
{
    BOOST_TEST(base64_decode("Zm9v\r\nYmFy\n").value() == "foobar");
    for (auto const *wrong :
         {"Zm9v YmFy", "Z", "Zm9vY", "Zg=", "Zg===", "Zm9v=", "Zg==Zg==", "=", "Zm-_", "Zm9\xC3"})
        BOOST_TEST_CONTEXT(wrong)
        {
            BOOST_TEST(!base64_decode(wrong));
        }
    BOOST_TEST(!base64_decode("Zm9v\0"s));
    for (auto const *wrong : {"Zm+/", "Zm9v\n", "Zg=", "Z"})
        BOOST_TEST_CONTEXT(wrong)
        {
            BOOST_TEST(!base64url_decode(wrong));
        }
}

BOOST_AUTO_TEST_CASE(hex_takes_both_cases_and_whole_bytes)
{
    BOOST_TEST(hex_encode("\x00\xAB\xFF"s) == "00abff");
    BOOST_TEST(hex_decode("00aBFf").value() == "\x00\xAB\xFF"s);
    for (auto const *wrong : {"0", "0g", "g0", "0x", " 00"})
        BOOST_TEST_CONTEXT(wrong)
        {
            BOOST_TEST(!hex_decode(wrong));
        }
}

BOOST_AUTO_TEST_CASE(percent_escapes)
{
    BOOST_TEST(percent_decode("a%40b%2fc+d").value() == "a@b/c+d");
    BOOST_TEST(percent_decode("%00").value() == "\0"s);
    for (auto const *wrong : {"%", "%4", "a%", "%4g", "%g4", "%%41"})
        BOOST_TEST_CONTEXT(wrong)
        {
            BOOST_TEST(!percent_decode(wrong));
        }
}

BOOST_AUTO_TEST_CASE(case_is_ascii_case)
{
    BOOST_TEST(equals_ignoring_case("DeviceID", "deviceId"));
    BOOST_TEST(!equals_ignoring_case("a", "ab"));
    BOOST_TEST(!equals_ignoring_case("[", "{"));
    BOOST_TEST(!equals_ignoring_case("@", "`"));
    BOOST_TEST(to_lower("AZ[\xC3\x84") == "az[\xC3\x84");
}

BOOST_AUTO_TEST_CASE(split_gives_one_piece_at_least)
{
    BOOST_TEST(split("", ',').size() == 1);
    BOOST_TEST(split("a", ',').size() == 1);
    auto const pieces = split(",a,,b,", ',');
    BOOST_TEST(pieces.size() == 5);
    BOOST_TEST(pieces[1] == "a");
    BOOST_TEST(pieces[2].empty());
    BOOST_TEST(pieces[4].empty());
}

BOOST_AUTO_TEST_CASE(trim_takes_blanks_off_both_ends)
{
    BOOST_TEST(trim(" \t\r\n").empty());
    BOOST_TEST(trim("").empty());
    BOOST_TEST(trim("\r\n a b\t") == "a b");
}

BOOST_AUTO_TEST_CASE(numbers_are_whole_texts_that_fit)
{
    BOOST_TEST(parse_unsigned("18446744073709551615").value() == std::numeric_limits<uint64_t>::max());
    BOOST_TEST(parse_signed("-9223372036854775808").value() == std::numeric_limits<int64_t>::min());
    BOOST_TEST(parse_signed("9223372036854775807").value() == std::numeric_limits<int64_t>::max());
    BOOST_TEST(parse_unsigned("007").value() == 7u);
    for (auto const *wrong : {"", " 1", "1 ", "+1", "1.0", "0x1", "18446744073709551616", "-1", "a"})
        BOOST_TEST_CONTEXT(wrong)
        {
            BOOST_TEST(!parse_unsigned(wrong));
        }
    for (auto const *wrong : {"", "-", "--1", "9223372036854775808", "-9223372036854775809"})
        BOOST_TEST_CONTEXT(wrong)
        {
            BOOST_TEST(!parse_signed(wrong));
        }
}

// One character of each length at the edges of its range: U+24, U+A2, U+20AC, U+1F600.
static std::string const mixed = "$\xC2\xA2\xE2\x82\xAC\xF0\x9F\x98\x80";

BOOST_AUTO_TEST_CASE(utf8_prefix_ends_at_a_character)
{
    constexpr std::array<size_t, 12> whole_bytes{0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (size_t limit = 0; limit < whole_bytes.size(); limit++)
        BOOST_TEST(utf8_prefix(mixed, limit).size() == whole_bytes[limit]);
    BOOST_TEST(utf8_prefix("", 5).empty());
}

BOOST_AUTO_TEST_CASE(utf8_prefix_characters_counts_code_points)
{
    constexpr std::array<size_t, 6> bytes{0, 1, 3, 6, 10, 10};
    for (size_t count = 0; count < bytes.size(); count++)
        BOOST_TEST(utf8_prefix_characters(mixed, count).size() == bytes[count]);
}

BOOST_AUTO_TEST_CASE(utf8_prefixes_of_malformed_text_stay_within_it)
{
    std::string const continuations(10, '\x80');
    for (size_t limit = 0; limit < 12; limit++) {
        BOOST_TEST(utf8_prefix(continuations, limit).size() <= limit);
        BOOST_TEST(utf8_prefix_characters(continuations, limit).size() <= continuations.size());
    }
}

static std::string utf8(uint32_t code_point)
{
    auto const tail = [&](int shift) { return static_cast<char>(0x80 | (code_point >> shift & 0x3F)); };
    if (code_point < 0x80)
        return {static_cast<char>(code_point)};
    if (code_point < 0x800)
        return {static_cast<char>(0xC0 | code_point >> 6), tail(0)};
    if (code_point < 0x10000)
        return {static_cast<char>(0xE0 | code_point >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xF0 | code_point >> 18), tail(12), tail(6), tail(0)};
}

static bool is_xml_character(uint32_t c)
{
    return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c < 0xD800) || (c > 0xDFFF && c < 0xFFFE) ||
           (c > 0xFFFF && c < 0x110000);
}

BOOST_AUTO_TEST_CASE(sanitize_keeps_exactly_the_characters_of_xml)
{
    size_t wrong = 0;
    for (uint32_t c = 0; c < 0x120000; c++) {
        std::string const text = utf8(c);
        std::string const sanitized = sanitize_utf8(text);
        wrong += is_xml_character(c)
                     ? sanitized != text
                     : sanitized.empty() || sanitized.find_first_not_of("\xEF\xBF\xBD") != std::string::npos;
    }
    BOOST_TEST(wrong == 0u);
}

BOOST_AUTO_TEST_CASE(sanitize_replaces_what_is_malformed_and_nothing_beside_it)
{
    std::string const r = "\xEF\xBF\xBD";
    struct {
        std::string text, expected;
    } const examples[] = {
        {"", ""},
        {"plain", "plain"},
        {"a\0b"s, "a" + r + "b"},
        {"\x80", r},
        {"\xC3", r},        // cut after the first byte
        {"\xC3(", r + "("}, // the byte after is no continuation
        {"\xE2\x82", r},    // cut after two of three
        {"\xE2\x82(", r + "("},
        {"\xF0\x9F\x98", r}, // cut after three of four
        {"\xF0\x9F\x98z", r + "z"},
        {"\xC0\x80", r + r},                 // overlong NUL
        {"\xE0\x80\x80", r + r + r},         // overlong
        {"\xED\xA0\x80", r + r + r},         // a surrogate
        {"\xF4\x90\x80\x80", r + r + r + r}, // above U+10FFFF
        {"\xF5\xFF", r + r},
        {"\xEF\xBF\xBE", r}, // U+FFFE
        {"\xEF\xBF\xBF", r}, // U+FFFF
        {"\x1B[0m", r + "[0m"},
        {"ok \xC3\xA4\r\n\t", "ok \xC3\xA4\r\n\t"},
        {"\xC3\xA4\xFF\xC3\xA4", "\xC3\xA4" + r + "\xC3\xA4"},
    };
    for (auto const &example : examples)
        BOOST_TEST_CONTEXT(hex_encode(example.text))
        {
            BOOST_TEST(sanitize_utf8(example.text) == example.expected);
        }
}

BOOST_AUTO_TEST_SUITE_END()
