#include "support.h"
#include "wbxml/all-tags.h"
#include "wbxml/tag.h"
#include <fstream>
#include <set>
#include <sstream>

using namespace eas;

BOOST_AUTO_TEST_SUITE(wbxml_tag)

BOOST_AUTO_TEST_CASE(every_tag_is_found_by_page_and_token)
{
    std::set<std::pair<int, int>> known;
    for (auto const &row : test::all_tags)
        BOOST_TEST_CONTEXT(row.space << ":" << row.name)
        {
            BOOST_TEST(known.emplace(row.page, row.token).second);
            BOOST_TEST(
                (find_tag(static_cast<uint8_t>(row.page), static_cast<uint8_t>(row.token)) == row.tag));
            BOOST_TEST(code_page(row.tag) == row.page);
            BOOST_TEST(token(row.tag) == row.token);
            BOOST_TEST(local_name(row.tag) == row.name);
            BOOST_TEST(namespace_name(row.tag) == row.space);
        }
    size_t found = 0;
    for (int page = 0; page < 256; page++)
        for (int token = 0; token < 256; token++)
            found += find_tag(static_cast<uint8_t>(page), static_cast<uint8_t>(token)).has_value();
    BOOST_TEST(found == known.size());
}

BOOST_AUTO_TEST_CASE(what_is_no_tag_has_a_question_mark_for_name)
{
    BOOST_TEST(local_name(Tag{}) == "?");
    BOOST_TEST(namespace_name(static_cast<Tag>(0xFFFF)) == "?");
}

BOOST_AUTO_TEST_CASE(the_table_is_that_of_the_specification)
{
    auto const path = test::source_tree() / "../shared/spec/wbxml-tokens.tsv";
    std::ifstream file(path);
    if (!file) {
        BOOST_TEST_MESSAGE("skipped: there is no " << path);
        return;
    }
    std::set<std::string> specified, ours;
    std::string line;
    std::getline(file, line); // column titles
    while (std::getline(file, line))
        specified.insert(line.substr(0, line.find_last_not_of("\r\n") + 1));
    for (auto const &row : test::all_tags) {
        std::ostringstream text;
        text << row.page << '\t' << row.space << "\t0x" << std::uppercase << std::hex << row.token / 16
             << row.token % 16 << '\t' << row.name;
        ours.insert(text.str());
    }
    for (auto const &each : specified)
        BOOST_TEST(ours.contains(each), "missing: " << each);
    for (auto const &each : ours)
        BOOST_TEST(specified.contains(each), "not in the specification: " << each);
}

BOOST_AUTO_TEST_SUITE_END()
