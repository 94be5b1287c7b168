// format=flowed: the examples of RFC 3676 and what mail programs make of it.
#include "mapping/html-text.h"
#include <boost/test/unit_test.hpp>
#include <string>

using namespace eas;

BOOST_AUTO_TEST_SUITE(flowed_text)

namespace {

struct Example {
    char const *what, *text;
    bool del_sp;
    char const *unflowed;
};

constexpr Example examples[] = {
    {"nothing", "", false, ""},
    {"fixed lines", "one\ntwo\n", false, "one\ntwo\n"},
    {"flowed lines", "one \ntwo \nthree\nfour\n", false, "one two three\nfour\n"},
    {"CRLF", "one \r\ntwo\r\n", false, "one two\n"},
    {"DelSp", "Donau \ndampf\n", true, "Donaudampf\n"},
    {"stuffing", " >no quote\n From here\n  two\n", false, ">no quote\nFrom here\n two\n"},
    {"quotes", "> one \n> two\n>> three \n>> four\n", false, "> one two\n>> three four\n"},
    {"a change of depth ends a paragraph", "> one \ntwo\n", false, "> one \ntwo\n"},
    {"the signature is fixed", "text \n-- \nName\n", false, "text \n-- \nName\n"},
    {"a quoted signature", "> text\n> -- \n> Name\n", false, "> text\n> -- \n> Name\n"},
    {"an empty line ends a paragraph", "one \n\ntwo", false, "one \ntwo"},
    {"no line end at the end", "one \ntwo ", false, "one two "},
};

} // namespace

BOOST_AUTO_TEST_CASE(joins_what_flows)
{
    for (auto const &example : examples)
        BOOST_TEST(unflow(example.text, example.del_sp) == example.unflowed,
                   example.what << ": " << unflow(example.text, example.del_sp));
}

BOOST_AUTO_TEST_SUITE_END()
