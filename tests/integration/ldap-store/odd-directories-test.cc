// Address books as other programs and admins leave them: names that need escapes, rights that hide a part,
// limits, referrals, books that go.
#include "contacts-fixture.h"
#include "stores/ldap-dn.h"
#include "stores/ldap-text.h"
#include <boost/test/data/test_case.hpp>
#include <set>

using namespace eas;
using namespace eas::test;

namespace {

constexpr char user[] = "uid=jane,dc=example,dc=org";

#define CHECK_KIND(result, expected) BOOST_CHECK(!(result) && (result).error().kind == ErrorKind::expected)

/// The same books, for Jane herself.
struct OwnRights : ContactsFixture {
    explicit OwnRights(std::string const &access)
        : ContactsFixture({.after = access + "\naccess to * by dn.exact=\"" + user + "\" write by * auth"}),
          own(settings_of_user()), books(own, {.base = base}, own_state)
    {
        open();
    }
    LdapSettings settings_of_user()
    {
        auto settings = slapd.settings();
        settings.bind_dn = user;
        return settings;
    }
    std::unique_ptr<ContactFolder> own_book() { return std::move(*books.open(books.books()->front().id)); }

    LdapConnection own;
    MemoryStateStore own_state;
    LdapContactStore books;
};

ContactData spouse(std::string const &name)
{
    ContactData change;
    change.contact.spouse = name;
    return change;
}

} // namespace

BOOST_AUTO_TEST_SUITE(odd_directories)

BOOST_DATA_TEST_CASE(names_with_signs_are_changed_renamed_moved_and_removed,
                     boost::unit_test::data::make({"a+b=c,d\\ #", " blank ", "#hash", "\"<>;=", "Ünal",
                                                   "*)(cn=*", "\\2a", "two\nlines"}),
                     name)
{
    ContactsFixture fixture({});
    auto folder = fixture.open();
    auto const dn = fixture.dn("cn=" + ldap_dn_value(name));
    BOOST_REQUIRE_EQUAL(
        error_of(fixture.admin.add(dn, {{"objectClass", {"person"}}, {"cn", {name}}, {"sn", {name}}})), "");
    auto const listing = folder->items();
    BOOST_REQUIRE(listing && listing->items.size() == 1);
    auto const id = listing->items[0].id;
    BOOST_CHECK_EQUAL(folder->read(id)->data.contact.last_name.value_or(""), name);
    auto const friends = fixture.store.create_book("Friends");
    BOOST_REQUIRE_EQUAL(error_of(friends), "");
    auto const book = fixture.store.books()->front().id;
    BOOST_REQUIRE_EQUAL(error_of(fixture.store.move(book, id, *friends)), "");
    BOOST_REQUIRE_EQUAL(error_of(fixture.store.move(*friends, id, book)), "");
    BOOST_CHECK(fixture.admin.read(dn, {"1.1"}));

    ContactData change; // a new name, which is the entry's
    change.contact.first_name = std::string("J") + name;
    change.contact.last_name = "Doe";
    BOOST_REQUIRE_EQUAL(error_of(fixture.open()->change(id, "", change)), "");
    auto const read = fixture.open()->read(id);
    BOOST_REQUIRE_EQUAL(error_of(read), "");
    BOOST_CHECK_EQUAL(read->data.contact.last_name.value_or(""), "Doe");
    BOOST_CHECK_EQUAL(fixture.warnings, "");
    BOOST_CHECK_EQUAL(error_of(fixture.open()->remove(id, "")), "");
    BOOST_CHECK(fixture.items().items.empty());
}

BOOST_AUTO_TEST_CASE(a_name_of_two_parts_keeps_the_other_one)
{
    ContactsFixture fixture({});
    auto folder = fixture.open();
    BOOST_REQUIRE_EQUAL(
        error_of(fixture.admin.add(fixture.dn("cn=Jane Doe+uid=7"), {{"objectClass", {"inetOrgPerson"}},
                                                                     {"cn", {"Jane Doe"}},
                                                                     {"uid", {"7"}},
                                                                     {"sn", {"Doe"}},
                                                                     {"givenName", {"Jane"}}})),
        "");
    auto const id = folder->items()->items.at(0).id;
    ContactData change;
    change.contact.last_name = "Jones";
    BOOST_REQUIRE_EQUAL(error_of(folder->change(id, "", change)), "");
    auto const renamed = fixture.admin.read(fixture.dn("cn=Jane Jones+uid=7"), {"cn", "uid"});
    BOOST_REQUIRE_EQUAL(error_of(renamed), "");
    BOOST_CHECK(renamed->values("cn") == LdapValues{"Jane Jones"} &&
                renamed->values("uid") == LdapValues{"7"});
    auto const friends = fixture.store.create_book("Friends");
    BOOST_CHECK_EQUAL(error_of(fixture.store.move(fixture.store.books()->front().id, id, *friends)), "");
}

