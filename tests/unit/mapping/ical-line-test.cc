#include "mapping/ical-line.h"
#include "support.h"

using namespace eas;

BOOST_AUTO_TEST_SUITE(ical_line)

BOOST_AUTO_TEST_CASE(a_line_is_name_parameters_and_value)
{
    auto const property =
        parse_ical_line("attendee;CN=\"Lee, Ann\";member=\"mailto:a\",\"mailto:b\";X;Y=:mailto:c:d\r\n");
    BOOST_REQUIRE(property);
    BOOST_TEST(property->name == "ATTENDEE");
    BOOST_TEST(property->value == "mailto:c:d");
    BOOST_REQUIRE(property->parameters.size() == 4u);
    BOOST_TEST(property->parameter("cn") == "Lee, Ann");
    BOOST_TEST((property->parameters[1] == IcalParameter{"MEMBER", {"mailto:a", "mailto:b"}}));
    BOOST_TEST(property->parameters[2].values.empty());
    BOOST_TEST((property->parameters[3].values == std::vector<std::string>{""}));
    BOOST_TEST(format_ical_line(*property) ==
               "ATTENDEE;CN=\"Lee, Ann\";MEMBER=\"mailto:a\",\"mailto:b\";X;Y=:mailto:c:d");
}

BOOST_AUTO_TEST_CASE(what_breaks_the_grammar_is_no_property)
{
    for (auto line : {"", "SUMMARY", "SUMMARY;X=1", ":value", "SUM MARY:x", "ATTENDEE;CN=\"a:mailto:b",
                      "ATTENDEE;CN=\"a\"b:mailto:b", "\r\n"})
        BOOST_TEST(!parse_ical_line(line), line);
}

BOOST_AUTO_TEST_CASE(a_broken_line_still_has_a_name)
{
    BOOST_TEST(ical_line_name("attendee;CN=\"a:mailto:b") == "ATTENDEE");
    BOOST_TEST(ical_line_name("SUM\r\n MARY:x") == "SUMMARY");
    BOOST_TEST(ical_line_name("no colon") == "");
}

BOOST_AUTO_TEST_CASE(parameters_hold_any_character)
{
    // RFC 6868 section 3.
    IcalProperty const property{"ATTENDEE", {{"CN", {"George \"Babe\" Ruth^\n;"}}}, "mailto:x"};
    auto const line = format_ical_line(property);
    BOOST_TEST(line == "ATTENDEE;CN=\"George ^'Babe^' Ruth^^^n;\":mailto:x");
    BOOST_TEST((parse_ical_line(line) == property));
    BOOST_TEST(parse_ical_line("X;P=a^b^:y")->parameter("P") == "a^b^");
}

BOOST_AUTO_TEST_CASE(no_value_breaks_out_of_its_line)
{
    IcalProperty const property{"X", {{"P", {"a\r\nEND:VEVENT"}}}, "b\r\nEND:VEVENT\x01"};
    BOOST_TEST(format_ical_line(property) == "X;P=\"a^nEND:VEVENT\":bEND:VEVENT");
    BOOST_TEST(ical_text_property("X", "a\r\nb\rc\nd;e,f\\g\x02\t").value == "a\\nb\\nc\\nd\\;e\\,f\\\\g\t");
}

BOOST_AUTO_TEST_CASE(text_is_unescaped_as_it_was_escaped)
{
    std::string const text = "a, b; c\\n\nd";
    BOOST_TEST(unescape_ical_text(escape_ical_text(text)) == text);
    BOOST_TEST(unescape_ical_text("a\\Nb\\:c\\") == "a\nb:c\\");
    BOOST_TEST(
        (split_ical_text_list("a\\,b,c,,d\\\\,e") == std::vector<std::string>{"a,b", "c", "", "d\\", "e"}));
    BOOST_TEST((split_ical_text_list("") == std::vector<std::string>{""}));
}

BOOST_AUTO_TEST_CASE(what_is_no_utf_8_is_read_as_what_it_mostly_is)
{
    BOOST_TEST(parse_ical_line("SUMMARY:Gr\xF6\xDF!e \x80\r\n")->text() == "Größ!e €");
    BOOST_TEST(parse_ical_line("SUMMARY:Größe\r\n")->text() == "Größe");
    BOOST_TEST(parse_ical_line("ATTENDEE;CN=J\xF6rg:mailto:j@example.org")->parameter("CN") == "Jörg");
}

BOOST_AUTO_TEST_CASE(long_lines_are_folded_at_75_octets_and_never_within_a_character)
{
    BOOST_TEST(fold_ical_line(std::string(75, 'x'), "\r\n") == std::string(75, 'x') + "\r\n");
    BOOST_TEST(fold_ical_line(std::string(76, 'x'), "\n") == std::string(75, 'x') + "\n x\n");
    std::string line = "SUMMARY:";
    for (int i = 0; i < 100; i++)
        line += i % 3 ? "\xC3\xA4" : "\xF0\x9F\x98\x80";
    auto const folded = fold_ical_line(line, "\r\n");
    for (auto physical : split(folded, '\n')) {
        BOOST_TEST(physical.size() <= 76u); // with the CR
        BOOST_TEST(sanitize_utf8(physical) == physical);
    }
    BOOST_TEST(unfold_ical_line(folded) == line);
    BOOST_TEST(unfold_ical_line(fold_ical_line(std::string(500, '\x80'), "\r\n")) ==
               std::string(500, '\x80'));
}

BOOST_AUTO_TEST_CASE(folds_of_any_program_are_undone)
{
    BOOST_TEST(unfold_ical_line("a\r\n b\n\tc\r\n  d\r\n") == "abc d");
    BOOST_TEST(unfold_ical_line("\xC3\r\n \xA4\n") == "\xC3\xA4");
    BOOST_TEST(unfold_ical_line("a\rb\r\n") == "a\rb");
}

BOOST_AUTO_TEST_SUITE_END()
