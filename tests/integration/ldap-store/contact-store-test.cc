// Address books in a real slapd, with and without content synchronisation.
#include "contacts-fixture.h"
#include <atomic>
#include <boost/test/data/test_case.hpp>
#include <map>
#include <random>
#include <set>
#include <thread>

using namespace eas;
using namespace eas::test;

namespace {

using Fixture = ContactsFixture;

#define CHECK_KIND(result, expected) BOOST_CHECK(!(result) && (result).error().kind == ErrorKind::expected)

auto const both = boost::unit_test::data::make({true, false}); // with syncprov, without

} // namespace

BOOST_AUTO_TEST_SUITE(ldap_contact_store)

BOOST_AUTO_TEST_CASE(the_default_book_is_made_on_first_use)
{
    Fixture fixture({});
    auto const books = fixture.store.books();
    BOOST_REQUIRE_EQUAL(error_of(books), "");
    BOOST_REQUIRE_EQUAL(books->size(), 1U);
    BOOST_CHECK(books->front().is_default);
    BOOST_CHECK_EQUAL(books->front().name, "Contacts");
    BOOST_CHECK_EQUAL(books->front().id.size(), 22U);
    BOOST_CHECK(*fixture.store.books() == *books);
}

BOOST_AUTO_TEST_CASE(a_user_who_may_have_none_has_none)
{
    Fixture fixture({.after = "access to * by dn.exact=\"uid=jane,dc=example,dc=org\" read by * auth"});
    auto settings = fixture.slapd.settings();
    settings.bind_dn = "uid=jane,dc=example,dc=org";
    LdapConnection reader(settings);
    std::string warning;
    LdapContactStore store(reader, {.base = base, .warn = [&](auto &line) { warning = line; }},
                           fixture.state);
    auto const books = store.books();
    BOOST_REQUIRE_EQUAL(error_of(books), "");
    BOOST_CHECK(books->empty());
    BOOST_CHECK_EQUAL(warning, "there are no personal contacts: add ou=contacts,uid=jane,dc=example,dc=org: "
                               "Insufficient access (no write access to parent)");
}

BOOST_AUTO_TEST_CASE(books_come_and_go)
{
    Fixture fixture({});
    auto const id = fixture.store.create_book(" Fam,ily ");
    BOOST_REQUIRE_EQUAL(error_of(id), "");
    CHECK_KIND(fixture.store.create_book("Fam,ily"), exists);
    CHECK_KIND(fixture.store.create_book(" "), bad_request);
    auto family = fixture.store.open(*id);
    BOOST_REQUIRE_EQUAL(error_of(family), "");
    BOOST_REQUIRE_EQUAL(error_of((*family)->add(named("Jim", "Doe"), "n1")), "");
    BOOST_CHECK_EQUAL(error_of(fixture.store.rename_book(*id, "Friends")), "");
    auto const books = fixture.store.books();
    BOOST_REQUIRE(books && books->size() == 2);
    BOOST_CHECK((books->at(1) == ContactBook{*id, "Friends", false}));

    auto const jim = (*(*fixture.store.open(*id))->items()).items.at(0).id;
    auto const moved = fixture.store.move(*id, jim, books->front().id);
    BOOST_REQUIRE_EQUAL(error_of(moved), "");
    BOOST_CHECK_EQUAL(*moved, jim);
    BOOST_CHECK_EQUAL(fixture.items().items.size(), 1U);
    BOOST_REQUIRE_EQUAL(error_of((*fixture.store.open(*id))->add(named("Joe", "Doe"), "n2")), "");
    CHECK_KIND(fixture.store.delete_book(books->front().id), denied);
    BOOST_CHECK_EQUAL(error_of(fixture.store.delete_book(*id)), "");
    CHECK_KIND(fixture.store.open(*id), not_found);
}