BOOST_AUTO_TEST_CASE(what_the_user_may_not_see_stays)
{
    for (std::string const hidden : {"mobile", "cn", "sn", "displayName"}) {
        OwnRights world("access to attrs=" + hidden + " by * none");
        auto const dn = world.dn("uid=j");
        BOOST_REQUIRE_EQUAL(error_of(world.admin.add(dn, {{"objectClass", {"inetOrgPerson"}},
                                                          {"uid", {"j"}},
                                                          {"cn", {"Jane Doe"}},
                                                          {"displayName", {"Jane Doe"}},
                                                          {"sn", {"Doe"}},
                                                          {"givenName", {"Jane"}},
                                                          {"mobile", {"1"}}})),
                            "");
        auto folder = world.own_book();
        auto const listing = folder->items();
        BOOST_REQUIRE(listing && listing->items.size() == 1);
        auto const changed = folder->change(listing->items[0].id, listing->items[0].version, spouse("John"));
        BOOST_CHECK_MESSAGE(changed, hidden << ": " << error_of(changed));
        auto const entry = world.admin.read(dn, {"*"});
        BOOST_CHECK_EQUAL(entry->first("easSpouse"), "John");
        BOOST_CHECK_EQUAL(entry->first("mobile"), "1");
        BOOST_CHECK_EQUAL(entry->first("cn"), "Jane Doe");
        BOOST_CHECK_EQUAL(entry->first("sn"), "Doe");
    }
}

BOOST_AUTO_TEST_CASE(what_the_user_may_not_write_is_refused_alone)
{
    OwnRights world("access to attrs=mail by * read");
    auto const dn = world.dn("uid=j");
    BOOST_REQUIRE_EQUAL(error_of(world.admin.add(dn, {{"objectClass", {"inetOrgPerson"}},
                                                      {"uid", {"j"}},
                                                      {"cn", {"Jane Doe"}},
                                                      {"sn", {"Doe"}},
                                                      {"mail", {"j@example.org"}}})),
                        "");
    auto folder = world.own_book();
    auto const id = folder->items()->items.at(0).id;
    ContactData change = spouse("John");
    change.contact.email1_address = "other@example.org";
    CHECK_KIND(folder->change(id, "", change), denied);
    BOOST_CHECK_EQUAL(world.admin.read(dn, {"easSpouse"})->first("easSpouse"), "");
    change.contact.email1_address = "j@example.org"; // as it is
    BOOST_CHECK_EQUAL(error_of(folder->change(id, "", change)), "");
}

BOOST_AUTO_TEST_CASE(two_books_with_one_name_are_two)
{
    ContactsFixture fixture({});
    auto const first = fixture.store.create_book("Friends");
    BOOST_REQUIRE_EQUAL(error_of(fixture.admin.add(
                            fixture.dn("l=Rome+ou=Friends"),
                            {{"objectClass", {"organizationalUnit"}}, {"l", {"Rome"}}, {"ou", {"Friends"}}})),
                        "");
    auto const books = fixture.store.books();
    BOOST_REQUIRE(books && books->size() == 3);
    BOOST_CHECK(books->at(1).name == "Friends" && books->at(2).name == "Friends");
    auto const second = books->at(books->at(1).id == *first ? 2 : 1).id;
    BOOST_REQUIRE_EQUAL(error_of((*fixture.store.open(*first))->add(named("Jim", "Doe"), "n1")), "");
    BOOST_CHECK_EQUAL((*fixture.store.open(second))->items()->items.size(), 0U);
    BOOST_CHECK_EQUAL(error_of(fixture.store.delete_book(*first)), "");
    BOOST_CHECK_EQUAL(error_of((*fixture.store.open(second))->add(named("Joe", "Doe"), "n2")), "");
    BOOST_CHECK_EQUAL(error_of(fixture.store.rename_book(second, "Old friends")), "");
    BOOST_CHECK_EQUAL((*fixture.store.open(second))->items()->items.size(), 1U);
}

