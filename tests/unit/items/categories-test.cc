#include "base/text.h"
#include "items/categories.h"
#include <boost/test/unit_test.hpp>
#include <random>

using namespace eas;

BOOST_AUTO_TEST_SUITE(categories)

BOOST_AUTO_TEST_CASE(names_are_written_as_keywords_that_can_be_read)
{
    struct {
        std::string name, keyword;
    } const cases[] = {
        {"Work trip", "Work_trip"},
        {"R&D (new)", "R&D_=28new=29"},
        {"Büro", "xn--Bro-hoa"},
        {"a_b=c", "a=5Fb=3Dc"},
        {"Important", "$label1"},
        {"To Do", "$label4"},
        {"$cash", "=24cash"},
        {"$label1", "=24label1"},
        {"Junk", "=4Aunk"},
        {"unknown-1", "=75nknown-1"},
        {"XN--x", "=58N--x"},
        {" ", "_"},
        {"100%", "100=25"},
        {"他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"}, // RFC 3492, 7.1
        {"почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"},
        {"3年B組金八先生", "xn--3B-ww4c5e180e575a65lsy2b"},
    };
    for (auto &[name, keyword] : cases) {
        BOOST_TEST(category_keyword(name) == keyword);
        BOOST_TEST(category_name(keyword) == name);
        BOOST_TEST(is_category(keyword), keyword);
    }
}

BOOST_AUTO_TEST_CASE(case_of_a_keyword_does_not_change_what_is_beyond_ascii)
{
    BOOST_TEST(category_name(to_lower(category_keyword("Ärger"))) == "Ärger");
    BOOST_TEST(category_name("XN--BRO-HOA") == "BüRO");
}

BOOST_AUTO_TEST_CASE(keywords_of_other_clients_have_a_name_too)
{
    BOOST_TEST(category_name("my_tag") == "my tag");
    BOOST_TEST(category_name("a=zz") == "a=zz");
    BOOST_TEST(category_name("=") == "=");
    BOOST_TEST(category_name("=C3=BC") == "=C3=BC");
    BOOST_TEST(category_name("xn--") == "xn--");
    BOOST_TEST(category_name("xn--!") == "xn--!");
    BOOST_TEST(category_name("xn--99999999") == "xn--99999999");
    BOOST_TEST(category_name("b&APw-ro") == "b&APw-ro");
}

BOOST_AUTO_TEST_CASE(what_clients_agreed_on_is_no_category)
{
    for (auto keyword : {"$Forwarded", "$MDNSent", "$Junk", "$label6", "$EasComplete", "NonJunk", "JUNK",
                         "Forwarded", "unknown-3", "$MailFlagBit0"})
        BOOST_TEST(!is_category(keyword), keyword);
    for (auto keyword : {"$Label1", "$label5", "junkyard", "a"})
        BOOST_TEST(is_category(keyword), keyword);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_empty_or_too_long_has_no_keyword)
{
    BOOST_TEST(category_keyword("") == "");
    BOOST_TEST(category_keyword(std::string(longest_category + 1, 'a')) == "");
    BOOST_TEST(category_keyword(std::string(longest_category, 'a')).size() == longest_category);
}

BOOST_AUTO_TEST_CASE(names_are_sorted_and_mentioned_once)
{
    std::vector<std::string> const wanted{"Important", "Urlaub", "Work"};
    BOOST_TEST(category_names({"$MDNSent", "Important", "$label1", "Work", "$label2", "Urlaub"}) == wanted);
}

BOOST_AUTO_TEST_CASE(any_name_comes_back_from_its_keyword)
{
    std::mt19937 random(1);
    std::string const atom_specials = "(){ %*\"\\]";
    auto character = [&] {
        static constexpr uint32_t limits[] = {0x7f, 0x7f, 0x7ff, 0xffff, 0x10ffff};
        auto c = std::uniform_int_distribution<uint32_t>(1, limits[random() % 5])(random);
        std::string text;
        if (c < 0x80)
            return std::string(1, static_cast<char>(c));
        for (int shift = c < 0x800 ? 6 : c < 0x10000 ? 12 : 18; shift >= 0; shift -= 6)
            text += static_cast<char>((text.empty() ? (c < 0x800     ? 0xc0
                                                       : c < 0x10000 ? 0xe0
                                                                     : 0xf0)
                                                    : 0x80) |
                                      (c >> shift & 0x3f));
        return text;
    };
    for (int round = 0; round < 20'000; ++round) {
        std::string name;
        for (auto length = 1 + random() % 20; length > 0; --length)
            name += character();
        name = sanitize_utf8(name);
        auto keyword = category_keyword(name);
        BOOST_REQUIRE_EQUAL(category_name(keyword), name);
        BOOST_REQUIRE(is_category(keyword));
        for (char c : keyword)
            BOOST_REQUIRE(c > ' ' && c < 0x7f && atom_specials.find(c) == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(random_keywords_are_read_without_harm)
{
    std::mt19937 random(2);
    for (int round = 0; round < 20'000; ++round) {
        std::string keyword = random() % 2 ? "xn--" : "";
        for (auto length = random() % 30; length > 0; --length)
            keyword += static_cast<char>(random() % 4 ? 'a' + random() % 26 : random() % 256);
        auto name = category_name(keyword);
        BOOST_REQUIRE_EQUAL(sanitize_utf8(name), name);
    }
}

BOOST_AUTO_TEST_SUITE_END()
