// The text by which a user's state moves: round trip, and every damage is noticed.
#include "device/state-archive.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

StateArchive archive()
{
    return {"user@demo.example",
            {{"device/PHONE/info", "eas-device 1\ntype iPhone\n"},
             {"device/PHONE/mail-abc", std::string("\0\xff binary", 9)},
             {"mail/annotations", ""}}};
}

std::string failure(std::string_view text)
{
    auto const read = read_archive(text);
    return read ? "" : read.error().message;
}

} // namespace

BOOST_AUTO_TEST_SUITE(state_archive)

BOOST_AUTO_TEST_CASE(it_is_read_as_it_was_written)
{
    auto const read = read_archive(write_archive(archive()));
    BOOST_REQUIRE(read);
    BOOST_TEST(read->user == "user@demo.example");
    BOOST_TEST((read->entries == archive().entries));
    BOOST_TEST(read_archive(write_archive({"nobody", {}}))->entries.empty());
}

BOOST_AUTO_TEST_CASE(it_is_ascii_lines)
{
    for (char c : write_archive(archive()))
        BOOST_TEST((c == '\n' || (c >= 0x20 && c < 0x7f)));
}

BOOST_AUTO_TEST_CASE(what_was_cut_or_changed_is_refused)
{
    auto const text = write_archive(archive());
    for (size_t size = 0; size < text.size(); ++size)
        BOOST_TEST(failure(text.substr(0, size)) != "", "cut at " << size);
    for (size_t at = 0; at < text.size() - 1; ++at) {
        auto changed = text;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        BOOST_TEST(failure(changed) != "", "changed at " << at);
    }
}

BOOST_AUTO_TEST_CASE(the_error_says_what_is_wrong)
{
    BOOST_TEST(failure("") == "This is no exported state: the first line is another");
    BOOST_TEST(failure("eas-state 2\n") == "This is no exported state: its version is not known here");
    BOOST_TEST(failure("eas-state 1\nuser a\nvalue x\n") == "This is no exported state: line 3 is not known");
    BOOST_TEST(failure("eas-state 1\nvalue x ***\n") == "This is no exported state: line 2 is not base64");
    BOOST_TEST(failure("eas-state 1\nuser a\n") == "This is no exported state: its end is missing");
    auto const text = write_archive(archive());
    BOOST_TEST(failure(text + text) ==
               "This is no exported state: something follows its end; import one user's state at a time");
}

BOOST_AUTO_TEST_CASE(caches_of_the_host_are_told_apart)
{
    BOOST_TEST(is_cache("calendar/index-e.abc"));
    BOOST_TEST(is_cache("contacts/point-1"));
    BOOST_TEST(!is_cache("device/PHONE/info"));
    BOOST_TEST(!is_cache("mail/annotations"));
}

BOOST_AUTO_TEST_SUITE_END()
