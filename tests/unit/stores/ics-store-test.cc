// Which collections a user has.
#include "stores/ics-fixture.h"

using namespace eas;
using test::error_of;
using test::event_text;
using test::read_file;
using test::task_text;
using test::write_file;
namespace fs = std::filesystem;

namespace {

struct Fixture : test::IcsFixture {
    std::vector<std::string> names(CalendarStore &of)
    {
        std::vector<std::string> names;
        auto const all = of.collections();
        BOOST_REQUIRE_EQUAL(error_of(all), "");
        for (auto const &each : *all)
            names.push_back(each.name);
        return names;
    }
};

using Names = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(ics_store, Fixture)

BOOST_AUTO_TEST_CASE(a_user_without_calendars_gets_them)
{
    BOOST_TEST(names(store).empty());
    auto const calendar = store.default_collection(CalendarItemKind::event);
    BOOST_REQUIRE_EQUAL(error_of(calendar), "");
    auto const tasks = store.default_collection(CalendarItemKind::task);
    BOOST_REQUIRE_EQUAL(error_of(tasks), "");
    BOOST_TEST((names(store) == Names{"Calendar", "Tasks"}));
    BOOST_TEST((collection("Calendar") ==
                CalendarCollection{*calendar, "Calendar", "", true, false, true, true, false}));
    BOOST_TEST(
        (collection("Tasks") == CalendarCollection{*tasks, "Tasks", "", false, true, true, false, true}));
    BOOST_TEST(*store.default_collection(CalendarItemKind::event) == *calendar);
    BOOST_TEST(fs::exists(root / "calendar/displayname"));
    BOOST_TEST((fs::status(root / "calendar").permissions() == fs::perms(0700)));
}

BOOST_AUTO_TEST_CASE(collections_are_directories_and_single_files)
{
    write_file(root / "work/displayname", "W\xC3\xB6rk");
    write_file(root / "work/color", "#00ff00");
    write_file(root / "mixed/1.ics", event_text("1", "x"));
    write_file(root / "mixed/2.ics", task_text("2"));
    write_file(root / "list/1.ics", task_text("1"));
    write_file(root / "Birthdays.ics", event_text("b", "x"));
    write_file(root / "notes.txt", "x");
    write_file(root / ".hidden/1.ics", event_text("1", "x"));
    BOOST_TEST((names(store) == Names{"Birthdays", "list", "mixed", "W\xC3\xB6rk"}));
    auto const work = collection("W\xC3\xB6rk");
    BOOST_TEST(work.color == "#00ff00");
    BOOST_TEST((work.events && !work.tasks));
    auto const mixed = collection("mixed");
    BOOST_TEST((mixed.events && mixed.tasks));
    auto const list = collection("list");
    BOOST_TEST((!list.events && list.tasks && list.default_tasks));
    BOOST_TEST((store.open(work.id).operator bool()));
    BOOST_TEST((store.open("work").error().kind == ErrorKind::not_found));
    BOOST_TEST((store.open("../work").error().kind == ErrorKind::not_found));
}

BOOST_AUTO_TEST_CASE(the_default_is_the_one_of_the_settings_that_can_be_written)
{
    write_file(root / "a/displayname", "A");
    write_file(root / "calendar/displayname", "Mine");
    BOOST_TEST(collection("Mine").default_events);
    BOOST_TEST(!collection("A").default_events);
    fs::permissions(root / "calendar", fs::perms(0555));
    BOOST_TEST(!collection("Mine").writable);
    BOOST_TEST(collection("A").default_events);
    fs::permissions(root / "calendar", fs::perms(0755));
}

BOOST_AUTO_TEST_CASE(collections_are_created_renamed_and_deleted)
{
    auto const made = store.create_collection("  B\xC3\xBCro & Caf\xC3\xA9  ", CalendarItemKind::task);
    BOOST_REQUIRE_EQUAL(error_of(made), "");
    BOOST_TEST(read_file(root / "b-ro-caf/displayname") == "B\xC3\xBCro & Caf\xC3\xA9");
    BOOST_TEST((store.create_collection("B\xC3\xBCro & Caf\xC3\xA9", CalendarItemKind::event).error().kind ==
                ErrorKind::exists));
    auto const other = store.create_collection("B ro caf", CalendarItemKind::event);
    BOOST_REQUIRE_EQUAL(error_of(other), "");
    BOOST_TEST(*other != *made);
    BOOST_REQUIRE_EQUAL(error_of(store.rename_collection(*made, "Office")), "");
    BOOST_TEST(collection("Office").id == *made);
    BOOST_TEST(collection("Office").tasks);
    BOOST_TEST((store.rename_collection(*made, "B ro caf").error().kind == ErrorKind::exists));
    for (auto name : {"", "  ", "a\nb", "\xFF"}) {
        BOOST_TEST(
            (store.create_collection(name, CalendarItemKind::event).error().kind == ErrorKind::bad_request));
        BOOST_TEST((store.rename_collection(*made, name).error().kind == ErrorKind::bad_request));
    }
    auto folder = *store.open(*made);
    BOOST_REQUIRE_EQUAL(error_of(folder->create(task_text("1"))), "");
    (void)folder->items();
    BOOST_TEST(index.values.size() == 1u);
    BOOST_REQUIRE_EQUAL(error_of(store.delete_collection(*made)), "");
    BOOST_TEST((names(store) == Names{"B ro caf"}));
    BOOST_TEST(index.values.empty());
    for (auto const &refused : {store.delete_collection(*made), store.rename_collection(*made, "x")})
        BOOST_TEST((refused.error().kind == ErrorKind::not_found));
    BOOST_TEST(error_of(store.create_collection("\xE6\x97\xA5\xE6\x9C\xAC", CalendarItemKind::event)) == "");
    BOOST_TEST(error_of(store.create_collection("../../etc", CalendarItemKind::event)) == "");
    BOOST_TEST(fs::exists(root / "etc"));
}

BOOST_AUTO_TEST_CASE(single_files_are_deleted_and_not_renamed)
{
    write_file(root / "all.ics", event_text("1", "x"));
    auto const id = collection("all").id;
    BOOST_TEST((store.rename_collection(id, "x").error().kind == ErrorKind::denied));
    BOOST_REQUIRE_EQUAL(error_of(store.delete_collection(id)), "");
    BOOST_TEST(!fs::exists(root / "all.ics"));
}

BOOST_AUTO_TEST_CASE(a_read_only_directory_gets_no_collections)
{
    write_file(root / "work/1.ics", event_text("1", "x"));
    fs::permissions(root, fs::perms(0555));
    BOOST_TEST((store.create_collection("x", CalendarItemKind::event).error().kind == ErrorKind::denied));
    BOOST_TEST((store.delete_collection(collection("work").id).error().kind == ErrorKind::denied));
    fs::permissions(root, fs::perms(0755));
    BOOST_TEST(items("work").size() == 1u);
}

BOOST_AUTO_TEST_CASE(in_radicales_storage_its_properties_say_what_is_a_calendar)
{
    root = temporary.path / "radicale/collection-root/jane";
    IcsStore radicale(settings(), index);
    auto const made = radicale.create_collection("Work", CalendarItemKind::event);
    BOOST_REQUIRE_EQUAL(error_of(made), "");
    BOOST_TEST(read_file(root / "work/.Radicale.props") ==
               "{\"C:supported-calendar-component-set\": \"VEVENT\", \"D:displayname\": \"Work\", "
               "\"tag\": \"VCALENDAR\"}");
    BOOST_TEST(!fs::exists(root / "work/displayname"));
    write_file(root / "book/.Radicale.props", "{\"tag\": \"VADDRESSBOOK\"}");
    write_file(root / "journal/.Radicale.props",
               "{\"C:supported-calendar-component-set\": \"VJOURNAL\", \"tag\": \"VCALENDAR\"}");
    write_file(root / "both/.Radicale.props", "{\"tag\": \"VCALENDAR\"}");
    write_file(root / "both/.Radicale.cache/item/1.ics", "pickled");
    write_file(root / "nothing/x", "x");
    write_file(root / "stray.ics", event_text("1", "x"));
    BOOST_TEST((names(radicale) == Names{"both", "Work"}));
    auto const both = (*radicale.collections()).front();
    BOOST_TEST((both.events && both.tasks));
    BOOST_TEST((*radicale.open(both.id))->items()->items.empty());
    BOOST_REQUIRE_EQUAL(error_of(radicale.rename_collection(both.id, "Both")), "");
    BOOST_TEST(read_file(root / "both/.Radicale.props") ==
               "{\"D:displayname\": \"Both\", \"tag\": \"VCALENDAR\"}");
}

BOOST_AUTO_TEST_CASE(a_link_to_a_collection_is_one)
{
    write_file(temporary.path / "elsewhere/1.ics", event_text("1", "x"));
    fs::create_directory(root);
    fs::create_directory_symlink(temporary.path / "elsewhere", root / "shared");
    BOOST_TEST(items("shared").size() == 1u);
    BOOST_REQUIRE_EQUAL(error_of(store.delete_collection(collection("shared").id)), "");
    BOOST_TEST(fs::exists(temporary.path / "elsewhere/1.ics"));
}

BOOST_AUTO_TEST_CASE(what_a_link_leads_to_is_not_the_users_own_unless_it_is_the_default)
{
    write_file(temporary.path / "elsewhere/displayname", "Shared");
    fs::create_directory(root);
    fs::create_directory_symlink(temporary.path / "elsewhere", root / "aside");
    BOOST_TEST(!collection("Shared").own);
    BOOST_TEST(!collection("Shared").default_events);
    auto const made = store.default_collection(CalendarItemKind::event);
    BOOST_REQUIRE_EQUAL(error_of(made), "");
    BOOST_TEST(collection("Calendar").own);
    BOOST_TEST(collection("Calendar").id == *made);
    fs::remove_all(root / "calendar");
    fs::rename(root / "aside", root / "calendar");
    BOOST_TEST(collection("Shared").own);
    BOOST_TEST(collection("Shared").default_events);
}

BOOST_AUTO_TEST_CASE(what_to_watch_is_the_directory)
{
    write_file(root / "work/1.ics", event_text("1", "x"));
    write_file(root / "all.ics", event_text("1", "x"));
    BOOST_TEST((store.watched_directories() == Names{root}));
    BOOST_TEST((open("work")->watched_directories() == Names{root / "work"}));
    BOOST_TEST((open("all")->watched_directories() == Names{root}));
}

BOOST_AUTO_TEST_SUITE_END()
