#include "support.h"
#include "wbxml/all-tags.h"
#include "wbxml/decoder.h"

using namespace eas;
using namespace std::string_literals;
using test::bytes;
using test::encoded;

/// The error that `hex`, after the usual header, is refused with; "" if it is not.
static std::string refusal(std::string_view hex, DecoderLimits const &limits = {})
{
    auto const document = "\x03\x01\x6A\x00"s + bytes(hex);
    auto const decoded = decode(document, limits);
    if (decoded)
        return {};
    BOOST_TEST((decoded.error().kind == ErrorKind::bad_request));
    return decoded.error().message;
}

/// <Sync><MoreAvailable/><Collections>...: what most requests are made of.
static std::string sample_document()
{
    return encoded([](Encoder &e) {
        e.start(Tag::AirSync_Sync);
        e.element(Tag::AirSync_MoreAvailable);
        e.start(Tag::AirSync_Collections);
        e.element(Tag::AirSync_ServerId, "\xC3\xA4:1");
        e.start(Tag::ComposeMail_Mime);
        e.opaque("raw\0bytes"s);
        e.end();
        e.end();
        e.element(Tag::AirSync_WindowSize, "100");
        e.end();
    });
}

BOOST_AUTO_TEST_SUITE(wbxml_decoder)

BOOST_AUTO_TEST_CASE(every_tag_survives_a_round_trip)
{
    auto const document = encoded([](Encoder &e) {
        e.start(Tag::AirSync_Sync);
        for (auto const &row : test::all_tags) {
            e.element(row.tag);
            e.element(row.tag, row.name);
            e.start(row.tag);
            e.opaque(row.space);
            e.end();
            e.start(row.tag);
            e.element(row.tag, row.name);
            e.end();
        }
        e.end();
    });
    auto const root = decode(document);
    BOOST_REQUIRE(root);
    BOOST_REQUIRE(root->children.size() == test::all_tags.size() * 4);
    for (size_t i = 0; i < test::all_tags.size(); i++)
        BOOST_TEST_CONTEXT(test::all_tags[i].space << ":" << test::all_tags[i].name)
        {
            auto const &row = test::all_tags[i];
            auto const *element = &root->children[i * 4];
            for (size_t k = 0; k < 4; k++)
                BOOST_TEST((element[k].tag == row.tag));
            BOOST_TEST(element[0].text.empty());
            BOOST_TEST(element[1].text == row.name);
            BOOST_TEST(element[2].text == row.space);
            BOOST_TEST(element[2].is_opaque);
            BOOST_TEST(element[3].text.empty());
            BOOST_REQUIRE(element[3].child(row.tag));
            BOOST_TEST(element[3].child(row.tag)->text == row.name);
        }
}

BOOST_AUTO_TEST_CASE(text_is_a_view_into_the_document)
{
    auto const document = sample_document();
    auto const root = decode(document);
    BOOST_REQUIRE(root);
    auto const text = root->child(Tag::AirSync_WindowSize)->text;
    BOOST_TEST((text.data() > document.data() && text.data() < document.data() + document.size()));
    BOOST_TEST(text == "100");
    auto const &collections = *root->child(Tag::AirSync_Collections);
    BOOST_TEST(collections.child(Tag::ComposeMail_Mime)->text == "raw\0bytes"s);
    BOOST_TEST(collections.child(Tag::AirSync_ServerId)->text == "\xC3\xA4:1");
    BOOST_TEST(!collections.child(Tag::AirSync_WindowSize));
}

BOOST_AUTO_TEST_CASE(a_document_cut_anywhere_is_refused)
{
    auto const document = sample_document();
    for (size_t length = 0; length < document.size(); length++) {
        // A copy of exactly that size, so that a sanitizer sees a read beyond it.
        std::vector<char> const cut(document.begin(), document.begin() + static_cast<std::ptrdiff_t>(length));
        auto const decoded = decode({cut.data(), cut.size()});
        BOOST_TEST_CONTEXT(length)
        {
            BOOST_REQUIRE(!decoded);
            BOOST_TEST((decoded.error().kind == ErrorKind::bad_request));
        }
    }
}