BOOST_DATA_TEST_CASE(a_book_that_goes_while_it_is_open_is_gone, boost::unit_test::data::make({true, false}))
{
    ContactsFixture fixture({.syncprov = sample});
    auto const book = *fixture.store.create_book("Friends");
    auto folder = std::move(*fixture.store.open(book));
    auto const added = *folder->add(named("Jim", "Doe"), "n");
    BOOST_REQUIRE_EQUAL(folder->items()->items.size(), 1U);
    BOOST_REQUIRE_EQUAL(error_of(fixture.admin.remove(fixture.dn("uid=n,ou=Friends"))), "");
    BOOST_REQUIRE_EQUAL(error_of(fixture.admin.remove(fixture.dn("ou=Friends"))), "");
    CHECK_KIND(folder->items(), not_found);
    CHECK_KIND(folder->version(), not_found);
    CHECK_KIND(folder->read(added.id), not_found);
    CHECK_KIND(folder->add(named("Joe", "Doe"), "m"), not_found);
    CHECK_KIND(folder->change(added.id, added.version, spouse("Ann")), not_found);
    CHECK_KIND(folder->remove(added.id, added.version), not_found);
    CHECK_KIND(fixture.store.open(book), not_found);
}

BOOST_DATA_TEST_CASE(pages_get_round_a_limit_where_the_admin_lets_them,
                     boost::unit_test::data::make({true, false}) *
                         boost::unit_test::data::make({true, false}),
                     syncprov, lets)
{
    std::string entries =
        "dn: ou=contacts," + std::string(user) + "\nobjectClass: organizationalUnit\nou: contacts\n\n";
    for (int i = 0; i < 1100; ++i) {
        auto const cn = std::to_string(i);
        entries += "dn: cn=" + cn + ',' + base + "\nobjectClass: person\ncn: " + cn + "\nsn: x\n\n";
    }
    ContactsFixture fixture({.syncprov = syncprov,
                             .after = std::string("limits dn.exact=\"") + user + "\" size=500" +
                                      (lets ? " size.prtotal=unlimited" : "") + "\naccess to * by * read",
                             .entries = entries});
    auto settings = fixture.slapd.settings();
    settings.bind_dn = user;
    LdapConnection own(settings);
    LdapContactStore books(own, {.base = base}, fixture.state);
    auto const listing = (*books.open(books.books()->front().id))->items();
    BOOST_REQUIRE_EQUAL(error_of(listing), "");
    BOOST_CHECK_EQUAL(listing->items.size(), lets ? 1100U : 500U);
    BOOST_CHECK_EQUAL(listing->is_complete, lets);
}

BOOST_DATA_TEST_CASE(referrals_and_aliases_are_no_contacts, boost::unit_test::data::make({true, false}))
{
    ContactsFixture fixture({.syncprov = sample});
    fixture.open();
    fixture.add_entry("a");
    for (LdapAttributes const &odd : {LdapAttributes{{"objectClass", {"referral", "extensibleObject"}},
                                                     {"ref", {"ldap://127.0.0.1:1/dc=x"}},
                                                     {"cn", {"r"}}},
                                      LdapAttributes{{"objectClass", {"alias", "extensibleObject"}},
                                                     {"aliasedObjectName", {fixture.dn("cn=a")}},
                                                     {"cn", {"l"}}}})
        BOOST_REQUIRE_EQUAL(error_of(fixture.admin.add(fixture.dn("cn=" + odd.at("cn").front()), odd)), "");
    for (int times = 0; times < 2; ++times) {
        auto const listing = fixture.items();
        BOOST_CHECK_EQUAL(listing.items.size(), 1U);
        BOOST_CHECK(listing.is_complete);
        fixture.add_entry("b");
        BOOST_CHECK_EQUAL(fixture.items().items.size(), 2U);
        BOOST_REQUIRE_EQUAL(error_of(fixture.admin.remove(fixture.dn("cn=b"))), "");
    }
}

BOOST_AUTO_TEST_SUITE_END()
