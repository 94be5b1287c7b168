// Waiting for changes of address books in a real slapd.
#include "private-slapd.h"
#include "stores/ldap-dn.h"
#include "stores/ldap-watch.h"
#include "support.h"
#include <boost/test/data/test_case.hpp>
#include <set>
#include <thread>

using namespace eas;
using namespace eas::test;

namespace {

constexpr char pattern[] = "ou=contacts, uid=%n, dc=Example, dc=org";

std::string book_of(std::string const &user)
{
    return "ou=contacts,uid=" + user + ",dc=example,dc=org";
}

std::string entries()
{
    std::string ldif;
    for (std::string const user : {"jane", "joe"})
        ldif += "dn: uid=" + user + ",dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: " + user +
                "\ncn: " + user + "\nsn: Doe\n\ndn: " + book_of(user) +
                "\nobjectClass: organizationalUnit\nou: contacts\n\n";
    return ldif;
}

LdapAttributes const person{{"objectClass", {"inetOrgPerson"}}, {"cn", {"Max"}}, {"sn", {"Muster"}}};

struct Fixture {
    explicit Fixture(bool is_persistent, SlapdOptions options = {})
        : slapd(with_entries(std::move(options))), admin(slapd.settings()),
          watch({.connection = slapd.settings(),
                 .is_persistent = is_persistent,
                 .contacts_base = pattern,
                 .poll_seconds = 1,
                 .warn = [this](std::string const &text) { told += text + '\n'; },
                 .inform = [this](std::string const &text) { told += text + '\n'; }},
                [this](std::string const &dn) { changed.insert(dn); })
    {}

    static SlapdOptions with_entries(SlapdOptions options)
    {
        options.entries = entries() + options.entries;
        return options;
    }

    /// Runs until something has changed that concerns Jane's book, or `seconds` are over; whether it has.
    bool comes(std::string const &book = book_of("jane"), int seconds = 30)
    {
        auto const end = LdapWatch::Clock::now() + std::chrono::seconds(seconds);
        for (; LdapWatch::Clock::now() < end; std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
            watch.run();
            for (auto const &dn : std::exchange(changed, {}))
                if (dn.empty() || dn.ends_with(book))
                    return true;
        }
        return false;
    }

    PrivateSlapd slapd;
    LdapConnection admin;
    std::set<std::string> changed;
    std::string told;
    LdapWatch watch;
};

std::string const max_dn = "cn=Max," + book_of("jane");

} // namespace

BOOST_AUTO_TEST_SUITE(ldap_watch)

BOOST_AUTO_TEST_CASE(the_common_base_is_behind_the_last_variable)
{
    BOOST_CHECK_EQUAL(ldap_common_base(pattern), "dc=Example, dc=org");
    BOOST_CHECK_EQUAL(ldap_common_base("ou=%u,o=%d,dc=x"), "dc=x");
    BOOST_CHECK_EQUAL(ldap_common_base("uid=%n"), "");
    BOOST_CHECK_EQUAL(ldap_normal_dn(" OU = Contacts , uid=a\\2Cb+CN=C\\, d, DC=Org"),
                      "ou=contacts,uid=a\\2cb+cn=c\\2c d,dc=org");
    BOOST_CHECK_EQUAL(ldap_normal_dn("no dn"), "");
}

BOOST_AUTO_TEST_CASE(an_entry_is_below_what_its_name_ends_with)
{
    for (auto const *dn : {"ou=contacts,dc=org", "cn=jane,ou=contacts,dc=org"})
        BOOST_CHECK(is_below_dn(dn, "ou=contacts,dc=org"));
    BOOST_CHECK(is_below_dn("dc=org", ""));
    BOOST_CHECK(!is_below_dn("dc=org", "ou=contacts,dc=org"));
    BOOST_CHECK(!is_below_dn("xou=contacts,dc=org", "ou=contacts,dc=org"));
    BOOST_CHECK(!is_below_dn(ldap_normal_dn("cn=a\\,dc=org"), "dc=org")); // one component
}

