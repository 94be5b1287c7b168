// A calendar as a directory of files.
#include "stores/ics-fixture.h"
#include "stores/ics-index.h"
#include "stores/ics-item.h"
#include <sys/file.h>
#include <sys/wait.h>

using namespace eas;
using test::error_of;
using test::event_text;
using test::read_file;
using test::rename_file;
using test::task_text;
using test::write_file;
namespace fs = std::filesystem;

namespace {

struct Fixture : test::IcsFixture {
    Fixture() { write_file(path / "one.ics", event_text("one", "First")); }

    CalendarItem only()
    {
        auto const all = items("work");
        BOOST_REQUIRE(all.size() == 1u);
        return all.front();
    }

    /// What is stored of the index, as if all was read long after it was written.
    void settle(std::function<void(IcsEntry &)> const &change)
    {
        for (auto &[key, value] : index.values) {
            IcsIndex settled;
            parse_ics_index(value).for_each([&](IcsRow const &row) {
                auto entry = row.entry();
                entry.token = test::settled_token(path / entry.name, entry.name);
                change(entry);
                settled.put(entry.line());
            });
            value = serialize(settled);
        }
    }

    fs::path path = root / "work";
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(ics_directory_folder, Fixture)

BOOST_AUTO_TEST_CASE(items_are_the_files_that_hold_events_and_tasks)
{
    write_file(path / "two.ICS", task_text("two"));
    write_file(path / "displayname", "Work");
    write_file(path / "notes.txt", "x");
    for (auto name : {".hidden.ics", "x.ics.tmp", "x.tmp", "y.ics~", ".ics"})
        write_file(path / name, event_text("hidden", "x"));
    write_file(path / "journal.ics", "BEGIN:VCALENDAR\nBEGIN:VJOURNAL\nUID:j\nEND:VJOURNAL\nEND:VCALENDAR\n");
    write_file(path / "below/three.ics", event_text("three", "x"));
    auto const all = items("Work");
    BOOST_REQUIRE(all.size() == 2u);
    BOOST_TEST(all[0].uid == "one");
    BOOST_TEST((all[0].kind == CalendarItemKind::event));
    BOOST_TEST(all[0].id.size() == 16u);
    BOOST_TEST(all[1].uid == "two");
    BOOST_TEST((all[1].kind == CalendarItemKind::task));
    BOOST_TEST(warnings.empty());
    auto const text = open("Work")->read(all[0].id);
    BOOST_REQUIRE_EQUAL(error_of(text), "");
    BOOST_TEST(text->text == event_text("one", "First"));
    BOOST_TEST((text->item == all[0]));
}

BOOST_AUTO_TEST_CASE(changes_of_any_program_are_seen)
{
    auto const before = only();
    auto const version = *open("work")->version();
    BOOST_TEST(*open("work")->version() == version);
    // In place, with the same size, within the same tick of the clock.
    write_file(path / "one.ics", event_text("one", "Other"));
    BOOST_TEST(*open("work")->version() != version);
    auto const after = only();
    BOOST_TEST(after.id == before.id);
    BOOST_TEST(after.version != before.version);
    rename_file(path / "one.ics", event_text("one", "First"));
    BOOST_TEST(only().version == before.version);
    fs::remove(path / "one.ics");
    BOOST_TEST(items("work").empty());
}

BOOST_AUTO_TEST_CASE(a_listing_is_as_old_as_the_version_that_was_asked_for_before)
{
    auto const folder = open("work");
    auto const version = *folder->version();
    write_file(path / "two.ics", event_text("two", "Later"));
    auto const first = *folder->items(), second = *folder->items();
    BOOST_TEST(first.version == version);
    BOOST_TEST(first.items.size() == 1u);
    BOOST_TEST(second.version != version);
    BOOST_TEST(second.items.size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_was_written_after_the_version_is_listed)
{
    auto const folder = open("work");
    (void)*folder->version();
    auto const made = folder->create(event_text("two", "Made"));
    BOOST_REQUIRE_EQUAL(error_of(made), "");
    BOOST_TEST(folder->items()->items.size() == 2u);
    (void)*folder->version();
    BOOST_REQUIRE_EQUAL(error_of(folder->remove(made->id, made->version)), "");
    BOOST_TEST(folder->items()->items.size() == 1u);
}

BOOST_AUTO_TEST_CASE(unchanged_files_are_not_read)
{
    (void)only();
    settle([](IcsEntry &entry) { entry.version = "from-index"; });
    auto const writes = index.writes;
    BOOST_TEST(only().version == "from-index");
    BOOST_TEST(index.writes == writes);
    fs::last_write_time(path / "one.ics", fs::file_time_type::clock::now() - std::chrono::hours(1));
    BOOST_TEST(only().version != "from-index");
}

BOOST_AUTO_TEST_CASE(a_lost_or_damaged_index_is_made_again)
{
    auto const before = only();
    for (auto &[key, value] : index.values)
        value.resize(value.size() / 2);
    BOOST_TEST((only() == before));
    index.values.clear();
    BOOST_TEST((only() == before));
}

BOOST_AUTO_TEST_CASE(an_item_is_replaced_only_as_it_was_seen)
{
    auto const seen = only();
    auto folder = open("work");
    auto const replaced = folder->replace(seen.id, seen.version, event_text("one", "Mine"));
    BOOST_REQUIRE_EQUAL(error_of(replaced), "");
    BOOST_TEST(replaced->id == seen.id);
    BOOST_TEST((only() == *replaced));
    BOOST_TEST(read_file(path / "one.ics") == event_text("one", "Mine"));
    for (auto const &stale : {seen.version, std::string("")}) {
        BOOST_TEST(
            (folder->replace(seen.id, stale, event_text("one", "x")).error().kind == ErrorKind::conflict));
        BOOST_TEST((folder->remove(seen.id, stale).error().kind == ErrorKind::conflict));
    }
    BOOST_REQUIRE_EQUAL(error_of(folder->remove(seen.id, replaced->version)), "");
    BOOST_TEST((folder->remove(seen.id, replaced->version).error().kind == ErrorKind::not_found));
    BOOST_TEST((folder->read(seen.id).error().kind == ErrorKind::not_found));
    BOOST_TEST(files("work").empty());
}

BOOST_AUTO_TEST_CASE(new_items_get_files_that_others_know)
{
    auto folder = open("work");
    auto const made = folder->create(event_text("new@example.com", "New"));
    BOOST_REQUIRE_EQUAL(error_of(made), "");
    BOOST_TEST(read_file(path / "new@example.com.ics") == event_text("new@example.com", "New"));
    BOOST_TEST((folder->create(event_text("new@example.com", "x")).error().kind == ErrorKind::exists));
    BOOST_TEST((folder->create(event_text("one", "x")).error().kind == ErrorKind::exists));
    for (std::string const uid : {"../../escape", "a/b", ".hidden", "\xC3\xA4", "x y"})
        BOOST_TEST_CONTEXT(uid)
        {
            auto const odd = folder->create(event_text(uid, "Odd"));
            BOOST_REQUIRE_EQUAL(error_of(odd), "");
            BOOST_TEST(odd->uid == uid);
            BOOST_TEST(folder->read(odd->id)->text == event_text(uid, "Odd"));
        }
    BOOST_TEST(files("work").size() == 7u);
    BOOST_TEST(items("work").size() == 7u);
    // Another program's file of that name is not overwritten.
    write_file(path / "late.ics", event_text("other", "Other"));
    write_file(path / "broken.ics", "BEGIN:VCALENDAR\r\n");
    for (std::string const uid : {"late", "broken"}) {
        BOOST_TEST(error_of(folder->create(event_text(uid, "x"))) == "");
        BOOST_TEST((folder->create(event_text(uid, "x")).error().kind == ErrorKind::exists));
    }
    BOOST_TEST(read_file(path / "late.ics") == event_text("other", "Other"));
}

BOOST_AUTO_TEST_CASE(two_processes_do_not_store_one_uid_twice)
{
    for (std::string const uid : {"plain", "not/plain"}) {
        auto first = open("work"), second = open("work");
        (void)first->items();
        (void)second->items(); // neither sees what the other is about to do
        BOOST_REQUIRE_EQUAL(error_of(first->create(event_text(uid, "x"))), "");
        BOOST_TEST((second->create(event_text(uid, "x")).error().kind == ErrorKind::exists), uid);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_item_is_not_stored)
{
    auto folder = open("work");
    auto const none = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
    for (auto const &text : {std::string("junk"), std::string(none), event_text("", "x")})
        BOOST_TEST((folder->create(text).error().kind == ErrorKind::bad_request), text);
    BOOST_TEST((folder->create(std::string(9 << 20, 'x')).error().kind == ErrorKind::too_large));
    BOOST_TEST(files("work").size() == 1u);
}

BOOST_AUTO_TEST_CASE(ids_lead_nowhere)
{
    write_file(root / "secret.txt", "secret");
    for (auto id : {"../secret.txt", "one.ics", "", "/etc/passwd", "AAAAAAAAAAAAAAAA"})
        BOOST_TEST((open("work")->read(id).error().kind == ErrorKind::not_found), id);
}

BOOST_AUTO_TEST_CASE(names_may_have_any_bytes)
{
    for (std::string const name : {"a\nb.ics", "\xFF\xFE.ics", "%.ics", " .ics", "end x.ics"})
        write_file(path / name, event_text("uid", "x"));
    auto const all = items("work");
    BOOST_TEST(all.size() == 6u);
    BOOST_TEST((items("work") == all));
    for (auto const &item : all)
        BOOST_TEST(error_of(open("work")->read(item.id)) == "");
}

BOOST_AUTO_TEST_CASE(two_files_with_one_uid_are_two_items)
{
    write_file(path / "copy.ics", event_text("one", "Copy"));
    auto const all = items("work");
    BOOST_REQUIRE(all.size() == 2u);
    BOOST_TEST(all[0].uid == all[1].uid);
    BOOST_TEST(all[0].id != all[1].id);
    auto folder = open("work");
    auto const copy = *std::ranges::find(all, opaque_id("file", "copy.ics"), &CalendarItem::id);
    BOOST_REQUIRE_EQUAL(error_of(folder->remove(copy.id, copy.version)), "");
    BOOST_TEST((files("work") == std::vector<std::string>{"one.ics"}));
}

BOOST_AUTO_TEST_CASE(a_broken_file_is_warned_of_once_and_stays)
{
    write_file(path / "broken.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n");
    write_file(path / "several.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\n"
                                     "BEGIN:VEVENT\nUID:2\nEND:VEVENT\nEND:VCALENDAR\n");
    write_file(path / "large.ics", std::string(10 << 20, 'x'));
    BOOST_TEST(items("work").size() == 1u);
    BOOST_TEST(warnings.size() == 3u);
    test::settle();
    for (int i = 0; i < 3; i++)
        BOOST_TEST(items("work").size() == 1u);
    BOOST_REQUIRE(warnings.size() == 3u);
    BOOST_TEST(warnings[0] == "calendar file " + (path / "broken.ics").string() +
                                  " is not synchronised: it ends within a component VEVENT");
    BOOST_TEST(warnings[1].find("10485760 bytes") != std::string::npos);
    BOOST_TEST(warnings[2].find("several.ics is not synchronised: it holds several") != std::string::npos);
    BOOST_TEST(files("work").size() == 4u);
}

BOOST_AUTO_TEST_CASE(an_event_without_a_start_is_named_by_its_file)
{
    auto const with = [](std::string const &start) {
        return "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\n" + start + "END:VEVENT\r\nEND:VCALENDAR\r\n";
    };
    write_file(path / "a.ics", with(""));
    write_file(path / "b.ics", with("DTSTART:20260230T100000Z\r\n"));
    write_file(path / "c.ics", with("DTSTART;VALUE=DATE:20260228\r\n"));
    BOOST_TEST(items("work").size() == 2u);
    BOOST_TEST_REQUIRE(warnings.size() == 2u);
    BOOST_TEST(warnings[1] == "calendar file " + (path / "b.ics").string() +
                                  " is not synchronised: its event has no DTSTART that can be read");
}

BOOST_AUTO_TEST_CASE(of_an_empty_file_and_one_that_was_an_item_nothing_is_said_while_they_are_fresh)
{
    BOOST_TEST(items("work").size() == 1u);
    write_file(path / "empty.ics", "");
    write_file(path / "one.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"); // a program may be writing it
    BOOST_TEST(items("work").size() == 1u);
    BOOST_TEST(warnings.empty());
    test::settle();
    for (int i = 0; i < 3; i++)
        BOOST_TEST(items("work").empty());
    BOOST_TEST(warnings.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_series_that_phones_see_a_part_of_is_named_once_a_version)
{
    auto const with = [](char const *name, std::string const &lines) {
        auto text = event_text(name, name);
        return text.replace(text.find("DTSTART"), 0, lines);
    };
    std::string many = "RRULE:FREQ=DAILY\r\n";
    for (int day = 0; day < 300; day++) {
        char line[40];
        std::snprintf(line, sizeof line, "EXDATE:20%02d%02d%02dT100000Z\r\n", 27 + day / 336,
                      day % 336 / 28 + 1, day % 28 + 1);
        many += line;
    }
    write_file(path / "a-rule.ics", with("rule", "RRULE:FREQ=DAILY;BYHOUR=9,15\r\n"));
    write_file(path / "b-many.ics", with("many", many));
    write_file(path / "c-whole.ics", with("whole", "RRULE:FREQ=DAILY;BYHOUR=9,15;COUNT=10\r\n"));
    write_file(path / "d-simple.ics", with("simple", "RRULE:FREQ=DAILY\r\n"));
    for (int i = 0; i < 3; i++)
        BOOST_TEST(items("work").size() == 5u);
    std::string const part = ": phones are told of its occurrences around the present time only, since ";
    BOOST_TEST_REQUIRE(warnings.size() == 2u);
    BOOST_TEST(warnings[0] ==
               "calendar file " + (path / "a-rule.ics").string() + part +
                   "ActiveSync has no words for its recurrence; others follow as time goes on");
    BOOST_TEST(warnings[1] ==
               "calendar file " + (path / "b-many.ics").string() + part +
                   "it has 300 exceptions and ActiveSync takes 256; others follow as time goes on");
}

BOOST_AUTO_TEST_CASE(odd_files_are_synchronised_and_warned_of_once_a_version)
{
    auto const replaced = [](std::string text, std::string_view from, std::string_view to) {
        return text.replace(text.find(from), from.size(), to);
    };
    auto const odd = replaced(event_text("odd", "Odd"), "DTSTART:20261122T100000Z",
                              "DTSTART;TZID=Middle Earth:20261122T100000\r\nRRULE:FREQ=SOMETIMES");
    write_file(path / "odd.ics", odd);
    write_file(path / "two.ics", event_text("one", "Other"));
    for (int i = 0; i < 3; i++)
        BOOST_TEST(items("work").size() == 3u);
    BOOST_TEST_REQUIRE(warnings.size() == 3u);
    auto const at = [&](char const *name) { return (path / name).string(); };
    BOOST_TEST(warnings[0].find("calendar file " + at("odd.ics") +
                                ": its RRULE \"FREQ=SOMETIMES\" is left out: ") == 0u);
    BOOST_TEST(warnings[1] == "calendar file " + at("odd.ics") +
                                  ": nobody knows its time zone \"Middle Earth\", which it does not define: "
                                  "its times are taken as the user's own");
    BOOST_TEST(warnings[2] == "calendar files " + at("one.ics") + " and " + at("two.ics") +
                                  " have the same UID one: phones show both");
    warnings.clear();
    write_file(path / "odd.ics", replaced(odd, "SUMMARY:Odd", "SUMMARY:Still odd"));
    for (int i = 0; i < 3; i++)
        BOOST_TEST(items("work").size() == 3u);
    BOOST_TEST(warnings.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_half_written_file_is_still_the_item_that_it_was)
{
    auto const before = only();
    write_file(path / "one.ics", event_text("one", "First").substr(0, 60));
    BOOST_TEST((only() == before));
    BOOST_TEST((open("work")->replace(before.id, before.version, event_text("one", "x")).error().kind ==
                ErrorKind::conflict));
    write_file(path / "one.ics", event_text("one", "Second"));
    BOOST_TEST(only().version != before.version);
    BOOST_TEST(warnings.empty());
}

BOOST_AUTO_TEST_CASE(radicales_lock_is_waited_for)
{
    fs::create_directories(temporary.path / "radicale/collection-root");
    fs::rename(root, temporary.path / "radicale/collection-root/jane");
    root = temporary.path / "radicale/collection-root/jane";
    write_file(root / "work/.Radicale.props", "{\"tag\": \"VCALENDAR\"}");
    write_file(root / "work/no-suffix", event_text("two", "x"));
    auto const lock_path = temporary.path / "radicale/.Radicale.lock";
    write_file(lock_path, "");
    IcsStore radicale(settings(), index);
    auto folder = *radicale.open((*radicale.collections()).front().id);
    auto const all = folder->items()->items;
    BOOST_REQUIRE(all.size() == 2u);
    {
        FileDescriptor const lock(::open(lock_path.c_str(), O_RDWR));
        BOOST_REQUIRE(flock(lock.number(), LOCK_SH) == 0);
        for (auto const &refused : {folder->create(event_text("new", "x")),
                                    folder->replace(all[0].id, all[0].version, event_text("two", "y"))}) {
            BOOST_REQUIRE(!refused);
            BOOST_TEST((refused.error().kind == ErrorKind::temporary));
            BOOST_TEST(refused.error().message.find(lock_path.string()) != std::string::npos);
        }
        BOOST_TEST((folder->remove(all[0].id, all[0].version).error().kind == ErrorKind::temporary));
    }
    BOOST_TEST(error_of(folder->create(event_text("new", "x"))) == "");
    BOOST_TEST(error_of(folder->remove(all[0].id, all[0].version)) == "");
    FileDescriptor const lock(::open(lock_path.c_str(), O_RDWR));
    BOOST_TEST(flock(lock.number(), LOCK_EX | LOCK_NB) == 0);
}

BOOST_AUTO_TEST_CASE(no_write_of_a_second_program_is_lost)
{
    // A process that replaces the file by rename as fast as it can, each time with a summary of its own.
    write_file(path / "other.ics", event_text("one", "theirs 0"));
    fs::rename(path / "other.ics", path / "one.ics");
    auto const writer = fork();
    if (writer == 0) {
        for (int i = 1; i <= 2000; i++)
            rename_file(path / "one.ics", event_text("one", "theirs " + std::to_string(i)));
        _exit(0);
    }
    auto folder = open("work");
    size_t replaced = 0, refused = 0;
    for (int status = 0; waitpid(writer, &status, WNOHANG) == 0;) {
        auto const seen = folder->items();
        BOOST_REQUIRE_EQUAL(error_of(seen), "");
        BOOST_REQUIRE(seen->items.size() == 1u); // never gone, never doubled
        auto const text = folder->read(seen->items[0].id);
        BOOST_REQUIRE_EQUAL(error_of(text), "");
        auto const mine = folder->replace(text->item.id, text->item.version, event_text("one", "mine"));
        BOOST_REQUIRE(mine || mine.error().kind == ErrorKind::conflict);
        (mine ? replaced : refused)++;
    }
    BOOST_TEST_MESSAGE(replaced << " replaced, " << refused << " refused");
    BOOST_TEST(refused > 0u);
    // Their last write stands, unless we saw it and replaced it.
    auto const last = only();
    auto const text = read_file(path / "one.ics");
    BOOST_TEST((text == event_text("one", "theirs 2000") || text == event_text("one", "mine")));
    BOOST_TEST(files("work") == std::vector<std::string>{"one.ics"}, boost::test_tools::per_element());
    (void)last;
}

BOOST_AUTO_TEST_SUITE_END()
