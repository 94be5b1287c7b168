#include "stores/ics-directory-watch.h"
#include "stores/ics-fixture.h"
#include "stores/ics-item.h"
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
        auto const look = looks.look(directory_at(path), true, 1000);
        BOOST_REQUIRE_EQUAL(error_of(look), "");
        auto const other = DirectoryLook::take(
            directory_at(path), [](auto name) { return is_item_name(name, true); }, 1000);
        BOOST_REQUIRE_EQUAL(error_of(other), "");
        BOOST_TEST((*look)->version() == other->version());
        return *look;
    }
    test::TemporaryDirectory temporary;
    fs::path path = temporary.path / "calendar";
    DirectoryWatches watches;
    DirectoryLooks looks{&watches};
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
    fs::rename(at / "8", at / ".skipped");
    BOOST_TEST(differs());
    fs::rename(at / ".skipped", at / "8");
    BOOST_TEST(differs());
    write_file(at / ".skipped", "one");
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

BOOST_AUTO_TEST_CASE(a_directory_that_is_radicales_now_has_other_items)
{
    Watched watched;
    write_file(watched.path / "with.ics", "one");
    BOOST_TEST(watched.look()->files() == size_t(many + 1));
    auto const as_vdir = watched.looks.look(directory_at(watched.path), false, 1000);
    BOOST_REQUIRE_EQUAL(error_of(as_vdir), "");
    BOOST_TEST((*as_vdir)->files() == 1u);
    BOOST_TEST(watched.look()->files() == size_t(many + 1));
}

BOOST_AUTO_TEST_CASE(what_was_touched_is_told_once)
{
    test::TemporaryDirectory temporary;
    auto const directory = directory_at(temporary.path);
    if (!is_local(temporary.path))
        return;
    DirectoryWatches watches;
    using Names = DirectoryWatches::Names;
    auto const watch = watches.begin(directory);
    BOOST_REQUIRE(watch.has_value());
    BOOST_TEST(!watches.begin(directory)); // two could not both be told
    rename_file(temporary.path / "a", "one");
    write_file(temporary.path / "b", "one");
    BOOST_TEST((watches.touched(*watch) == Names{".other.tmp", "a", "b"}));
    BOOST_TEST((watches.touched(*watch) == Names{}));
    for (int i = 0; i < 2000; i++)
        write_file(temporary.path / std::to_string(i), "one");
    BOOST_TEST(!watches.touched(*watch)); // too many to be remembered
    BOOST_TEST(watches.begin(directory).has_value());
}

BOOST_AUTO_TEST_CASE(files_that_nobody_touched_are_not_looked_at_again)
{
    Watched watched;
    if (!is_local(watched.path))
        return;
    auto const elsewhere = watched.temporary.path / "elsewhere";
    fs::create_hard_link(watched.path / "1", elsewhere);
    test::settle();
    auto const before = watched.look();
    write_file(elsewhere, "what no watch tells");
    auto const after = watched.looks.look(directory_at(watched.path), true, 1000);
    BOOST_REQUIRE_EQUAL(error_of(after), "");
    BOOST_TEST((*after)->version() == before->version()); // for a minute
}

BOOST_AUTO_TEST_CASE(few_files_need_no_watch)
{
    Watched watched(20);
    watched.look();
    BOOST_TEST(!watched.looks.is_watched());
}

BOOST_AUTO_TEST_SUITE_END()
