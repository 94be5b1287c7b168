#include "stores/ics-directory.h"
#include "stores/ics-fixture.h"

using namespace eas;
using test::error_of;
using test::read_file;
using test::rename_file;
using test::write_file;
namespace fs = std::filesystem;

namespace {

struct Fixture {
    Fixture() { write_file(path / "a.ics", "old"); }

    std::vector<std::string> names()
    {
        std::vector<std::string> names;
        for (auto const &entry : fs::directory_iterator(path))
            names.push_back(entry.path().filename());
        std::ranges::sort(names);
        return names;
    }

    test::TemporaryDirectory temporary;
    fs::path path = temporary.path;
    IcsDirectory directory = *IcsDirectory::open(temporary.path, true);
};

bool anything(std::string_view)
{
    return true;
}

/// Accepts "old", and lets another program write after the first look.
struct SeenOldWhile {
    std::function<void()> other;
    bool operator()(std::string_view text)
    {
        bool const accepted = text == "old";
        if (other)
            std::exchange(other, nullptr)();
        return accepted;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(ics_directory, Fixture)

BOOST_AUTO_TEST_CASE(a_file_is_replaced_whole_and_nothing_is_left_over)
{
    BOOST_REQUIRE_EQUAL(error_of(directory.replace("a.ics", "new", anything)), "");
    BOOST_TEST(read_file(path / "a.ics") == "new");
    BOOST_REQUIRE_EQUAL(error_of(directory.add("b.ics", "b")), "");
    BOOST_TEST((directory.add("b.ics", "c").error().kind == ErrorKind::exists));
    BOOST_TEST(read_file(path / "b.ics") == "b");
    BOOST_REQUIRE_EQUAL(error_of(directory.remove("b.ics", anything)), "");
    BOOST_TEST((names() == std::vector<std::string>{"a.ics"}));
}

BOOST_AUTO_TEST_CASE(what_a_killed_process_left_goes_an_hour_later)
{
    constexpr int64_t minute = 60'000'000'000;
    write_file(path / ".eas-0123456789abcdef.tmp", "half");
    write_file(path / ".other.tmp", "another program's");
    auto const scan = [&](int64_t now) {
        return directory.scan(
            anything, 10, [](std::string_view, FileStamp const &) {}, now);
    };
    BOOST_REQUIRE_EQUAL(error_of(scan(now_nanoseconds() + 50 * minute)), "");
    BOOST_TEST(names().size() == 3u);
    BOOST_REQUIRE_EQUAL(error_of(scan(now_nanoseconds() + 70 * minute)), "");
    BOOST_TEST((names() == std::vector<std::string>{".other.tmp", "a.ics"}));
}

BOOST_AUTO_TEST_CASE(what_was_not_seen_is_neither_overwritten_nor_removed)
{
    auto const refuse = [](std::string_view) { return false; };
    BOOST_TEST((directory.replace("a.ics", "new", refuse).error().kind == ErrorKind::conflict));
    BOOST_TEST((directory.remove("a.ics", refuse).error().kind == ErrorKind::conflict));
    BOOST_TEST((directory.replace("x.ics", "new", anything).error().kind == ErrorKind::not_found));
    BOOST_TEST((directory.remove("x.ics", anything).error().kind == ErrorKind::not_found));
    BOOST_TEST(read_file(path / "a.ics") == "old");
    BOOST_TEST(names().size() == 1u);
}

BOOST_AUTO_TEST_CASE(another_programs_write_in_the_last_moment_is_put_back)
{
    SeenOldWhile const seen{[&] { rename_file(path / "a.ics", "theirs"); }};
    BOOST_TEST((directory.replace("a.ics", "new", seen).error().kind == ErrorKind::conflict));
    BOOST_TEST(read_file(path / "a.ics") == "theirs");
    rename_file(path / "a.ics", "old");
    BOOST_TEST((directory.remove("a.ics", seen).error().kind == ErrorKind::conflict));
    BOOST_TEST(read_file(path / "a.ics") == "theirs");
    BOOST_TEST(names().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_file_that_was_removed_in_the_last_moment_stays_removed)
{
    SeenOldWhile const seen{[&] { fs::remove(path / "a.ics"); }};
    BOOST_TEST((directory.replace("a.ics", "new", seen).error().kind == ErrorKind::not_found));
    BOOST_TEST(names().empty());
}

BOOST_AUTO_TEST_CASE(permissions_stay_and_new_files_have_those_of_the_directory)
{
    auto const mode = [&](char const *name) { return fs::status(path / name).permissions(); };
    fs::permissions(path / "a.ics", fs::perms(0640));
    BOOST_REQUIRE_EQUAL(error_of(directory.replace("a.ics", "new", anything)), "");
    BOOST_TEST((mode("a.ics") == fs::perms(0640)));
    fs::permissions(path, fs::perms(0770));
    BOOST_REQUIRE_EQUAL(error_of(directory.add("b.ics", "b")), "");
    BOOST_TEST((mode("b.ics") == fs::perms(0660)));
    if (geteuid() == 0) {
        BOOST_REQUIRE(chown((path / "a.ics").c_str(), 1234, 4321) == 0);
        BOOST_REQUIRE_EQUAL(error_of(directory.replace("a.ics", "newer", anything)), "");
        struct stat status;
        BOOST_REQUIRE(stat((path / "a.ics").c_str(), &status) == 0);
        BOOST_TEST(status.st_uid == 1234u);
        BOOST_TEST(status.st_gid == 4321u);
    }
}

BOOST_AUTO_TEST_CASE(read_only_files_and_directories_are_honoured)
{
    fs::permissions(path / "a.ics", fs::perms(0444));
    BOOST_TEST(!directory.is_writable("a.ics"));
    BOOST_TEST((directory.replace("a.ics", "new", anything).error().kind == ErrorKind::denied));
    BOOST_TEST((directory.remove("a.ics", anything).error().kind == ErrorKind::denied));
    fs::permissions(path / "a.ics", fs::perms(0644));
    fs::permissions(path, fs::perms(0555));
    BOOST_TEST(!directory.is_writable());
    BOOST_TEST((directory.add("b.ics", "b").error().kind == ErrorKind::denied));
    BOOST_TEST((directory.replace("a.ics", "new", anything).error().kind == ErrorKind::denied));
    fs::permissions(path, fs::perms(0700));
    BOOST_TEST(read_file(path / "a.ics") == "old");
}

BOOST_AUTO_TEST_CASE(only_regular_files_are_listed_and_read)
{
    write_file(temporary.path / "outside", "secret");
    fs::create_symlink(temporary.path / "outside", path / "link.ics");
    fs::create_directory(path / "directory.ics");
    BOOST_REQUIRE(mkfifo((path / "fifo.ics").c_str(), 0600) == 0);
    auto const listed = directory.list(anything, 10);
    BOOST_REQUIRE_EQUAL(error_of(listed), "");
    BOOST_REQUIRE(listed->size() == 2u);
    BOOST_TEST((*listed)[0].name == "a.ics");
    for (auto const *name : {"link.ics", "fifo.ics", "directory.ics"})
        BOOST_TEST(!directory.read(name, 100), name);
    BOOST_TEST((directory.list(anything, 1).error().kind == ErrorKind::too_large));
    BOOST_TEST((directory.read("a.ics", 2).error().kind == ErrorKind::too_large));
}

BOOST_AUTO_TEST_CASE(directories_appear_filled_and_links_are_removed_without_what_they_lead_to)
{
    auto const fill = [](IcsDirectory const &made) { return made.put("displayname", "Work"); };
    BOOST_REQUIRE_EQUAL(error_of(directory.add_directory("work", fill)), "");
    BOOST_TEST(read_file(path / "work/displayname") == "Work");
    BOOST_TEST((directory.add_directory("work", fill).error().kind == ErrorKind::exists));
    auto const fail = [](IcsDirectory const &) { return Error{ErrorKind::quota, "full"}; };
    BOOST_TEST((directory.add_directory("full", fail).error().kind == ErrorKind::quota));
    fs::create_directory_symlink(path / "work", path / "shared");
    BOOST_TEST((*directory.list_directories() == std::vector<std::string>{"shared", "work"}));
    BOOST_REQUIRE_EQUAL(error_of(directory.remove_directory("shared")), "");
    BOOST_TEST(read_file(path / "work/displayname") == "Work");
    BOOST_REQUIRE_EQUAL(error_of(directory.remove_directory("work")), "");
    BOOST_TEST((names() == std::vector<std::string>{"a.ics"}));
}

BOOST_AUTO_TEST_SUITE_END()
