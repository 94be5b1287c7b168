#include "mapping/vacation-script.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

OutOfOffice sample()
{
    OutOfOffice wanted;
    wanted.state = OofState::scheduled;
    wanted.start = Instant::from_seconds(1795341487); // 2026-11-22T09:58:07Z
    wanted.end = Instant::from_seconds(1795427887);
    wanted.internal = {true, false, "In the \"mountains\"\\\n.\n}; discard;"};
    wanted.unknown = {true, true, "<p>Käse</p>"};
    return wanted;
}

VacationContext context()
{
    return {{"anna@example.com"}, {"example.com"}, {"bob@elsewhere.example"}, "mine\n# state disabled"};
}

bool has(std::string const &text, std::string_view part)
{
    return text.find(part) != text.npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(vacation_script_mapping)

BOOST_AUTO_TEST_CASE(what_was_set_is_read_back)
{
    for (auto const state : {OofState::disabled, OofState::always, OofState::scheduled}) {
        auto wanted = sample();
        wanted.state = state;
        auto const script = parse_vacation_script(vacation_script(wanted, context()));
        BOOST_REQUIRE(script);
        BOOST_CHECK(script->out_of_office == wanted);
        BOOST_CHECK_EQUAL(script->former, context().former);
        BOOST_CHECK(!script->is_edited);
    }
}

BOOST_AUTO_TEST_CASE(an_edited_script_is_noticed)
{
    auto const text = vacation_script(sample(), context());
    for (auto const *place : {"# state scheduled", "include :personal", "# internal on"}) {
        auto edited = text;
        edited.insert(edited.find(place) + 2, "x");
        auto const script = parse_vacation_script(edited);
        BOOST_REQUIRE(script);
        BOOST_CHECK_MESSAGE(script->is_edited, place);
    }
    BOOST_CHECK(parse_vacation_script(text + "discard;")->is_edited);
}

BOOST_AUTO_TEST_CASE(another_script_is_none_of_ours)
{
    for (auto const *text : {"", "require \"vacation\"; vacation \"x\";", "# eas-oof 1\n# digest 1\n"})
        BOOST_CHECK(!parse_vacation_script(text));
}

BOOST_AUTO_TEST_CASE(text_stays_in_its_string)
{
    BOOST_CHECK_EQUAL(sieve_string("a\"b\\c"), "\"a\\\"b\\\\c\"");
    BOOST_CHECK(
        has(vacation_script(sample(), context()), "\"In the \\\"mountains\\\"\\\\\n.\n}; discard;\";"));
}

BOOST_AUTO_TEST_CASE(the_time_is_in_utc)
{
    auto const text = vacation_script(sample(), context());
    BOOST_CHECK(has(text, "currentdate :zone \"+0000\" :value \"gt\" \"date\" \"2026-11-22\""));
    BOOST_CHECK(has(text, "currentdate :zone \"+0000\" :value \"ge\" \"time\" \"09:58:07\""));
    BOOST_CHECK(has(text, "currentdate :zone \"+0000\" :value \"lt\" \"date\" \"2026-11-23\""));
}

BOOST_AUTO_TEST_CASE(a_disabled_one_answers_nothing_and_includes)
{
    auto wanted = sample();
    wanted.state = OofState::disabled;
    auto const text = vacation_script(wanted, context());
    BOOST_CHECK_EQUAL(without_vacation(text), text);
    BOOST_CHECK(has(text, "include :personal :optional \"mine"));
}

BOOST_AUTO_TEST_CASE(known_people_have_a_branch_where_they_are_told_something_else)
{
    auto wanted = sample();
    BOOST_CHECK(has(vacation_script(wanted, context()), "[\"bob@elsewhere.example\"]"));
    wanted.known = wanted.unknown;
    BOOST_CHECK(!has(vacation_script(wanted, context()), "bob@elsewhere.example"));
}

BOOST_AUTO_TEST_CASE(a_vacation_of_the_users_own_is_left_out)
{
    struct {
        char const *script, *rest;
    } const cases[] = {
        {"require \"vacation\";\nvacation \"x\";\nkeep;", "require \"vacation\";\n\nkeep;"},
        {"if true {VACATION :days 1 :handle \"a;b\" \"x;\"; }", "if true { }"},
        {"keep;vacation text:\nx;\n.\n;stop;", "keep;stop;"},
        {"vacation /* ; */ # ;\n\"x\"; vacation \"y\"", " "},
    };
    for (auto const &each : cases)
        BOOST_CHECK_EQUAL(without_vacation(each.script), each.rest);
    for (std::string without :
         {"require \"vacation\";", "# vacation \"x\";\nkeep;", "/* vacation */ keep;",
          "fileinto \"a\\\" vacation\";", "vacations \"x\";", "redirect text:\nvacation x\n.\n;", "\"", "/*"})
        BOOST_CHECK_EQUAL(without_vacation(without), without);
}

BOOST_AUTO_TEST_CASE(the_users_own_scripts_are_included_under_other_names)
{
    auto const renamed = [](std::string const &name) { return name == "a \"b\"" ? "copy" : name; };
    struct {
        char const *script, *expected;
    } const cases[] = {
        {"require \"include\"; include \"a \\\"b\\\"\"; keep;",
         "require \"include\"; include \"copy\"; keep;"},
        {"if true { include :once :personal /* \"x\" */ \"a \\\"b\\\"\" ; }",
         "if true { include :once :personal /* \"x\" */ \"copy\" ; }"},
    };
    for (auto const &each : cases)
        BOOST_CHECK_EQUAL(with_includes(each.script, renamed), each.expected);
    for (std::string same : {"include :global \"a \\\"b\\\"\";", "include :Global \"a \\\"b\\\"\";",
                             "# include \"a \\\"b\\\"\";", "include \"other\";", "include;", "include"})
        BOOST_CHECK_EQUAL(with_includes(same, renamed), same);
}

BOOST_AUTO_TEST_CASE(the_users_own_vacation_counts_outside_of_the_time)
{
    auto owner = context();
    owner.former_while_on = "without";
    auto const text = vacation_script(sample(), owner);
    auto const on = text.find("include :personal :optional \"without\""), off = text.find("} else {\n", on);
    BOOST_CHECK(on != text.npos && off != text.npos);
    BOOST_CHECK(text.find("include :personal :optional \"mine", off) != text.npos);
}

BOOST_AUTO_TEST_SUITE_END()