BOOST_DATA_TEST_CASE(every_change_is_told_and_those_of_others_are_not,
                     boost::unit_test::data::make({false, true}), persistent)
{
    Fixture fixture(persistent);
    fixture.watch.watch(book_of("jane"), "");
    BOOST_REQUIRE(fixture.comes()); // the first look
    BOOST_CHECK(!fixture.comes(book_of("jane"), 2));
    auto &admin = fixture.admin;
    BOOST_REQUIRE_EQUAL(error_of(admin.add(max_dn, person)), "");
    BOOST_CHECK(fixture.comes());
    BOOST_REQUIRE_EQUAL(error_of(admin.modify(max_dn, {{LdapModification::Kind::replace, "sn", {"M"}}})), "");
    BOOST_CHECK(fixture.comes());
    BOOST_REQUIRE_EQUAL(error_of(admin.rename(max_dn, "cn=Moritz", true)), "");
    BOOST_CHECK(fixture.comes());
    BOOST_REQUIRE_EQUAL(error_of(admin.remove("CN=Moritz, OU=contacts, uid=JANE, dc=example, dc=org")), "");
    BOOST_CHECK(fixture.comes());
    BOOST_REQUIRE_EQUAL(error_of(admin.add("ou=Club," + book_of("jane"),
                                           {{"objectClass", {"organizationalUnit"}}, {"ou", {"Club"}}})),
                        "");
    BOOST_CHECK(fixture.comes());
    BOOST_REQUIRE_EQUAL(error_of(admin.add("cn=Max," + book_of("joe"), person)), "");
    BOOST_CHECK(!fixture.comes(book_of("jane"), 2));
    BOOST_CHECK_EQUAL(fixture.told, "");
}

BOOST_DATA_TEST_CASE(a_restart_of_the_directory_hides_no_change, boost::unit_test::data::make({false, true}),
                     persistent)
{
    Fixture fixture(persistent);
    fixture.watch.watch(book_of("jane"), "");
    BOOST_REQUIRE(fixture.comes());
    BOOST_REQUIRE_EQUAL(error_of(fixture.admin.add(max_dn, person)), "");
    BOOST_REQUIRE(fixture.comes());
    fixture.slapd.stop(9);
    BOOST_CHECK(!fixture.comes(book_of("jane"), 3));
    BOOST_CHECK_NE(fixture.told.find("contacts cannot be watched"), std::string::npos);
    fixture.slapd.start();
    BOOST_REQUIRE_EQUAL(error_of(fixture.admin.remove(max_dn)), "");
    BOOST_CHECK(fixture.comes());
    BOOST_CHECK_NE(fixture.told.find("contacts are watched again"), std::string::npos);
}

// As after a fail-over to a replica that is behind.
BOOST_DATA_TEST_CASE(a_directory_that_goes_back_is_told_at_once, boost::unit_test::data::make({false, true}),
                     persistent)
{
    Fixture fixture(persistent);
    fixture.slapd.stop(); // it writes contextCSN
    auto const backup = fixture.slapd.backup();
    fixture.slapd.start();
    fixture.watch.watch(book_of("jane"), "");
    BOOST_REQUIRE(fixture.comes());
    BOOST_REQUIRE_EQUAL(error_of(fixture.admin.add(max_dn, person)), "");
    BOOST_REQUIRE(fixture.comes());
    fixture.slapd.restore(backup);
    BOOST_CHECK(fixture.comes());
    BOOST_REQUIRE_EQUAL(error_of(fixture.admin.add(max_dn, person)), "");
    BOOST_CHECK(fixture.comes());
}

BOOST_AUTO_TEST_CASE(a_directory_without_persistent_search_is_polled)
{
    Fixture fixture(true, {.syncprov = false});
    fixture.watch.watch(book_of("jane"), "");
    BOOST_REQUIRE(fixture.comes());
    BOOST_REQUIRE_EQUAL(error_of(fixture.admin.add(max_dn, person)), "");
    BOOST_CHECK(fixture.comes());
    BOOST_CHECK_NE(fixture.told.find("so address books are polled"), std::string::npos);
}

BOOST_AUTO_TEST_CASE(books_are_polled_as_their_users)
{
    Fixture fixture(
        false, {.before = "authz-policy to",
                .after = "access to dn.subtree=\"uid=jane,dc=example,dc=org\" by "
                         "dn.exact=\"uid=jane,dc=example,dc=org\" write by * none\naccess to * by * read"});
    fixture.watch.watch(book_of("joe"), "dn:uid=joe,dc=example,dc=org");
    fixture.watch.watch(book_of("jane"), "dn:uid=jane,dc=example,dc=org");
    BOOST_REQUIRE(fixture.comes());
    BOOST_REQUIRE_EQUAL(error_of(fixture.admin.add(max_dn, person)), "");
    BOOST_CHECK(fixture.comes());
    fixture.watch.forget(book_of("joe"));
    fixture.watch.forget(book_of("jane"));
    BOOST_CHECK(!fixture.watch.due());
}

BOOST_AUTO_TEST_SUITE_END()
