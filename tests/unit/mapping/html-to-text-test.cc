// What HTML of real mail programs reads like as plain text.
#include "mapping/html-text.h"
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>

using namespace eas;

BOOST_AUTO_TEST_SUITE(html_to_text_suite)

namespace {

struct Example {
    char const *what, *html, *text;
};

constexpr Example examples[] = {
    {"plain text", "Hello", "Hello"},
    {"blanks collapse", "  a \n\t b  <b> c</b> <i>d </i> e ", "a b c d e"},
    {"no blank is invented inside a word", "wo<b>rd</b>", "word"},
    {"paragraphs", "<p>one</p><p>two</p>\n<p>three", "one\n\ntwo\n\nthree"},
    {"divisions", "<div>one</div><div>two<div>three</div></div>four", "one\ntwo\nthree\nfour"},
    {"line breaks", "one<br>two<br/>three<br></br>", "one\ntwo\nthree"},
    {"an empty division of Gmail", "<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"},
    {"Word's paragraphs have no margins",
     "<p class=MsoNormal>one</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>two</p>",
     "one\n\ntwo"},
    {"not more than two empty lines", "one<br><br><br><br><br><br>two", "one\n\n\ntwo"},
    {"no-break spaces are kept", "one&nbsp;&nbsp;two<br>&nbsp;&nbsp;three", "one  two\n  three"},
    {"entities", "&lt;&amp;&gt; &auml;&euro;&#8364;&#x20AC;&hellip;", "<&> \u00e4\u20ac\u20ac\u20ac\u2026"},
    {"unknown entities stay", "a &bogus; b & c &; d", "a &bogus; b & c &; d"},
    {"soft hyphens and zero-width spaces go", "Donau&shy;dampf\u200bschiff\ufeff", "Donaudampfschiff"},
    {"head, style, script, comment",
     "<html><head><title>T</title><style>p{}</style></head><body><script>if(a<b)\"</p>\"</script>x<!-- c "
     "-->y",
     "xy"},
    {"hidden elements", "<div style='Display : NONE'>pre<b>header</b></div><p hidden>x</p>shown", "shown"},
    {"bullets", "<ul><li>one</li><li>two</li></ul>after", "* one\n* two\n\nafter"},
    {"numbers", "<ol start=3><li>three<li>four</ol>", "3. three\n4. four"},
    {"nested lists", "<ul><li>one<ul><li>two</li></ul></li><li><p>three</p></li></ul>",
     "* one\n  * two\n* three"},
    {"a list item of two lines", "<ul><li>one<br>two</li></ul>", "* one\n  two"},
    {"table rows", "<table><tr><th>A<th>B</tr><tr><td> 1 </td> <td>2</td></tr></table>", "A\tB\n1\t2"},
    {"empty cells leave nothing", "<table><tr><td></td><td>x</td><td> </td></tr></table>", "x"},
    {"a quotation",
     "<p>a</p><blockquote type=cite><p>b</p><blockquote>c<br><br>d</blockquote></blockquote><p>e</p>",
     "a\n\n> b\n>\n> > c\n> >\n> > d\n\ne"},
    {"preformatted text", "x<pre>int main()\n{\n    return  0;\n}\n</pre>y",
     "x\n\nint main()\n{\n    return  0;\n}\n\ny"},
    {"a link", "See <a href='https://example.com/a?b=1&amp;c=2'>this page</a>.",
     "See this page <https://example.com/a?b=1&c=2>."},
    {"a link that shows its address", "<a href='https://example.com/'>example.com</a>", "example.com"},
    {"an address", "<a href='mailto:a@example.com'>a@example.com</a>", "a@example.com"},
    {"links that lead nowhere", "<a href='#top'>up</a> <a href='javascript:x()'>js</a> <a>none</a>",
     "up js none"},
    {"an image link", "<a href='http://example.com/x'><img src=x></a>", "<http://example.com/x>"},
    {"the text of an image", "<img src=x alt='Our logo'><img src=y alt=''><img src=z>", "[Our logo]"},
    {"a rule", "one<hr>two", "one\n----------\ntwo"},
    {"text after the end", "<html><body>one</body></html>\n<p>list footer</p></html>", "one\n\nlist footer"},
    {"wrongly nested", "<b>one<i>two</b>three</i></div></p>four", "onetwothreefour"},
    {"a table without a table", "<tr><td>a</td></tr><tr><td>b</td></tr>", "a\nb"},
    {"a charset that is not true any more", "<meta charset=iso-8859-1><p>Gr\u00fc\u00dfe", "Gr\u00fc\u00dfe"},
    {"no markup after all", "1 < 2 && 3 > 2 <3", "1 < 2 && 3 > 2 <3"},
    {"cut inside a tag", "one<a href=\"http", "one"},
    {"nothing", "", ""},
    {"only blanks", " \n &nbsp; <br> ", ""},
};

std::string repeated(std::string_view text, size_t bytes)
{
    std::string out;
    while (out.size() < bytes)
        out += text;
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(real_mail_reads_as_in_a_browser)
{
    for (auto const &example : examples)
        BOOST_TEST(html_to_text(example.html) == example.text,
                   example.what << ": " << html_to_text(example.html));
}

BOOST_AUTO_TEST_CASE(nul_bytes_do_not_end_the_text)
{
    BOOST_TEST(html_to_text(std::string_view("<p>one\0two</p><p>three</p>", 27)) == "one two\n\nthree");
}

BOOST_AUTO_TEST_CASE(ten_thousand_levels_lose_no_text)
{
    std::string html;
    for (int i = 0; i < 10000; ++i)
        html += "<div>" + std::to_string(i);
    html += repeated("</div>", 6 * 10000) + "end";
    auto text = html_to_text(html);
    for (int i = 0; i < 10000; i += 97)
        BOOST_TEST(text.find("\n" + std::to_string(i + 1) + "\n") != text.npos);
    BOOST_TEST(text.ends_with("\nend"));
}

BOOST_AUTO_TEST_CASE(text_in_pieces_is_the_text_of_the_whole)
{
    // Longer than one piece that the parser is given, with characters of several bytes at its edges.
    std::string html, text;
    for (int i = 0; i < 4000; ++i) {
        html += "<p>\u00fc\u20ac" + std::to_string(i) + "</p>";
        text += (i ? "\n\n\u00fc\u20ac" : "\u00fc\u20ac") + std::to_string(i);
    }
    BOOST_TEST((html_to_text(html) == text));
}

BOOST_AUTO_TEST_CASE(stops_soon_after_the_wanted_length)
{
    auto html = repeated("<p>some words</p>", 1 << 20);
    auto text = html_to_text(html, 1000);
    BOOST_TEST(text.size() >= 1000u);
    BOOST_TEST(text.size() < 10000u);
    BOOST_TEST(html_to_text(html).starts_with(text));
}

BOOST_AUTO_TEST_CASE(hostile_html_costs_linear_time)
{
    // Each took minutes, where it was quadratic; the limit is far above what a slow machine needs.
    std::string attributes = "<a ";
    for (int i = 0; attributes.size() < (2 << 20); ++i)
        attributes += "a" + std::to_string(i) + " ";
    std::string const pages[] = {
        attributes + ">x</a>",
        repeated("<b>", 1 << 20) + repeated("</i>", 1 << 20),
        repeated("<", 2 << 20),
        repeated("<a ", 2 << 20),
        repeated("&", 2 << 20),
        repeated("<!--", 2 << 20),
        repeated("<script></", 2 << 20),
        repeated("<ul><li>", 2 << 20),
        repeated("<a href='http://example.com/'>", 2 << 20),
    };
    auto const start = std::chrono::steady_clock::now();
    for (auto const &page : pages)
        html_to_text(page);
    BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::minutes(2)));
}

BOOST_AUTO_TEST_SUITE_END()
