#include "base/time.h"
#include "commands/keyword-query.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

/// "all(text:a not(from:b))"
std::string shown(MailCondition const &condition)
{
    static constexpr char const *names[] = {"all", "any", "not", "text",  "body",   "subject", "from",
                                            "to",  "cc",  "bcc", "since", "before", "seen",    "flagged"};
    std::string const name = names[static_cast<size_t>(condition.kind)];
    if (condition.kind == MailCondition::Kind::received_since ||
        condition.kind == MailCondition::Kind::received_before)
        return name + ":" + format_datetime(condition.instant).substr(0, 10);
    if (condition.parts.empty())
        return condition.text.empty() ? name : name + ":" + condition.text;
    std::string inside;
    for (auto const &part : condition.parts)
        inside += (inside.empty() ? "" : " ") + shown(part);
    return name + "(" + inside + ")";
}

std::string parsed(std::string_view text)
{
    auto const condition = parse_keyword_query(text);
    return condition ? shown(*condition) : "too complex";
}

std::string repeated(std::string_view text, size_t count)
{
    std::string all;
    while (count-- > 0)
        all += text;
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(keyword_query)

BOOST_AUTO_TEST_CASE(words_are_all_wanted)
{
    BOOST_TEST(parsed("budget") == "text:budget");
    BOOST_TEST(parsed(" budget\t2026 ") == "all(text:budget text:2026)");
    BOOST_TEST(parsed("a AND b") == "all(text:a text:b)");
    BOOST_TEST(parsed("Grüße 会议") == "all(text:Grüße text:会议)");
}

BOOST_AUTO_TEST_CASE(quotes_make_a_phrase)
{
    BOOST_TEST(parsed("\"annual report\" final") == "all(text:annual report text:final)");
    BOOST_TEST(parsed("\"not closed") == "text:not closed");
    BOOST_TEST(parsed("it's 5\" wide") == "all(text:it's text:5\" text:wide)");
}

BOOST_AUTO_TEST_CASE(operators_bind_not_before_and_before_or)
{
    BOOST_TEST(parsed("a OR b c") == "any(text:a all(text:b text:c))");
    BOOST_TEST(parsed("(a OR b) c") == "all(any(text:a text:b) text:c)");
    BOOST_TEST(parsed("a NOT b") == "all(text:a not(text:b))");
    BOOST_TEST(parsed("a -b -\"c d\"") == "all(text:a not(text:b) not(text:c d))");
    BOOST_TEST(parsed("NOT(a OR b)") == "not(any(text:a text:b))");
    BOOST_TEST(parsed("NOT NOT a") == "text:a");
}

BOOST_AUTO_TEST_CASE(operators_are_words_in_capitals)
{
    BOOST_TEST(parsed("this or that") == "all(text:this text:or text:that)");
    BOOST_TEST(parsed("ORDER NOTES ANDY") == "all(text:ORDER text:NOTES text:ANDY)");
    BOOST_TEST(parsed("well-known e-mail") == "all(text:well-known text:e-mail)");
}

BOOST_AUTO_TEST_CASE(properties_restrict)
{
    BOOST_TEST(parsed("from:anna") == "from:anna");
    BOOST_TEST(parsed("Subject:\"annual report\" to=bob") == "all(subject:annual report to:bob)");
    BOOST_TEST(parsed("from<>anna") == "not(from:anna)");
    BOOST_TEST(parsed("participants:x") == "any(from:x to:x cc:x bcc:x)");
    BOOST_TEST(parsed("isread:false isflagged:yes") == "all(not(seen) flagged)");
    BOOST_TEST(parsed("-from:anna") == "not(from:anna)");
    BOOST_TEST(parsed("(from:anna)") == "from:anna");
}

BOOST_AUTO_TEST_CASE(days_compare_as_a_whole)
{
    BOOST_TEST(parsed("received:2026-02-28") == "all(since:2026-02-28 before:2026-03-01)");
    BOOST_TEST(parsed("received:2026-01-01..2026-01-31") == "all(since:2026-01-01 before:2026-02-01)");
    BOOST_TEST(parsed("received>2026-01-01") == "since:2026-01-02");
    BOOST_TEST(parsed("received>=2026-01-01") == "since:2026-01-01");
    BOOST_TEST(parsed("received<2026-01-01") == "before:2026-01-01");
    BOOST_TEST(parsed("received<=2026-01-01") == "before:2026-01-02");
    BOOST_TEST(parsed("received<>2026-01-01") == "any(before:2026-01-01 since:2026-01-02)");
}

BOOST_AUTO_TEST_CASE(what_is_no_syntax_is_a_word)
{
    BOOST_TEST(parsed("http://a.example/b?c=d") == "text:http://a.example/b?c=d");
    BOOST_TEST(parsed("from: anna") == "all(text:from: text:anna)");
    BOOST_TEST(parsed("tomorrow") == "text:tomorrow");
    BOOST_TEST(parsed("received:soon isread:perhaps") == "all(text:received:soon text:isread:perhaps)");
    BOOST_TEST(parsed("f(x) C:\\temp") == "all(text:f(x) text:C:\\temp)");
    BOOST_TEST(parsed("C++ -- :-) a") == "all(text:C++ text:a)");
}

BOOST_AUTO_TEST_CASE(a_star_at_the_end_is_a_prefix)
{
    BOOST_TEST(parsed("meet* \"a*\"") == "all(text:meet text:a*)");
}

BOOST_AUTO_TEST_CASE(syntax_alone_is_looked_for_as_it_stands)
{
    for (auto const *text : {"\"", "(", ")", "((", "()", "AND", "OR", "NOT", "-", "*", "NOT (", "\\"})
        BOOST_TEST(parsed(text) == std::string("text:") + text);
}

BOOST_AUTO_TEST_CASE(unclosed_groups_and_dangling_operators_are_forgiven)
{
    BOOST_TEST(parsed("(a (b") == "all(text:a text:b)");
    BOOST_TEST(parsed("a) b") == "all(text:a) text:b)");
    BOOST_TEST(parsed("OR a OR OR b AND") == "any(text:a text:b)");
    BOOST_TEST(parsed("a AND NOT") == "text:a");
}

BOOST_AUTO_TEST_CASE(bounds)
{
    BOOST_TEST(parsed(repeated("a ", most_search_terms)) != "too complex");
    BOOST_TEST(parsed(repeated("a ", most_search_terms + 1)) == "too complex");
    BOOST_TEST(parsed(repeated("(", deepest_search_groups) + "a") == "text:a");
    BOOST_TEST(parsed(repeated("(", deepest_search_groups + 1) + "a") == "too complex");
    BOOST_TEST(parsed(std::string(longest_search_text, 'a')) != "too complex");
    BOOST_TEST(parsed(std::string(longest_search_text + 1, 'a')) == "too complex");
    BOOST_TEST(parsed(repeated("NOT ", 500) + "a") == "text:a");
}

BOOST_AUTO_TEST_SUITE_END()