BOOST_DATA_TEST_CASE(a_contact_is_added_once_read_changed_and_removed, both)
{
    Fixture fixture({.syncprov = sample});
    auto folder = fixture.open();
    auto const added = folder->add(named("Jane", "Doe"), "once");
    BOOST_REQUIRE_EQUAL(error_of(added), "");
    BOOST_CHECK(*folder->add(named("Jane", "Doe"), "once") == *added);
    BOOST_REQUIRE_EQUAL(fixture.items().items.size(), 1U);
    BOOST_CHECK(fixture.items().items[0] == *added);

    ContactData change;
    change.contact.spouse = "John";
    change.notes = "two\nlines";
    auto const changed = folder->change(added->id, added->version, change);
    BOOST_REQUIRE_EQUAL(error_of(changed), "");
    BOOST_CHECK_NE(changed->version, added->version);
    CHECK_KIND(folder->change(added->id, added->version, change), conflict);
    auto const read = folder->read(added->id);
    BOOST_REQUIRE_EQUAL(error_of(read), "");
    BOOST_CHECK(read->entry == *changed);
    BOOST_CHECK_EQUAL(read->data.contact.spouse.value_or(""), "John");
    BOOST_CHECK_EQUAL(read->data.notes.value_or(""), "two\nlines");
    CHECK_KIND(folder->remove(added->id, added->version), conflict);
    BOOST_CHECK_EQUAL(error_of(folder->remove(added->id, changed->version)), "");
    CHECK_KIND(folder->read(added->id), not_found);
    CHECK_KIND(folder->remove(added->id, ""), not_found);
    BOOST_CHECK(fixture.items().items.empty());
}

BOOST_DATA_TEST_CASE(what_other_programs_do_is_seen, both)
{
    Fixture fixture({.syncprov = sample});
    fixture.open();
    for (auto const *cn : {"a", "b", "c", "d"})
        fixture.add_entry(cn);
    auto const first = fixture.items();
    BOOST_REQUIRE_EQUAL(first.items.size(), 4U);
    BOOST_CHECK_EQUAL(*fixture.open()->version(), first.version);
    BOOST_CHECK_EQUAL(fixture.items().version, first.version);

    auto &admin = fixture.admin;
    BOOST_REQUIRE_EQUAL(error_of(admin.remove(fixture.dn("cn=a"))), "");
    BOOST_REQUIRE_EQUAL(error_of(admin.rename(fixture.dn("cn=b"), "cn=bb", true)), "");
    BOOST_REQUIRE_EQUAL(
        error_of(
            admin.modify(fixture.dn("cn=c"), {{LdapModification::Kind::replace, "mail", {"c@example.org"}}})),
        "");
    BOOST_CHECK_NE(*fixture.open()->version(), first.version);
    auto const second = fixture.items();
    std::map<std::string, std::string> before, after;
    for (auto const &[id, version] : first.items)
        before[id] = version;
    int same = 0, changed = 0, added = 0;
    for (auto const &[id, version] : second.items)
        ++(!before.contains(id) ? added : before[id] == version ? same : changed);
    BOOST_CHECK_EQUAL(second.items.size(), 3U);
    BOOST_CHECK_EQUAL(same, 1);
    BOOST_CHECK_EQUAL(changed, 2);
    BOOST_CHECK_EQUAL(added, 0);

    // Another user's entry does not change the book.
    BOOST_REQUIRE_EQUAL(
        error_of(admin.modify("uid=jane,dc=example,dc=org",
                              {{LdapModification::Kind::replace, "mail", {"j@example.org"}}})),
        "");
    BOOST_CHECK_EQUAL(*fixture.open()->version(), second.version);
}

BOOST_DATA_TEST_CASE(a_lost_index_is_made_again, both)
{
    Fixture fixture({.syncprov = sample});
    fixture.open();
    fixture.add_entry("a");
    auto const first = fixture.items();
    fixture.state = MemoryStateStore();
    BOOST_CHECK(fixture.items().items == first.items);
    auto const book = fixture.store.books()->front().id;
    BOOST_REQUIRE(fixture.state.set("contacts/index-" + book, "rubbish"));
    fixture.add_entry("b");
    BOOST_CHECK_EQUAL(fixture.items().items.size(), 2U);
    BOOST_REQUIRE(
        fixture.state.set("contacts/point-" + book,
                          "format 1\ncontent x\ncookie rid=000,csn=20990101000000.000000Z#000000#000#000000\n"
                          "version 1\n"));
    BOOST_CHECK_EQUAL(fixture.items().items.size(), 2U);
}