BOOST_AUTO_TEST_CASE(no_single_wrong_byte_does_harm)
{
    auto const document = sample_document();
    for (size_t place = 0; place < document.size(); place++)
        for (int value = 0; value < 256; value++) {
            auto changed = document;
            changed[place] = static_cast<char>(value);
            auto const decoded = decode(changed);
            BOOST_REQUIRE(decoded || decoded.error().kind == ErrorKind::bad_request);
        }
}

BOOST_AUTO_TEST_CASE(header_must_be_wbxml_in_utf8_without_string_table)
{
    auto const error = [](std::string_view header) {
        auto const decoded = decode(bytes(header) + "\x05");
        return decoded ? ""s : decoded.error().message;
    };
    BOOST_TEST(error("03 01 6A 00") == "");
    BOOST_TEST(error("02 01 6A 00") == "");    // WBXML 1.2
    BOOST_TEST(error("03 81 00 6A 00") == ""); // another public id
    BOOST_TEST(error("03 01 00 00") == "");    // charset unknown
    BOOST_TEST(error("04 01 6A 00") == "WBXML at byte 0: not WBXML 1.1 to 1.3");
    BOOST_TEST(error("3C 3F 78 6D") == "WBXML at byte 0: not WBXML 1.1 to 1.3"); // "<?xm"
    BOOST_TEST(error("03 00 00 6A 00") == "WBXML at byte 1: a public id in the string table");
    BOOST_TEST(error("03 01 04 00") == "WBXML at byte 2: the charset is not UTF-8"); // ISO-8859-1
    BOOST_TEST(error("03 01 6A 02 61 00") == "WBXML at byte 3: a string table");
    BOOST_TEST(error("03 FF FF FF FF 7F 6A 00") == "WBXML at byte 1: a number over 32 bits");
    BOOST_TEST(!decode(""));
}

BOOST_AUTO_TEST_CASE(what_eas_does_not_use_is_refused_with_its_place)
{
    BOOST_TEST(refusal("45 02 41 01") == "WBXML at byte 5: ENTITY");
    BOOST_TEST(refusal("45 43 01 01") == "WBXML at byte 5: PI");
    BOOST_TEST(refusal("45 83 00 01") == "WBXML at byte 5: STR_T: a reference to the string table");
    for (auto const *literal : {"04", "44", "84", "C4"})
        BOOST_TEST(refusal("45 "s + literal + " 00 01") == "WBXML at byte 5: LITERAL");
    for (auto const *extension : {"40", "41", "42", "80", "81", "82", "C0", "C1", "C2"})
        BOOST_TEST(refusal("45 "s + extension + " 00 01") == "WBXML at byte 5: an extension token");
    BOOST_TEST(refusal("45 8B 05 01 01") == "WBXML at byte 5: an element with attributes");
    BOOST_TEST(refusal("C5 05 01 01") == "WBXML at byte 4: an element with attributes");
}

BOOST_AUTO_TEST_CASE(there_is_exactly_one_root_and_nothing_around_it)
{
    BOOST_TEST(refusal("") == "WBXML at byte 3: no root element that we know");
    BOOST_TEST(refusal("05 05") == "WBXML at byte 5: a second root element");
    BOOST_TEST(refusal("01") == "WBXML at byte 4: END without an element");
    BOOST_TEST(refusal("05 01") == "WBXML at byte 5: END without an element");
    BOOST_TEST(refusal("03 61 00 05") == "WBXML at byte 4: text outside of the root element");
    BOOST_TEST(refusal("05 03 61 00") == "WBXML at byte 5: text outside of the root element");
    BOOST_TEST(refusal("45") == "WBXML at byte 4: ends within an element");
    BOOST_TEST(refusal("45 03 61") == "WBXML at byte 5: a string without end");
    BOOST_TEST(refusal("45 C3 05 61") == "WBXML at byte 5: opaque data longer than the document");
    BOOST_TEST(refusal("45 C3 8F FF FF FF 7F 61") == "WBXML at byte 5: opaque data longer than the document");
    BOOST_TEST(refusal("00 63 45 01") == "WBXML at byte 7: no root element that we know");
    BOOST_TEST(refusal("05 00 01") == ""); // a page switch at the end says nothing
}

