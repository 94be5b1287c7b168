#include "stores/ics-directory-watch.h"
#include "stores/ics-fixture.h"
#include <algorithm>

using namespace eas;
using test::error_of;
using test::rename_file;
using test::write_file;
namespace fs = std::filesystem;

namespace {

constexpr int many = 600;

IcsDirectory directory_at(fs::path const &path)
{
    auto directory = IcsDirectory::open(path, false);
    BOOST_REQUIRE_EQUAL(error_of(directory), "");
    return std::move(*directory);
}

bool is_wanted(std::string_view name)
{
    return name != "skipped";
}

/// With so many files that it is worth a watch.
struct Watched {
    explicit Watched(int files = many)
    {
        for (int i = 0; i < files; i++)
            write_file(path / std::to_string(i), "one");
        look();
        look();
    }
    DirectoryLooks::Look look()
    {
        auto const look = looks.look(directory_at(path), is_wanted, 1000);
        BOOST_REQUIRE_EQUAL(error_of(look), "");
        auto const other = DirectoryLook::take(directory_at(path), is_wanted, 1000);
        BOOST_REQUIRE_EQUAL(error_of(other), "");
        BOOST_TEST((*look)->version() == other->version());
        return *look;
    }
    test::TemporaryDirectory temporary;
    fs::path path = temporary.path / "calendar";
    DirectoryLooks looks;
};

/// Whether tests can see a watch at all.
bool is_local(fs::path const &path)
{
    if (directory_at(path).is_of_this_machine())
        return true;
    BOOST_TEST_MESSAGE("skipped: temporary files are on a file system that is not watched");
    return false;
}

} // namespace

BOOST_AUTO_TEST_SUITE(ics_directory_watch)

BOOST_AUTO_TEST_CASE(each_change_is_in_the_next_look)
{
    Watched watched;
    auto const &at = watched.path;
    auto before = watched.look();
    auto const differs = [&] {
        auto after = watched.look();
        return std::exchange(before, after)->version() != after->version();
    };
    BOOST_TEST(!differs());
    write_file(at / "1", "other");
    BOOST_TEST(differs());
    rename_file(at / "2", "another");
    BOOST_TEST(differs());
    fs::rename(at / "3", at / "4");
    BOOST_TEST(differs());
    fs::remove(at / "5");
    BOOST_TEST(differs());
    write_file(at / "new", "one");
    BOOST_TEST(differs());
    fs::last_write_time(at / "6", fs::file_time_type::clock::now());
    BOOST_TEST(differs());
    fs::permissions(at / "7", fs::perms::owner_read);
    BOOST_TEST(differs());
    fs::rename(at / "8", at / "skipped");
    BOOST_TEST(differs());
    fs::rename(at / "skipped", at / "8");
    BOOST_TEST(differs());
    write_file(at / "skipped", "one");
    fs::create_directory(at / "sub");
    BOOST_TEST(!differs());
    for (int i = 0; i < many; i++)
        write_file(at / std::to_string(i), "all");
    BOOST_TEST(differs());
    BOOST_TEST(watched.looks.is_watched() == is_local(at));
}

BOOST_AUTO_TEST_CASE(a_write_into_a_file_that_stays_open_is_seen)
{
    Watched watched;
    std::ofstream file(watched.path / "1");
    for (int i = 0; i < 5; i++) {
        auto const before = watched.look();
        file << i << std::flush;
        BOOST_TEST(watched.look()->version() != before->version());
    }
}

BOOST_AUTO_TEST_CASE(another_directory_in_the_place_of_a_watched_one_is_looked_at)
{
    Watched watched;
    for (auto const *other : {"other", "third"})
        write_file(watched.temporary.path / other / "1", other);
    for (auto const *other : {"other", "third"}) {
        fs::rename(watched.path, watched.temporary.path / (std::string("former ") + other));
        fs::rename(watched.temporary.path / other, watched.path);
        BOOST_TEST(watched.look()->files() == 1u);
    }
}

BOOST_AUTO_TEST_CASE(files_that_nobody_touched_are_not_looked_at_again)
{
    Watched watched;
    if (!is_local(watched.path))
        return;
    int looked_at = 0;
    auto const count = [&](std::string_view) { return ++looked_at > 0; };
    auto const look = [&] {
        looked_at = 0;
        BOOST_REQUIRE_EQUAL(error_of(watched.looks.look(directory_at(watched.path), count, 1000)), "");
    };
    look();
    BOOST_TEST(looked_at == many); // young files are looked at again, whether or not anybody touched them
    test::settle();
    look();
    look();
    BOOST_TEST(looked_at == 0);
    write_file(watched.path / "1", "other");
    look();
    BOOST_TEST(looked_at == 1);
}

BOOST_AUTO_TEST_CASE(few_files_need_no_watch)
{
    Watched watched(20);
    watched.look();
    BOOST_TEST(!watched.looks.is_watched());
}

BOOST_AUTO_TEST_SUITE_END()