/// Other writers of the same book, busy as long as it lives.
class BusyWriters {
public:
    explicit BusyWriters(Fixture &fixture)
    {
        for (int i = 0; i < writers; ++i)
            fixture.add_entry("busy" + std::to_string(i));
        for (int i = 0; i < writers; ++i)
            m_threads.emplace_back([this, &fixture, i] {
                LdapConnection busy(fixture.slapd.settings());
                for (int count = 0; !m_ends; ++count)
                    (void)busy.modify(fixture.dn("cn=busy" + std::to_string(i)),
                                      {{LdapModification::Kind::replace, "title", {std::to_string(count)}}});
            });
    }
    ~BusyWriters()
    {
        m_ends = true;
        for (auto &each : m_threads)
            each.join();
    }
    BusyWriters(BusyWriters const &) = delete;
    BusyWriters &operator=(BusyWriters const &) = delete;

private:
    static constexpr int writers = 6;
    std::atomic<bool> m_ends = false;
    std::vector<std::thread> m_threads;
};

// slapd's refreshes do not have what was answered last while an earlier write is on its way.
BOOST_DATA_TEST_CASE(what_was_just_written_is_listed_while_others_write, both)
{
    Fixture fixture({.syncprov = sample});
    fixture.open();
    BusyWriters const others(fixture);
    int wrong = 0;
    for (int i = 0; i < 100; ++i) {
        auto folder = fixture.open();
        auto const is_listed = [&folder](ContactFolder::Entry const &entry) {
            auto const listing = folder->items();
            BOOST_REQUIRE_EQUAL(error_of(listing), "");
            return std::ranges::find(listing->items, entry) != listing->items.end();
        };
        auto const added = folder->add(named("Jane", "Doe"), "n" + std::to_string(i));
        BOOST_REQUIRE_EQUAL(error_of(added), "");
        wrong += !is_listed(*added);
        ContactData change;
        change.contact.spouse = "John";
        auto const changed = folder->change(added->id, added->version, change);
        BOOST_REQUIRE_EQUAL(error_of(changed), "");
        wrong += !is_listed(*changed);
        if (i % 2 == 0)
            continue;
        BOOST_REQUIRE_EQUAL(error_of(folder->remove(changed->id, changed->version)), "");
        wrong += is_listed(*changed);
    }
    BOOST_CHECK_EQUAL(wrong, 0);
    BOOST_CHECK_EQUAL(fixture.items().items.size(), 6U + 50U);
}

BOOST_DATA_TEST_CASE(what_others_write_is_always_there, both)
{
    Fixture fixture({.syncprov = sample});
    fixture.open();
    BusyWriters const others(fixture);
    int wrong = 0;
    for (int i = 0; i < 100; ++i) {
        if (i % 2 == 0)
            fixture.state = MemoryStateStore(); // so that all is asked for
        wrong += fixture.items().items.size() != 6U;
    }
    BOOST_CHECK_EQUAL(wrong, 0);
}

BOOST_AUTO_TEST_CASE(an_update_between_look_and_change_is_not_lost)
{
    Fixture fixture({});
    auto folder = fixture.open();
    auto const added = *folder->add(named("Jane", "Doe"), "n");
    auto const dn = fixture.dn("uid=n");
    BOOST_REQUIRE_EQUAL(
        error_of(fixture.admin.modify(dn, {{LdapModification::Kind::replace, "mobile", {"+49 1"}}})), "");
    ContactData change;
    change.contact.spouse = "John";
    CHECK_KIND(folder->change(added.id, added.version, change), conflict);
    CHECK_KIND(folder->remove(added.id, added.version), conflict);
    BOOST_CHECK_EQUAL(error_of(folder->change(added.id, folder->read(added.id)->entry.version, change)), "");
    BOOST_CHECK_EQUAL(fixture.admin.read(dn, {"mobile"})->first("mobile"), "+49 1");
}

BOOST_AUTO_TEST_CASE(what_a_phone_changed_alone_is_not_told_to_it)
{
    Fixture fixture({});
    auto folder = fixture.open();
    auto entry = *folder->add(named("Jane", "Doe"), "n");
    for (auto const *value : {"+49 1", "+49 2", ""}) {
        ContactData change;
        for (auto const &each : contact_texts)
            if (each.tag != Tag::Contacts_Picture)
                change.contact.*each.member = value;
        for (auto day : {&Contact::birthday, &Contact::anniversary})
            change.contact.*day = *value ? "1980-05-17T00:00:00.000Z" : "";
        for (auto const &each : contact_lists)
            change.contact.*each.member = std::vector<std::string>{"b", "a", value};
        change.notes = value;
        auto const changed = folder->change(entry.id, entry.version, change);
        BOOST_REQUIRE_EQUAL(error_of(changed), "");
        entry = folder->read(entry.id)->entry;
        BOOST_CHECK(*changed == entry);
    }
}

