// Encoder and decoder against an independent implementation: wbxml2xml and xml2wbxml of libwbxml2-utils,
// which know the code pages of an older revision. Skipped where they are not installed.
#include "support.h"
#include "wbxml/all-tags.h"
#include "wbxml/decoder.h"
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <unistd.h>

using namespace eas;
using test::TagRow;

namespace {

/// A directory of its own, gone with this.
class TemporaryDirectory {
public:
    TemporaryDirectory()
    {
        std::string name = (std::filesystem::temp_directory_path() / "eas-test-XXXXXX").string();
        BOOST_REQUIRE(mkdtemp(name.data()));
        m_path = name;
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(m_path); }
    TemporaryDirectory(TemporaryDirectory const &) = delete;
    TemporaryDirectory &operator=(TemporaryDirectory const &) = delete;
    std::filesystem::path const &path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// What `command`, run with the names of a file to read and one to write, makes of `input`.
std::string converted(std::string const &command, std::string const &input)
{
    TemporaryDirectory const directory;
    auto const input_path = directory.path() / "input", output_path = directory.path() / "output";
    std::ofstream(input_path, std::ios::binary) << input;
    auto const line =
        command + " -o " + output_path.string() + " " + input_path.string() + " 2>&1 >/dev/null";
    BOOST_REQUIRE_MESSAGE(std::system(line.c_str()) == 0, line << " failed");
    std::ifstream output(output_path, std::ios::binary);
    return {std::istreambuf_iterator<char>(output), {}};
}

bool are_tools_installed()
{
    bool const found = std::system("command -v wbxml2xml >/dev/null && command -v xml2wbxml >/dev/null") == 0;
    if (!found)
        BOOST_TEST_MESSAGE("skipped: wbxml2xml and xml2wbxml (libwbxml2-utils) are not installed");
    return found;
}

/// The text of a tag's element: its own, so that elements cannot be taken for each other.
std::string text_of(TagRow const &row)
{
    return std::to_string(row.page) + "/" + std::to_string(row.token);
}

std::string wbxml_of(std::vector<TagRow> const &rows)
{
    return test::encoded([&](Encoder &encoder) {
        encoder.start(Tag::AirSync_Sync);
        for (auto const &row : rows)
            encoder.element(row.tag, text_of(row));
        encoder.end();
    });
}

/// All of a tag's element but its start tag's name: xmlns="Email:">2/22
std::string xml_after_name(TagRow const &row, std::string const &text)
{
    std::string xml;
    if (row.space != "AirSync") // the root's
        xml.append(" xmlns=\"").append(row.space).append(":\"");
    return xml.append(">").append(text).append("</");
}

std::string xml_of(TagRow const &row)
{
    return std::string("<")
        .append(row.name)
        .append(xml_after_name(row, text_of(row)))
        .append(row.name)
        .append(">");
}

std::string xml_of(std::vector<TagRow> const &rows)
{
    std::string xml =
        R"(<?xml version="1.0"?><!DOCTYPE ActiveSync PUBLIC "-//MICROSOFT//DTD ActiveSync//EN" )"
        R"("http://www.microsoft.com/"><Sync xmlns="AirSync:">)";
    for (auto const &row : rows)
        xml += xml_of(row);
    return xml + "</Sync>";
}

bool contains(std::string const &text, std::string const &part)
{
    return text.find(part) != std::string::npos;
}

/// Whether the row's text is in an element of its page. libwbxml has names of its own for some elements
/// (Recurrence_Type, BusinessCity), shows what it takes for binary as base64, and calls the page GAL "Gal".
bool has_element_of_page(std::string const &xml, TagRow const &row)
{
    std::string const any_case = to_lower(xml);
    return contains(any_case, to_lower(xml_after_name(row, text_of(row)))) ||
           contains(any_case, to_lower(xml_after_name(row, base64_encode(text_of(row)))));
}

} // namespace

BOOST_AUTO_TEST_SUITE(libwbxml)

BOOST_AUTO_TEST_CASE(each_reads_what_the_other_writes)
{
    if (!are_tools_installed())
        return;
    std::vector<TagRow> const all(test::all_tags.begin(), test::all_tags.end());
    std::string const xml = converted("wbxml2xml -m 0 -l ACTIVESYNC", wbxml_of(all));
    std::vector<TagRow> known;
    size_t unknown_count = 0;
    for (auto const &row : all)
        if (contains(xml, xml_of(row)))
            known.push_back(row);
        else if (contains(xml, "<unknown>" + text_of(row) + "</unknown>"))
            unknown_count++;
        else
            BOOST_TEST(has_element_of_page(xml, row), row.space << ":" << row.name << " is another page's");
    BOOST_TEST_MESSAGE("tags that libwbxml does not know: " << unknown_count << ", that it shows otherwise: "
                                                            << all.size() - known.size() - unknown_count
                                                            << ", of " << all.size());
    BOOST_TEST(known.size() > 470u);

    std::string const theirs = converted("xml2wbxml -a -n -v 1.3", xml_of(known));
    BOOST_TEST(hex_encode(theirs) == hex_encode(wbxml_of(known)));
    auto const root = decode(theirs);
    BOOST_REQUIRE_EQUAL(test::error_of(root), "");
    BOOST_REQUIRE(root->children.size() == known.size());
    for (size_t i = 0; i < known.size(); i++) {
        BOOST_TEST((root->children[i].tag == known[i].tag));
        BOOST_TEST(root->children[i].text == text_of(known[i]));
    }
}

BOOST_AUTO_TEST_SUITE_END()
