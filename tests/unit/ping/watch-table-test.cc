// Who is told of which inotify event, with the kernel's inotify and files in a directory of the test's own.
#include "ping/phone.h"
#include "ping/watch-table.h"
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/inotify.h>
#include <unistd.h>

using namespace eas;

namespace {

struct Fixture {
    Fixture()
    {
        char name[] = "/tmp/watch-table-test-XXXXXX";
        BOOST_REQUIRE(mkdtemp(name));
        directory = name;
        append("log");
    }
    ~Fixture() { std::filesystem::remove_all(directory); }

    void append(std::string const &name) { std::ofstream(directory / name, std::ios::app) << "x"; }
    ParkedWatch watch(std::string const &name, uint32_t mask)
    {
        return {
            inotify_add_watch(table.fd(), (directory / name).c_str(), (mask & IN_ALL_EVENTS) | IN_MASK_ADD),
            mask};
    }
    std::vector<WatchLink *> events()
    {
        std::vector<WatchLink *> links;
        complete = table.read_events([&](WatchLink &link) { links.push_back(&link); });
        return links;
    }
    bool told(WatchLink &link) { return std::ranges::count(events(), &link) > 0; }

    std::filesystem::path directory;
    WatchTable table{inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    Phone phone, other_phone;
    WatchLink link, other_link;
    bool complete = true;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(watch_table, Fixture)

BOOST_AUTO_TEST_CASE(all_who_watch_a_file_are_told)
{
    ParkedWatch log = watch("log", IN_MODIFY);
    BOOST_TEST(watch("log", IN_MODIFY).wd == log.wd);
    BOOST_TEST(table.attach(link, phone, log));
    BOOST_TEST(table.attach(other_link, other_phone, log));
    append("log");
    std::vector<WatchLink *> told = events();
    BOOST_TEST(std::ranges::count(told, &link) > 0);
    BOOST_TEST(std::ranges::count(told, &other_link) > 0);
    BOOST_TEST(events().empty());
}

BOOST_AUTO_TEST_CASE(a_detached_link_is_told_nothing)
{
    ParkedWatch log = watch("log", IN_MODIFY);
    BOOST_TEST(table.attach(link, phone, log));
    BOOST_TEST(table.attach(other_link, other_phone, log));
    table.detach(link);
    append("log");
    std::vector<WatchLink *> told = events();
    BOOST_TEST(std::ranges::count(told, &link) == 0);
    BOOST_TEST(std::ranges::count(told, &other_link) > 0);
    table.detach(other_link);
    append("log");
    BOOST_TEST(events().empty());
}

BOOST_AUTO_TEST_CASE(only_events_of_the_own_mask_count)
{
    BOOST_TEST(table.attach(link, phone, watch(".", IN_CREATE | IN_ISDIR)));
    BOOST_TEST(table.attach(other_link, other_phone, watch(".", IN_CREATE | IN_MODIFY)));
    append("new file");
    std::vector<WatchLink *> told = events();
    BOOST_TEST(std::ranges::count(told, &link) == 0);
    BOOST_TEST(std::ranges::count(told, &other_link) > 0);
    std::filesystem::create_directory(directory / "new mailbox");
    BOOST_TEST(std::ranges::count(events(), &link) > 0);
}

BOOST_AUTO_TEST_CASE(renaming_and_deleting_the_watched_file_counts)
{
    BOOST_TEST(table.attach(link, phone, watch("log", IN_MODIFY | IN_MOVE_SELF | IN_DELETE_SELF)));
    std::filesystem::rename(directory / "log", directory / "log.2");
    BOOST_TEST(told(link));
    std::filesystem::remove(directory / "log.2");
    BOOST_TEST(told(link));
}

BOOST_AUTO_TEST_CASE(a_watch_that_is_gone_cannot_be_attached)
{
    ParkedWatch log = watch("log", IN_MODIFY);
    std::filesystem::remove(directory / "log");
    events();
    BOOST_TEST(!table.attach(link, phone, log));
    table.detach(link);
}

BOOST_AUTO_TEST_CASE(an_unused_watch_stays_until_the_second_sweep)
{
    ParkedWatch log = watch("log", IN_MODIFY);
    BOOST_TEST(table.attach(link, phone, log));
    table.detach(link);
    table.sweep();
    BOOST_TEST(table.watches() == 1U);
    BOOST_TEST(table.attach(link, phone, log));
    table.detach(link);
    table.sweep();
    table.sweep();
    BOOST_TEST(table.watches() == 0U);
    events();
    BOOST_TEST(!table.attach(link, phone, log));
    ParkedWatch again = watch("log", IN_MODIFY);
    BOOST_TEST(again.wd != log.wd);
    BOOST_TEST(table.attach(link, phone, again));
    append("log");
    BOOST_TEST(told(link));
}

BOOST_AUTO_TEST_CASE(a_watch_in_use_is_never_swept)
{
    BOOST_TEST(table.attach(link, phone, watch("log", IN_MODIFY)));
    for (int i = 0; i < 5; i++)
        table.sweep();
    append("log");
    BOOST_TEST(told(link));
}

BOOST_AUTO_TEST_CASE(an_event_before_the_announcement_does_not_hurt_it)
{
    ParkedWatch log = watch("log", IN_MODIFY);
    append("log");
    BOOST_TEST(events().empty());
    BOOST_TEST(table.attach(link, phone, log));
    append("log");
    BOOST_TEST(told(link));
}

BOOST_AUTO_TEST_SUITE_END()