// A version stands for what the phone has. Without one of its own the phone would never be told.
BOOST_AUTO_TEST_CASE(an_update_between_change_and_answer_is_not_lost)
{
    Fixture fixture({});
    fixture.open();
    BusyWriters const others(fixture);
    auto folder = fixture.open();
    auto const id = folder->items()->items.front().id;
    int lost = 0;
    for (int tries = 0; tries < 1500; ++tries) {
        auto const seen = folder->read(id);
        BOOST_REQUIRE_EQUAL(error_of(seen), "");
        ContactData change;
        change.contact.spouse = std::to_string(tries);
        auto const changed = folder->change(id, seen->entry.version, change);
        if (!changed) // a conflict
            continue;
        auto const now = folder->read(id);
        lost += now && now->entry == *changed && now->data.contact.job_title != seen->data.contact.job_title;
    }
    BOOST_CHECK_EQUAL(lost, 0);
}

BOOST_AUTO_TEST_CASE(an_entry_that_is_named_by_its_cn_is_renamed)
{
    Fixture fixture({});
    fixture.open();
    fixture.add_entry("Jane Doe");
    fixture.add_entry("Jane Smith");
    auto folder = fixture.open();
    ContactData change;
    change.contact.last_name = "Jones";
    auto const listing = *folder->items();
    std::string jane;
    for (auto const &[id, version] : listing.items)
        if (fixture.admin.read(fixture.dn("cn=Jane Doe"), {"entryUUID"}) && jane.empty())
            jane = folder->read(id)->data.contact.file_as == "Jane Doe" ? id : "";
    auto const changed = folder->change(jane, "", change);
    BOOST_REQUIRE_EQUAL(error_of(changed), "");
    BOOST_CHECK(folder->read(jane)->entry == *changed);
    auto const renamed = fixture.admin.read(fixture.dn("cn=Jane Jones"), {"cn", "sn"});
    BOOST_REQUIRE_EQUAL(error_of(renamed), "");
    BOOST_CHECK_EQUAL(renamed->values("cn").size(), 1U);

    change.contact.last_name = "Smith"; // who is there already
    auto const kept = folder->change(jane, "", change);
    BOOST_REQUIRE_EQUAL(error_of(kept), "");
    auto const read = folder->read(jane);
    BOOST_REQUIRE_EQUAL(error_of(read), "");
    BOOST_CHECK(read->entry == *kept);
    BOOST_CHECK_EQUAL(read->data.contact.last_name.value_or(""), "Smith");
    BOOST_CHECK_EQUAL(fixture.items().items.size(), 2U);
}

BOOST_DATA_TEST_CASE(a_list_that_a_limit_cuts_says_so, both)
{
    Fixture fixture({.syncprov = sample,
                     .after = "limits dn.exact=\"cn=reader,dc=example,dc=org\" size=3",
                     .entries = "dn: cn=reader,dc=example,dc=org\nobjectClass: person\ncn: reader\nsn: x\n"
                                "userPassword: secret\n\n"});
    fixture.open();
    for (auto const *cn : {"a", "b", "c"})
        fixture.add_entry(cn);
    auto settings = fixture.slapd.settings();
    settings.bind_dn = "cn=reader,dc=example,dc=org";
    LdapConnection reader(settings);
    std::string warning;
    MemoryStateStore state;
    LdapContactStore store(reader, {.base = base, .warn = [&](auto &line) { warning = line; }}, state);
    auto const book = store.books()->front().id;
    auto const whole = (*store.open(book))->items();
    BOOST_CHECK(whole->items.size() == 3 && whole->is_complete);
    for (auto const *cn : {"d", "e", "f"})
        fixture.add_entry(cn);
    state = MemoryStateStore(); // so that the reader must ask for everything
    for (int times = 0; times < 2; ++times) {
        auto const cut = (*store.open(book))->items();
        BOOST_REQUIRE_EQUAL(error_of(cut), "");
        BOOST_CHECK(cut->items.size() == 3 && !cut->is_complete);
        BOOST_CHECK_EQUAL(
            warning, "a limit of the directory hides contacts in ou=contacts,uid=jane,dc=example,dc=org; "
                     "3 were found");
    }
    auto const before = fixture.items();
    BOOST_CHECK(before.items.size() == 6 && before.is_complete);
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_down_is_temporary)
{
    Fixture fixture({});
    auto folder = fixture.open();
    auto const added = *folder->add(named("Jane", "Doe"), "n");
    fixture.slapd.stop(9);
    CHECK_KIND(folder->version(), temporary);
    CHECK_KIND(folder->items(), temporary);
    CHECK_KIND(folder->read(added.id), temporary);
    CHECK_KIND(folder->add(named("Jim", "Doe"), "m"), temporary);
    CHECK_KIND(folder->change(added.id, added.version, named("J", "D")), temporary);
    CHECK_KIND(folder->remove(added.id, added.version), temporary);
    CHECK_KIND(fixture.store.books(), temporary);
}

