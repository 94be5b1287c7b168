#include "base/line-table.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

struct Row {
    std::string_view id, value;
    bool operator==(Row const &) const = default;

    static std::optional<Row> parse(std::string_view line)
    {
        Row row{.id = take_piece(line), .value = line};
        return row.id.empty() || row.value.empty() ? std::nullopt : std::optional(row);
    }
};

using Table = LineTable<Row>;

Table table(std::string const &lines)
{
    auto const text = std::make_shared<std::string const>("head\n" + lines + "foot\n");
    auto const read = Table::parse(text, std::string_view(*text).substr(5, lines.size()));
    BOOST_REQUIRE(read);
    return *read;
}

std::string walked(Table const &table)
{
    std::string text;
    table.for_each(
        [&](Row const &row) { text.append(row.id).append(1, ' ').append(row.value).append("\n"); });
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(line_table)

BOOST_AUTO_TEST_CASE(rows_are_found_by_id)
{
    auto const read = table("a 1\nbb 2\nc 3\n");
    BOOST_TEST(read.size() == 3u);
    BOOST_TEST(read.find("bb")->value == "2");
    for (auto const id : {"", "0", "b", "bbb", "d"})
        BOOST_TEST(!read.find(id), id);
    BOOST_TEST(Table().empty());
    BOOST_TEST(!Table().find("a"));
}

BOOST_AUTO_TEST_CASE(a_table_with_a_broken_line_or_out_of_order_is_none)
{
    for (std::string const lines : {"a 1", "a\n", "\n", "a 1\n\nb 2\n", "b 1\na 2\n", "a 1\na 1\n"})
        BOOST_TEST(!Table::parse(std::make_shared<std::string const>(lines), lines), lines);
}

/// Every edit of each place, against a map.
BOOST_AUTO_TEST_CASE(edits_come_to_their_places)
{
    std::vector<std::string> const ids{"a", "b", "c", "d", "e", "f", "g"};
    std::map<std::string, std::string> const stored{{"b", "1"}, {"d", "2"}, {"f", "3"}};
    for (unsigned edits = 0; edits < 3 * 3 * 3 * 3 * 3 * 3 * 3; edits++) {
        auto expected = stored;
        auto edited = table("b 1\nd 2\nf 3\n");
        auto const before = edited;
        auto left = edits;
        for (auto const &id : ids) {
            if (left % 3 == 1) {
                edited.put(id + " new");
                expected[id] = "new";
            } else if (left % 3 == 2) {
                edited.erase(id);
                expected.erase(id);
            }
            left /= 3;
        }
        std::string text;
        std::set<std::string> differing;
        for (auto const &[id, value] : expected)
            text.append(id).append(1, ' ').append(value).append("\n");
        for (auto const &id : ids)
            if (expected.contains(id) != stored.contains(id) ||
                (expected.contains(id) && expected.at(id) == "new"))
                differing.insert(id);
        BOOST_REQUIRE_EQUAL(edited.text(), text);
        BOOST_REQUIRE_EQUAL(walked(edited), text);
        BOOST_REQUIRE_EQUAL(edited.size(), expected.size());
        for (auto const &id : ids)
            BOOST_REQUIRE_EQUAL(edited.find(id).has_value(), expected.contains(id));
        BOOST_REQUIRE((Table::differences(before, edited) == differing));
        BOOST_REQUIRE((Table::differences(table(text), before) == differing));
        BOOST_REQUIRE((edited == table(text)));
        BOOST_REQUIRE((edited == before) == differing.empty());
    }
}

BOOST_AUTO_TEST_CASE(copies_outlive_what_they_were_made_of)
{
    std::optional<Table> read = table("a 1\nb 2\n");
    read->put("c 3");
    auto copy = *read;
    read->put("c 4");
    read.reset();
    BOOST_TEST(copy.find("a")->value == "1");
    BOOST_TEST(copy.find("c")->value == "3");
}

BOOST_AUTO_TEST_SUITE_END()
