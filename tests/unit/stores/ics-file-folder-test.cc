// A calendar as a single file.
#include "stores/ics-fixture.h"
#include "stores/ics-index.h"

using namespace eas;
using test::error_of;
using test::event_text;
using test::read_file;
using test::rename_file;
using test::task_text;
using test::write_file;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view file_text =
    "BEGIN:VCALENDAR\n"
    "VERSION:2.0\n"
    "X-WR-CALNAME:All\n"
    "BEGIN:VTIMEZONE\nTZID:Rome\nEND:VTIMEZONE\n"
    "BEGIN:VTIMEZONE\nTZID:Oslo\nEND:VTIMEZONE\n"
    "BEGIN:VEVENT\nUID:a\nSUMMARY:Series\nDTSTART;TZID=Rome:20261122T100000\n"
    "END:VEVENT\n"
    "BEGIN:VTODO\nUID:t\nEND:VTODO\n"
    "BEGIN:VJOURNAL\nUID:j\nEND:VJOURNAL\n"
    "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20261123T090000Z\n X\nEND:VEVENT\n"
    "BEGIN:VEVENT\nSUMMARY:no UID\nEND:VEVENT\n"
    "END:VCALENDAR\n";

struct Fixture : test::IcsFixture {
    Fixture() { write_file(path, file_text); }

    CalendarItem item(std::string const &uid)
    {
        for (auto const &each : items("all"))
            if (each.uid == uid)
                return each;
        return {};
    }

    std::string replaced(std::string_view from, std::string_view to)
    {
        std::string text(file_text);
        auto const at = text.find(from);
        BOOST_REQUIRE(at != text.npos);
        return text.replace(at, from.size(), to);
    }