BOOST_AUTO_TEST_CASE(no_name_or_id_breaks_out_of_its_place)
{
    Fixture fixture({});
    auto folder = fixture.open();
    std::string const odd = "*)(uid=*,dc=org\\+\"<>;=#";
    auto const id = fixture.add(named(odd, "x"), "n");
    BOOST_CHECK_EQUAL(folder->read(id)->data.contact.first_name.value_or(""), odd);
    for (std::string_view const other : {"*", "*)(uid=*", "", "AAAAAAAAAAAAAAAAAAAAAA"})
        CHECK_KIND(folder->read(other), not_found);
    auto const book = fixture.store.create_book(odd);
    BOOST_REQUIRE_EQUAL(error_of(book), "");
    BOOST_CHECK_EQUAL(fixture.store.books()->at(1).name, odd);
    BOOST_CHECK_EQUAL(error_of(fixture.store.rename_book(*book, "a,b")), "");
    BOOST_CHECK_EQUAL(error_of(fixture.store.delete_book(*book)), "");
}

BOOST_DATA_TEST_CASE(it_agrees_with_the_directory_after_any_edits, both)
{
    Fixture fixture({.syncprov = sample});
    fixture.open();
    std::minstd_rand random(7);
    auto const any = [&](size_t count) { return random() % count; };
    std::map<std::string, std::string> shown; // name by id
    int number = 0;
    for (int step = 0; step < 150; ++step) {
        auto folder = fixture.open();
        auto const ids = folder->items()->items;
        auto const name = "n" + std::to_string(++number);
        auto const &one = ids.empty() ? ContactFolder::Entry() : ids[any(ids.size())];
        auto const found =
            fixture.admin.search({base, LdapScope::one_level, "(objectClass=person)", {"1.1"}});
        auto const dn = found->entries.empty() ? "" : found->entries[any(found->entries.size())].dn;
        switch (any(6)) {
        case 0:
            BOOST_REQUIRE_EQUAL(error_of(folder->add(named(name, "x"), name)), "");
            break;
        case 1:
            fixture.add_entry(name);
            break;
        case 2:
            if (!dn.empty())
                (void)fixture.admin.modify(dn, {{LdapModification::Kind::replace, "givenName", {name}}});
            break;
        case 3:
            if (!dn.empty())
                (void)fixture.admin.rename(dn, "cn=" + name, false);
            break;
        case 4:
            if (!ids.empty())
                BOOST_REQUIRE_EQUAL(error_of(folder->change(one.id, one.version, named(name, "y"))), "");
            break;
        case 5:
            if (!dn.empty() && any(2) == 0)
                BOOST_REQUIRE_EQUAL(error_of(fixture.admin.remove(dn)), "");
            else if (!ids.empty())
                BOOST_REQUIRE_EQUAL(error_of(folder->remove(one.id, one.version)), "");
            break;
        }
    }
    auto folder = fixture.open();
    auto const listing = folder->items();
    BOOST_REQUIRE_EQUAL(error_of(listing), "");
    std::multiset<std::string> seen, there;
    for (auto const &[id, version] : listing->items) {
        auto const read = folder->read(id);
        BOOST_REQUIRE_EQUAL(error_of(read), "");
        BOOST_CHECK_EQUAL(read->entry.version, version);
        seen.insert(read->data.contact.first_name.value_or(""));
    }
    auto const found =
        fixture.admin.search({base, LdapScope::one_level, "(objectClass=person)", {"givenName"}});
    BOOST_REQUIRE_EQUAL(error_of(found), "");
    for (auto const &entry : found->entries)
        there.insert(entry.first("givenName"));
    BOOST_CHECK(seen == there);
    BOOST_CHECK(!there.empty());
}

BOOST_AUTO_TEST_SUITE_END()
