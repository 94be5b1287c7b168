// Times of what happens at each request. Not part of a test run: mail-store-test --run_test=@benchmark
#include "compat/dovecot.h"
#include "private-storage.h"
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>

namespace eas::test {

namespace {

constexpr int large_mailbox = 782 << 7; // 100,096

/// Milliseconds of the median of `rounds` runs.
template <class Run> double median_of(int rounds, Run run)
{
    std::vector<double> times;
    for (int i = 0; i < rounds; ++i) {
        auto start = std::chrono::steady_clock::now();
        run();
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

void show(char const *format, std::string const &what, double milliseconds)
{
    std::cout << format << ": " << what << ": " << milliseconds << " ms" << std::endl;
}

/// Maildir reads a directory again and again that changed in the last second.
void let_directories_settle()
{
    std::this_thread::sleep_for(std::chrono::seconds(3));
    io_loop_time_refresh();
}

void fill(User &user, int messages)
{
    auto source = user.home() / "import";
    for (auto part : {"cur", "new", "tmp"})
        std::filesystem::create_directories(source / part);
    std::string body;
    for (int i = 0; i < 40; ++i)
        body += "This is a line of a message, which has some of them.\n";
    for (int i = 0; i < messages; ++i)
        std::ofstream(source / "cur" / (std::to_string(1700000000 + i) + ".x.y:2,"))
            << "From: Ann <ann@example.com>\nTo: bob@example.com\nSubject: message " << i
            << "\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: "
               "text/plain\n\n"
            << body
            << "--b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: "
               "quoted-printable\n\n<p>"
            << body << "</p>\n--b--\n";
    user.doveadm({"import", "maildir:" + source.string(), "", "all"});
    std::filesystem::remove_all(source);
}

} // namespace

BOOST_AUTO_TEST_SUITE(benchmark, *boost::unit_test::label("benchmark") * boost::unit_test::disabled())

BOOST_AUTO_TEST_CASE(folders_of_100_mailboxes)
{
    for (auto format : {"maildir", "sdbox", "mdbox"}) {
        User user(format);
        for (int i = 0; i < 100; ++i)
            user.doveadm({"mailbox", "create", "Folder" + std::to_string(i)});
        value_of(user.store().folders());
        show(format, "folders(), 100 mailboxes", median_of(21, [&] {
                 io_loop_time_refresh();
                 value_of(user.store().folders());
             }));
        auto id = user.folder("Folder50");
        value_of(user.store().status(id));
        show(format, "status(), list index", median_of(101, [&] {
                 io_loop_time_refresh();
                 value_of(user.store().status(id));
             }));
        auto inbox = user.folder("INBOX");
        show(format, "status(), INBOX", median_of(101, [&] {
                 io_loop_time_refresh();
                 value_of(user.store().status(inbox));
             }));
        show(format, "first folders() of a process", median_of(5, [&] {
                 user.reconnect();
                 value_of(user.store().folders());
             }));
    }
}

BOOST_AUTO_TEST_CASE(changes_in_a_large_mailbox)
{
    for (auto format : {"maildir", "sdbox"}) {
        User user(format);
        fill(user, large_mailbox >> 7);
        for (int doubled = 0; doubled < 7; ++doubled)
            user.doveadm({"copy", "INBOX", "mailbox", "INBOX", "all"});
        auto inbox = user.folder("INBOX");
        auto open = [&] {
            io_loop_time_refresh();
            return value_of(user.store().open(inbox));
        };
        show(format, "open(), 100,000 messages, first", median_of(1, open));
        let_directories_settle();
        show(format, "open(), 100,000 messages", median_of(21, open));
        auto folder = open();
        auto known = value_of(folder->uids({}));
        auto point = folder->status().point;
        value_of(folder->set_flags(50000, {true, {}, {}, {}}));
        folder = open();
        show(format, "uids()", median_of(21, [&] { value_of(folder->uids({})); }));
        show(format, "changes_since(), 1 change", median_of(101, [&] {
                 BOOST_TEST(value_of(folder->changes_since(point, known)).changed.to_string() == "50000");
             }));
        show(format, "changes_since(), everything",
             median_of(5, [&] { value_of(folder->changes_since({}, known)); }));
        show(format, "flags() of all", median_of(5, [&] { value_of(folder->flags(known)); }));
        auto week_ago = Instant::from_seconds(time(nullptr) - 7 * 24 * 3600);
        show(format, "uids(since), first", median_of(1, [&] { value_of(folder->uids(week_ago)); }));
        folder.reset();
        folder = open();
        show(format, "uids(since)", median_of(5, [&] { value_of(folder->uids(week_ago)); }));
        let_directories_settle();
        value_of(user.store().status(inbox));
        show(format, "status(), INBOX", median_of(21, [&] {
                 io_loop_time_refresh();
                 value_of(user.store().status(inbox));
             }));
        User indexed(user, {"mailbox_list_index_include_inbox=yes"});
        value_of(indexed.store().status(inbox));
        show(format, "status(), INBOX, mailbox_list_index_include_inbox", median_of(21, [&] {
                 io_loop_time_refresh();
                 value_of(indexed.store().status(inbox));
             }));
    }
}

BOOST_AUTO_TEST_CASE(reading_10000_messages)
{
    for (auto format : {"maildir", "sdbox", "mdbox"}) {
        User user(format);
        fill(user, 10000);
        for (auto when : {"first", "cached", "cached again"}) {
            auto folder = user.open("INBOX");
            auto uids = value_of(folder->uids({})).newest(10000);
            show(format, std::string("headers, structure, 500 bytes of text of 10,000 messages, ") + when,
                 median_of(1, [&] {
                     for (auto uid : uids) {
                         auto message = value_of(folder->message(uid));
                         value_of(message->headers());
                         value_of(message->received());
                         value_of(message->structure());
                         value_of(message->text("2", 500));
                     }
                 }));
            show(format, std::string("the same without text, ") + when, median_of(1, [&] {
                     for (auto uid : uids) {
                         auto message = value_of(folder->message(uid));
                         value_of(message->headers());
                         value_of(message->received());
                         value_of(message->structure());
                     }
                 }));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace eas::test
