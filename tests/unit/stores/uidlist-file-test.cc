#include "stores/ics-fixture.h"
#include "stores/uidlist-file.h"
#include <boost/test/unit_test.hpp>
#include <fstream>

using namespace eas;
using namespace eas::test;

namespace {

constexpr char const *header = "3 V1764451200 N8 Gf53aa100d1b16969ac0e0000ab4c7a3f\n";

struct Fixture {
    TemporaryDirectory directory;

    UidlistFile file(std::string const &text) const
    {
        auto const path = directory.path / "dovecot-uidlist";
        std::ofstream(path) << text;
        return UidlistFile(path);
    }
    std::vector<Uid> uids(std::string const &text, Uid first, Uid last) const
    {
        std::vector<Uid> found;
        auto const entries = file(text).entries(first, last);
        BOOST_REQUIRE(entries);
        for (auto const &entry : *entries)
            found.push_back(entry.uid);
        return found;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(uidlist_file, Fixture)

BOOST_AUTO_TEST_CASE(the_header_says_which_mailbox_it_is)
{
    auto const read = file(header).header();
    BOOST_REQUIRE(read);
    BOOST_TEST(read->uid_validity == 1764451200U);
    BOOST_TEST(read->guid == "f53aa100d1b16969ac0e0000ab4c7a3f");
}

BOOST_AUTO_TEST_CASE(a_message_has_the_name_of_its_file_without_flags)
{
    auto const entries =
        file(std::string(header) + "5 :1.M5P1.host\n7 Gown-guid W99 :1.M7P1.host,S=40,W=42:2,RS\n")
            .entries(5, 7);
    BOOST_REQUIRE(entries);
    BOOST_REQUIRE(entries->size() == 2U);
    BOOST_TEST(entries->front().name == "1.M5P1.host");
    BOOST_TEST(entries->front().guid == "1.M5P1.host");
    BOOST_TEST(entries->back().name == "1.M7P1.host,S=40,W=42");
    BOOST_TEST(entries->back().guid == "own-guid");
}

/// Far more than what is read at once, with a gap after each line.
BOOST_AUTO_TEST_CASE(a_line_is_found_wherever_it_is)
{
    std::string text = header;
    for (Uid uid = 2; uid <= 20'000; uid += 2)
        text += std::to_string(uid) + " :" + std::string(uid % 180, 'x') + ".host\n";
    for (Uid uid : {2U, 4U, 998U, 10'000U, 19'998U, 20'000U}) {
        BOOST_TEST(uids(text, uid, uid) == std::vector<Uid>{uid});
        BOOST_TEST(uids(text, uid - 1, uid - 1).empty());
    }
    BOOST_TEST(uids(text, 20'001, UINT32_MAX).empty());
    BOOST_TEST(uids(text, 19'995, UINT32_MAX) == (std::vector<Uid>{19'996, 19'998, 20'000}));
    BOOST_TEST(uids(text, 1, UINT32_MAX).size() == 10'000U);
}

BOOST_AUTO_TEST_CASE(a_line_that_is_being_written_is_not_there_yet)
{
    BOOST_TEST(uids(std::string(header) + "5 :one\n6 :tw", 1, 9) == std::vector<Uid>{5});
}

BOOST_AUTO_TEST_CASE(what_is_not_as_it_should_be_is_left_to_dovecot)
{
    BOOST_TEST(!UidlistFile(directory.path / "none").header());
    BOOST_TEST(!UidlistFile(directory.path / "none").entries(1, 9));
    for (auto const *text : {"", "3 ", "1 1764451200 8\n5 name\n", "3 N8\n5 :name\n"}) {
        BOOST_TEST(!file(text).header());
        BOOST_TEST(!file(text).entries(1, 9));
    }
    for (auto const *lines : {"5 :b\n4 :a\n", "5 name\n", "x :name\n", "5 :\n", "5 :../name\n", "\n"})
        BOOST_TEST(!file(std::string(header) + lines).entries(1, 9));
    BOOST_TEST(!file(header + std::string(20'000, 'x')).entries(1, 9));
}

BOOST_AUTO_TEST_SUITE_END()