    fs::path path = root / "all.ics";
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(ics_file_folder, Fixture)

BOOST_AUTO_TEST_CASE(an_item_is_all_that_has_its_uid)
{
    auto const all = items("all");
    BOOST_REQUIRE(all.size() == 2u);
    BOOST_TEST((all[0].uid == "a" && all[0].kind == CalendarItemKind::event));
    BOOST_TEST((all[1].uid == "t" && all[1].kind == CalendarItemKind::task));
    auto const text = open("all")->read(all[0].id);
    BOOST_REQUIRE_EQUAL(error_of(text), "");
    BOOST_TEST(text->text ==
               "BEGIN:VCALENDAR\nVERSION:2.0\nX-WR-CALNAME:All\n"
               "BEGIN:VTIMEZONE\nTZID:Rome\nEND:VTIMEZONE\n"
               "BEGIN:VEVENT\nUID:a\nSUMMARY:Series\nDTSTART;TZID=Rome:20261122T100000\nEND:VEVENT\n"
               "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20261123T090000Z\n X\nEND:VEVENT\n"
               "END:VCALENDAR\n");
    BOOST_TEST((text->item == all[0]));
    BOOST_TEST(warnings.size() > 0u);
    BOOST_TEST(warnings[0] == "calendar file " + path.string() +
                                  " has 1 events or tasks without UID: they are not synchronised");
}

BOOST_AUTO_TEST_CASE(only_the_replaced_item_changes)
{
    auto const seen = item("a");
    auto const other = item("t");
    auto folder = open("all");
    auto text = folder->read(seen.id)->text;
    auto const at = text.find("Series");
    auto const done = folder->replace(seen.id, seen.version, text.replace(at, 6, "Serial"));
    BOOST_REQUIRE_EQUAL(error_of(done), "");
    BOOST_TEST(read_file(path) == replaced("Series", "Serial"));
    BOOST_TEST((item("a") == *done));
    BOOST_TEST((item("t") == other));
    BOOST_TEST((folder->replace(seen.id, seen.version, text).error().kind == ErrorKind::conflict));
    BOOST_TEST((folder->remove(seen.id, seen.version).error().kind == ErrorKind::conflict));
    BOOST_TEST((folder->replace(done->id, done->version, event_text("b", "x")).error().kind ==
                ErrorKind::bad_request));
}

BOOST_AUTO_TEST_CASE(exceptions_come_and_go_with_their_item)
{
    auto const seen = item("a");
    auto folder = open("all");
    auto const done = folder->replace(seen.id, seen.version, event_text("a", "Single"));
    BOOST_REQUIRE_EQUAL(error_of(done), "");
    BOOST_TEST(read_file(path).find("RECURRENCE-ID") == std::string::npos);
    BOOST_REQUIRE_EQUAL(error_of(folder->remove(done->id, done->version)), "");
    BOOST_TEST(items("all").size() == 1u);
    BOOST_TEST(read_file(path).find("BEGIN:VJOURNAL\nUID:j\n") != std::string::npos);
    BOOST_TEST(read_file(path).find("SUMMARY:no UID\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_new_item_keeps_its_time_where_the_file_has_that_zone_otherwise)
{
    auto const text = [](std::string const &uid, std::string const &offset) {
        return "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Mine\r\nBEGIN:STANDARD\r\n"
               "DTSTART:16010101T000000\r\nTZOFFSETFROM:" +
               offset + "\r\nTZOFFSETTO:" + offset +
               "\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:" + uid +
               "\r\nDTSTART;TZID=Mine:20261122T100000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    };
    auto folder = open("all");
    BOOST_REQUIRE_EQUAL(error_of(folder->create(text("east", "+0100"))), "");
    auto const west = folder->create(text("west", "-0500"));
    BOOST_REQUIRE_EQUAL(error_of(west), "");
    auto const read = folder->read(west->id)->text;
    BOOST_TEST(read.find("TZOFFSETTO:-0500") != std::string::npos);
    BOOST_TEST(read.find("TZOFFSETTO:+0100") == std::string::npos);
    BOOST_TEST(read.find("DTSTART;TZID=/dovecot-eas/Mine:") != std::string::npos);
    auto const again = folder->replace(west->id, west->version, text("west", "+0100"));
    BOOST_REQUIRE_EQUAL(error_of(again), "");
    BOOST_TEST(folder->read(again->id)->text.find("DTSTART;TZID=Mine:") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_new_item_brings_its_time_zone)
{
    auto folder = open("all");
    std::string const text =
        "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Rome\r\nX-MINE:1\r\nEND:VTIMEZONE\r\n"
        "BEGIN:VTIMEZONE\r\nTZID:Fiji\r\nEND:VTIMEZONE\r\n"
        "BEGIN:VEVENT\r\nUID:n\r\nDTSTART;TZID=Fiji:20261122T100000\r\n"
        "DTEND;TZID=Rome:20261122T100000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    auto const made = folder->create(text);
    BOOST_REQUIRE_EQUAL(error_of(made), "");
    BOOST_TEST((folder->create(text).error().kind == ErrorKind::exists));
    auto const whole = read_file(path);
    BOOST_TEST(whole.find("TZID:Fiji") != std::string::npos);
    BOOST_TEST(whole.find("X-MINE") == std::string::npos); // Rome is what the file says
    BOOST_TEST(whole.starts_with(file_text.substr(0, 50)));
    BOOST_TEST(folder->read(made->id)->text.find("TZID:Fiji") != std::string::npos);
    BOOST_TEST((item("n") == *made));
}

BOOST_AUTO_TEST_CASE(another_programs_changes_of_other_items_stay)
{
    auto folder = open("all");
    auto const seen = item("a");
    rename_file(path, replaced("BEGIN:VTODO\nUID:t\n", "BEGIN:VTODO\nUID:t\nSUMMARY:theirs\n"));
    BOOST_REQUIRE_EQUAL(error_of(folder->replace(seen.id, seen.version, event_text("a", "mine"))), "");
    BOOST_TEST(read_file(path).find("theirs") != std::string::npos);
    BOOST_TEST(read_file(path).find("mine") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_another_program_writes_between_reading_and_writing_stays)
{
    // The file has an event without UID, of which each one who reads it is warned: that moment is used.
    auto in_between = settings();
    std::function<void()> once;
    in_between.files.warn = [&](std::string const &) {
        if (once)
            std::exchange(once, nullptr)();
    };
    auto const seen = item("a");
    for (bool const removes : {false, true}) {
        write_file(path, file_text);
        IcsStore reading(in_between, index);
        auto folder = *reading.open(collection("all").id);
        once = [&] {
            rename_file(path, replaced("BEGIN:VTODO\nUID:t\n", "BEGIN:VTODO\nUID:t\nSUMMARY:theirs\n"));
        };
        if (removes)
            BOOST_TEST(error_of(folder->remove(seen.id, seen.version)) == "");
        else
            BOOST_TEST(error_of(folder->replace(seen.id, seen.version, event_text("a", "mine"))) == "");
        BOOST_TEST(!once);
        BOOST_TEST(read_file(path).find("theirs") != std::string::npos);
        BOOST_TEST((read_file(path).find("UID:a") == std::string::npos) == removes);
    }
}

BOOST_AUTO_TEST_CASE(an_unchanged_file_is_not_read)
{
    (void)items("all");
    for (auto &[key, value] : index.values) {
        IcsIndex settled;
        parse_ics_index(value).for_each([&](IcsRow const &row) {
            auto entry = row.entry();
            entry.token = test::settled_token(path, {});
            entry.version = "from-index";
            settled.put(entry.line());
        });
        value = serialize(settled);
    }
    BOOST_TEST(item("a").version == "from-index");
    rename_file(path, file_text);
    BOOST_TEST(item("a").version != "from-index");
}

BOOST_AUTO_TEST_CASE(a_broken_file_is_an_error_and_not_an_empty_calendar)
{
    auto const version = *open("all")->version();
    write_file(path, file_text.substr(0, 300));
    auto folder = open("all");
    BOOST_TEST(*folder->version() != version);
    auto const listing = folder->items();
    BOOST_REQUIRE(!listing);
    BOOST_TEST((listing.error().kind == ErrorKind::temporary));
    BOOST_TEST(listing.error().message.find(path.string()) != std::string::npos);
    BOOST_TEST((folder->create(event_text("n", "x")).error().kind == ErrorKind::temporary));
    BOOST_TEST(read_file(path) == file_text.substr(0, 300));
    BOOST_TEST(collection("all").events);
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_a_calendar)
{
    write_file(path, "");
    auto folder = open("all");
    BOOST_TEST(folder->items()->items.empty());
    BOOST_REQUIRE_EQUAL(error_of(folder->create(task_text("new"))), "");
    BOOST_TEST(read_file(path).starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"));
    BOOST_TEST(items("all").size() == 1u);
    BOOST_TEST(collection("all").tasks);
}

BOOST_AUTO_TEST_CASE(a_read_only_file_is_honoured)
{
    fs::permissions(path, fs::perms(0444));
    BOOST_TEST(!collection("all").writable);
    BOOST_TEST((open("all")->create(event_text("n", "x")).error().kind == ErrorKind::denied));
    BOOST_TEST((read_file(path) == file_text));
}

BOOST_AUTO_TEST_SUITE_END()
