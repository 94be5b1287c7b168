// Plain text as HTML, and the small repairs of HTML that is sent.
#include "mapping/html-text.h"
#include <boost/test/unit_test.hpp>
#include <string>

using namespace eas;

BOOST_AUTO_TEST_SUITE(text_to_html_suite)

namespace {

struct Example {
    char const *what, *text, *html;
};

constexpr Example examples[] = {
    {"nothing", "", ""},
    {"markup is text", "<script>alert(\"1\")</script> & more",
     "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more"},
    {"lines", "one\r\ntwo\n\nthree", "one<br>\ntwo<br>\n<br>\nthree"},
    {"blanks", "a  b\n  c\td", "a &nbsp;b<br>\n&nbsp;&nbsp;c d"},
    {"a URL", "See http://example.com/a?b=1&c=2, please",
     "See <a href=\"http://example.com/a?b=1&amp;c=2\">http://example.com/a?b=1&amp;c=2</a>, please"},
    {"a URL in parentheses", "(https://example.com/a_(b))",
     "(<a href=\"https://example.com/a_(b)\">https://example.com/a_(b)</a>)"},
    {"a URL in angle brackets", "<http://example.com>",
     "&lt;<a href=\"http://example.com\">http://example.com</a>&gt;"},
    {"www", "www.example.com.", "<a href=\"http://www.example.com\">www.example.com</a>."},
    {"no URL", "xhttp://a www. http:// javascript:x", "xhttp://a www. http:// javascript:x"},
    {"quotes", "Hi\n> one\n> > two\n>> three\nfour",
     "Hi<blockquote type=\"cite\">one<blockquote "
     "type=\"cite\">two<br>\nthree</blockquote>\n</blockquote>\nfour"},
    {"quotes only", "> a", "<blockquote type=\"cite\">a</blockquote>"},
};

} // namespace

BOOST_AUTO_TEST_CASE(shows_what_the_text_says)
{
    for (auto const &example : examples)
        BOOST_TEST(text_to_html_fragment(example.text) == example.html,
                   example.what << ": " << text_to_html_fragment(example.text));
}

BOOST_AUTO_TEST_CASE(the_document_names_its_charset)
{
    BOOST_TEST(text_to_html("x").find("charset=utf-8") != std::string::npos);
    BOOST_TEST(text_to_html("x").ends_with("<body>x</body></html>"));
}

BOOST_AUTO_TEST_CASE(text_survives_both_ways)
{
    std::string const text = "Hello <you> & \u00fc\n\nSee the file.\n\n> quoted\n\nend";
    BOOST_TEST(html_to_text(text_to_html(text)) == text);
}

BOOST_AUTO_TEST_CASE(deep_quotes_are_bounded)
{
    auto html = text_to_html_fragment(std::string(100000, '>') + "x");
    BOOST_TEST(html.find("x") != html.npos);
    BOOST_TEST(html.size() < 500000u);
}

BOOST_AUTO_TEST_CASE(a_wrong_charset_label_is_corrected)
{
    BOOST_TEST(
        declare_utf8("<head><META http-equiv=Content-Type content=\"text/html; charset=iso-8859-1\">") ==
        "<head><META http-equiv=Content-Type content=\"text/html; charset=utf-8\">");
    BOOST_TEST(declare_utf8("<meta charset='windows-1252'><body>") == "<meta charset='utf-8'><body>");
    BOOST_TEST(declare_utf8("<meta name=x><meta charset=latin1>") == "<meta name=x><meta charset=utf-8>");
    BOOST_TEST(declare_utf8("<body><p>charset=x <meta charset=y>") == "<body><p>charset=x <meta charset=y>");
    BOOST_TEST(declare_utf8("<meta charset=") == "<meta charset=");
    BOOST_TEST(declare_utf8("") == "");
}

BOOST_AUTO_TEST_CASE(html_is_not_cut_inside_characters_tags_or_entities)
{
    BOOST_TEST(html_prefix("<p>abc</p>", 100) == "<p>abc</p>");
    BOOST_TEST(html_prefix("<p>abc</p>", 8) == "<p>abc");
    BOOST_TEST(html_prefix("<p>abc</p>", 5) == "<p>ab");
    BOOST_TEST(html_prefix("ab &amp; c", 6) == "ab ");
    BOOST_TEST(html_prefix("ab &amp; c", 8) == "ab &amp;");
    BOOST_TEST(html_prefix("a\u20ac", 3) == "a");
    BOOST_TEST(html_prefix("<html><body>", 3) == "<ht"); // something rather than nothing
    BOOST_TEST(html_prefix("x", 0) == "");
}

BOOST_AUTO_TEST_SUITE_END()
