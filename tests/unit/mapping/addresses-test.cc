// Address fields as they are found in mail, and as phones want them.
#include "base/text.h"
#include "mapping/addresses.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(addresses)

namespace {

struct Example {
    char const *what, *field, *formatted, *display;
};

constexpr Example examples[] = {
    {"nothing", "", "", ""},
    {"an address", "a@example.com", "a@example.com", "a@example.com"},
    {"in angle brackets", "<a@example.com>", "a@example.com", "a@example.com"},
    {"a name", "Ann Lee <a@example.com>", "\"Ann Lee\" <a@example.com>", "Ann Lee"},
    {"a quoted name", "\"Lee, Ann\" <a@example.com>", "\"Lee, Ann\" <a@example.com>", "Lee, Ann"},
    {"quotes in a name", R"("Ann \"A\" \\ Lee" <a@example.com>)", R"("Ann \"A\" \\ Lee" <a@example.com>)",
     R"(Ann "A" \ Lee)"},
    {"a name decoded to one with a comma", "M\u00fcller, Hans <h@example.com>, b@example.com",
     "\"M\u00fcller, Hans\" <h@example.com>, b@example.com", "M\u00fcller, Hans; b@example.com"},
    {"several", "a@x.org,B <b@x.org> , \"C\" <c@x.org>", "a@x.org, \"B\" <b@x.org>, \"C\" <c@x.org>",
     "a@x.org; B; C"},
    {"semicolons of Outlook", "a@x.org; b@x.org;", "a@x.org, b@x.org", "a@x.org; b@x.org"},
    {"a comment as a name", "a@x.org (Ann (A.) Lee)", "\"Ann (A.) Lee\" <a@x.org>", "Ann (A.) Lee"},
    {"a group", "Friends: a@x.org, B <b@x.org>;, c@x.org", "a@x.org, \"B\" <b@x.org>, c@x.org",
     "a@x.org; B; c@x.org"},
    {"an empty group", "undisclosed-recipients:;", "", ""},
    {"local names", "root, postmaster", "root, postmaster", "root; postmaster"},
    {"a name that is the address", "a@x.org <a@x.org>", "a@x.org", "a@x.org"},
    {"an address literal", "a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]"},
    {"folded", "Ann\r\n Lee\t<a@x.org>", "\"Ann Lee\" <a@x.org>", "Ann Lee"},
    {"unfinished", "\"Ann <a@x.org", "Ann <a@x.org", "Ann <a@x.org"},
    {"unfinished address", "Ann <a@x.org", "\"Ann\" <a@x.org>", "Ann"},
    {"only separators", ",,;<>,", "", ""},
    {"controls", "A\x01nn <a@x.org>", "\"A\ufffdnn\" <a@x.org>", "A\ufffdnn"},
};

} // namespace

BOOST_AUTO_TEST_CASE(real_fields_are_read_and_written)
{
    for (auto const &example : examples) {
        auto parsed = parse_addresses(example.field);
        BOOST_TEST(format_addresses(parsed, ", ") == example.formatted,
                   example.what << ": " << format_addresses(parsed, ", "));
        BOOST_TEST(format_display_names(parsed) == example.display,
                   example.what << ": " << format_display_names(parsed));
    }
}

BOOST_AUTO_TEST_CASE(what_was_written_reads_the_same)
{
    for (auto const &example : examples)
        if (std::string_view(example.what) != "unfinished" && std::string_view(example.what) != "controls") {
            auto parsed = parse_addresses(example.field);
            BOOST_TEST((parse_addresses(format_addresses(parsed, ", ")).size() == parsed.size()),
                       example.what);
        }
}

BOOST_AUTO_TEST_CASE(a_long_list_is_cut_between_addresses)
{
    std::string field;
    for (int i = 0; i < 10000; ++i)
        field += "user" + std::to_string(i) + "@example.com, ";
    auto to = format_addresses(parse_addresses(field), ", ");
    BOOST_TEST(to.size() <= 32768u);
    BOOST_TEST(to.size() > 32700u);
    BOOST_TEST(to.ends_with("@example.com"));
}

BOOST_AUTO_TEST_CASE(a_hostile_field_is_read_and_cut)
{
    for (std::string_view piece : {"(", "<", "\"", "a,", "[", ":", "\\", "a:;"}) {
        std::string field;
        while (field.size() < (1 << 20))
            field += piece;
        BOOST_TEST(format_addresses(parse_addresses(field), ", ").size() <= 32768u);
    }
}

BOOST_AUTO_TEST_SUITE_END()
