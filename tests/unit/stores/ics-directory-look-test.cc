#include "stores/ics-directory-look.h"
#include "stores/ics-fixture.h"
#include <set>

using namespace eas;
using test::error_of;
using test::rename_file;
using test::settle;
using test::write_file;
namespace fs = std::filesystem;

namespace {

bool is_wanted(std::string_view name)
{
    return name != "skipped";
}

IcsDirectory directory_at(fs::path const &path)
{
    auto directory = IcsDirectory::open(path, false);
    BOOST_REQUIRE_EQUAL(error_of(directory), "");
    return std::move(*directory);
}

DirectoryLook look_at(fs::path const &path)
{
    auto look = DirectoryLook::take(directory_at(path), is_wanted, 1000);
    BOOST_REQUIRE_EQUAL(error_of(look), "");
    return std::move(*look);
}

/// Writes in place and puts the former mtime back, as `cp --preserve` and rsync do.
void write_with_mtime_of(fs::path const &path, std::string_view text)
{
    auto const time = fs::last_write_time(path);
    write_file(path, text);
    fs::last_write_time(path, time);
}

void exchange(fs::path const &one, fs::path const &other)
{
    BOOST_REQUIRE(renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0);
}

struct Change {
    char const *name;
    void (*make)(fs::path const &directory);
    std::vector<std::string> seen; ///< names of files that are not as they were
};

std::vector<Change> const changes = {
    {"nothing", [](fs::path const &) {}, {}},
    {"another file", [](fs::path const &at) { write_file(at / "skipped", "x"); }, {}},
    {"in place", [](fs::path const &at) { write_file(at / "a", "1 other"); }, {"a"}},
    {"of the same size and mtime", [](fs::path const &at) { write_with_mtime_of(at / "a", "one"); }, {"a"}},
    {"replaced", [](fs::path const &at) { rename_file(at / "a", "two"); }, {"a"}},
    {"renamed", [](fs::path const &at) { fs::rename(at / "a", at / "d"); }, {"d"}},
    {"swapped", [](fs::path const &at) { exchange(at / "a", at / "b"); }, {"a", "b"}},
    {"in the place of another", [](fs::path const &at) { fs::rename(at / "a", at / "b"); }, {"b"}},
    {"a copy", [](fs::path const &at) { fs::copy(at / "a", at / "d"); }, {"d"}},
    {"gone", [](fs::path const &at) { fs::remove(at / "a"); }, {}},
};

} // namespace

BOOST_AUTO_TEST_SUITE(ics_directory_look)

BOOST_AUTO_TEST_CASE(a_change_of_any_kind_is_seen_in_what_has_settled)
{
    test::TemporaryDirectory temporary;
    for (auto const &change : changes)
        for (auto const *name : {"a", "b", "c"})
            write_file(temporary.path / change.name / name, "two");
    settle();
    std::vector<DirectoryLook> before;
    for (size_t i = 0; i < changes.size(); i++) {
        before.push_back(look_at(temporary.path / changes[i].name));
        changes[i].make(temporary.path / changes[i].name);
    }
    settle();
    for (size_t i = 0; i < changes.size(); i++)
        BOOST_TEST_CONTEXT(changes[i].name)
        {
            auto const after = look_at(temporary.path / changes[i].name);
            bool const is_same = i < 2;
            BOOST_TEST((after.version() == before[i].version()) == is_same);
            BOOST_TEST(after.names_beside(before[i].tokens()) == changes[i].seen,
                       boost::test_tools::per_element());
        }
}

BOOST_AUTO_TEST_CASE(a_look_at_what_was_touched_is_as_one_at_all)
{
    test::TemporaryDirectory temporary;
    for (auto const &change : changes)
        for (auto const *name : {"a", "b", "c"})
            write_file(temporary.path / change.name / name, "two");
    settle();
    std::vector<DirectoryLook> before, fresh;
    for (auto const &change : changes) {
        auto const path = temporary.path / change.name;
        before.push_back(look_at(path));
        change.make(path);
        auto look = before.back().again(directory_at(path), is_wanted, 1000, {"a", "b", "d", "skipped"});
        BOOST_REQUIRE_EQUAL(error_of(look), "");
        BOOST_TEST(look->version() == look_at(path).version(), change.name);
        fresh.push_back(*std::move(look));
    }
    settle();
    for (size_t i = 0; i < changes.size(); i++)
        BOOST_TEST_CONTEXT(changes[i].name)
        {
            auto const path = temporary.path / changes[i].name;
            auto const after = fresh[i].again(directory_at(path), is_wanted, 1000, {});
            BOOST_REQUIRE_EQUAL(error_of(after), "");
            BOOST_TEST(after->version() == look_at(path).version());
            BOOST_TEST(after->names_beside(before[i].tokens()) == changes[i].seen,
                       boost::test_tools::per_element());
        }
}

BOOST_AUTO_TEST_CASE(more_files_than_allowed_are_refused)
{
    test::TemporaryDirectory temporary;
    write_file(temporary.path / "a", "one");
    auto const directory = directory_at(temporary.path);
    auto const before = DirectoryLook::take(directory, is_wanted, 1);
    BOOST_REQUIRE_EQUAL(error_of(before), "");
    write_file(temporary.path / "b", "one");
    BOOST_TEST((before->again(directory, is_wanted, 1, {"b"}).error().kind == ErrorKind::too_large));
    BOOST_TEST((DirectoryLook::take(directory, is_wanted, 1).error().kind == ErrorKind::too_large));
}

BOOST_AUTO_TEST_CASE(what_was_written_in_the_same_moment_is_read)
{
    test::TemporaryDirectory temporary;
    write_file(temporary.path / "a", "one");
    std::set<std::string> versions{look_at(temporary.path).version()};
    for (int i = 0; i < 20; i++) { // some of these within a tick of the file system's clock
        write_file(temporary.path / "a", std::to_string(100 + i));
        versions.insert(look_at(temporary.path).version());
    }
    BOOST_TEST(versions.size() == 21u);
}

BOOST_AUTO_TEST_CASE(a_set_holds_tokens_that_meet)
{
    TokenSet set(100);
    for (uint64_t i = 1; i <= 100; i++)
        set.add(i << 32); // all begin at the same place
    for (uint64_t i = 1; i <= 100; i++) {
        BOOST_TEST(set.contains(i << 32));
        BOOST_TEST(!set.contains(i));
    }
    BOOST_TEST(!set.contains(0));
    BOOST_TEST(!TokenSet(0).contains(1));
}

BOOST_AUTO_TEST_SUITE_END()