BOOST_AUTO_TEST_CASE(unknown_tags_and_pages_are_skipped_with_their_content)
{
    // Page 0 has no 0x3F; page 0x63 does not exist. Within them: text, known and unknown elements.
    auto const document = bytes("03016A00 45"
                                " 7F 03 61 00 4B 03 62 00 01 3F 01"
                                " 00 63 45 03 63 00 00 00 4B 03 64 00 01 01"
                                " 0000 4B 03 65 00 01 01");
    auto const root = decode(document);
    BOOST_REQUIRE_EQUAL(test::error_of(root), "");
    BOOST_REQUIRE(root->children.size() == 1u);
    BOOST_TEST(root->children[0].text == "e");
    BOOST_TEST(root->text.empty());
}

BOOST_AUTO_TEST_CASE(limits_hold_for_what_is_skipped_too)
{
    DecoderLimits const limits{.depth = 3, .elements = 4, .text_bytes = 5};
    BOOST_TEST(refusal("45 45 05 01 01", limits) == "");
    BOOST_TEST(refusal("45 45 45 05 01 01 01", limits) == "WBXML at byte 7: elements nested deeper than 3");
    BOOST_TEST(refusal("7F 7F 7F 3F 01 01 01", limits) == "WBXML at byte 7: elements nested deeper than 3");
    BOOST_TEST(refusal("45 05 05 05 01", limits) == "");
    BOOST_TEST(refusal("45 05 05 05 05 01", limits) == "WBXML at byte 8: more than 4 elements");
    BOOST_TEST(refusal("45 3F 3F 3F 3F 01", limits) == "WBXML at byte 8: more than 4 elements");
    BOOST_TEST(refusal("45 03 61 61 61 61 61 00 01", limits) == "");
    BOOST_TEST(refusal("45 03 61 61 61 61 61 61 00 01", limits) ==
               "WBXML at byte 5: text longer than 5 bytes");
    BOOST_TEST(refusal("45 C3 06 61 61 61 61 61 61 01", limits) ==
               "WBXML at byte 5: text longer than 5 bytes");
    BOOST_TEST(refusal("45 03 61 61 61 00 03 61 61 61 00 01", limits) ==
               "WBXML at byte 10: text longer than 5 bytes");
    BOOST_TEST(refusal("45 03 61 61 00 03 61 61 00 C3 02 61 61 01", limits) ==
               "WBXML at byte 13: text longer than 5 bytes");
}

BOOST_AUTO_TEST_CASE(the_default_depth_is_a_limit)
{
    std::string nested;
    for (int i = 0; i < 1'000'000; i++)
        nested += "\x45";
    auto const decoded = decode("\x03\x01\x6A\x00"s + nested);
    BOOST_REQUIRE(!decoded);
    BOOST_TEST(decoded.error().message == "WBXML at byte 36: elements nested deeper than 32");
}

BOOST_AUTO_TEST_CASE(text_in_several_pieces_is_joined)
{
    auto const document = bytes("03016A00 45 4D 03 61 62 00 C3 02 63 00 03 00 03 64 00 01 01");
    auto root = decode(document);
    BOOST_REQUIRE(root);
    Element const copy = root->children.at(0);
    BOOST_TEST(copy.text == "abc\0d"s);
    *root = Element{};
    BOOST_TEST(copy.text == "abc\0d"s); // the copy keeps the bytes alive
}

BOOST_AUTO_TEST_CASE(many_pieces_of_text_cost_no_more_than_their_length)
{
    std::string document = bytes("03016A00 45");
    for (int i = 0; i < 1'000'000; i++)
        document.append("\x03z\0", 3);
    document += "\x01";
    auto const root = decode(document);
    BOOST_REQUIRE(root);
    BOOST_TEST(root->text.size() == 1'000'000u);
}

BOOST_AUTO_TEST_CASE(text_between_children_is_ignored)
{
    auto const root = decode(bytes("03016A00 45 03 61 00 4D 03 62 00 01 03 63 00 C3 01 64 01"));
    BOOST_REQUIRE(root);
    BOOST_TEST(root->text.empty());
    BOOST_REQUIRE(root->children.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_element_may_be_empty_in_both_ways)
{
    auto const document = bytes("03016A00 45 0D 4D 01 4D 03 00 01 4D C3 00 01 01");
    auto const root = decode(document);
    BOOST_REQUIRE(root);
    BOOST_REQUIRE(root->children.size() == 4u);
    for (auto const &child : root->children)
        BOOST_TEST(child.text.empty());
}

BOOST_AUTO_TEST_SUITE_END()
