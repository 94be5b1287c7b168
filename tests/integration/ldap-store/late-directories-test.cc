// What a directory says of the time before what is known already: content synchronisation while a write is
// on its way (OpenLDAP's contextCSN waits for it, and so do all refreshes), and servers that are behind.
#include "contacts-fixture.h"
#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <thread>

using namespace eas;
using namespace eas::test;

namespace {

/// A user with three contacts, whose list is known.
struct World : ContactsFixture {
    explicit World(SlapdOptions options = {}) : ContactsFixture(std::move(options))
    {
        open();
        for (auto const *cn : {"a", "b", "c"})
            add_entry(cn);
        items();
    }
    void change(std::string const &rdn)
    {
        BOOST_REQUIRE_EQUAL(
            error_of(admin.modify(dn(rdn), {{LdapModification::Kind::replace, "mail", {"new@example.org"}}})),
            "");
    }
    /// The entry has changed, by a write of another server than the one that is asked, whose contextCSN does
    /// not yet say so.
    void change_late(std::string const &rdn)
    {
        auto ldif = slapd.backup();
        auto const place = [&](std::string const &name, size_t from) {
            return ldif.find("\n" + name + ": ", from) + 1;
        };
        auto const csn = place("entryCSN", ldif.find("dn: " + dn(rdn) + '\n'));
        ldif.replace(csn, ldif.find('\n', csn) - csn, "entryCSN: 20991231000000.000000Z#000000#001#000000");
        ldif.insert(place("contextCSN", 0), "contextCSN: 20991130000000.000000Z#000000#001#000000\n");
        slapd.restore(ldif);
    }
    /// With contextCSN, which slapd writes when it ends.
    std::string backup()
    {
        slapd.stop();
        auto ldif = slapd.backup();
        slapd.start();
        return ldif;
    }
    std::string version()
    {
        auto const version = open()->version();
        BOOST_REQUIRE_EQUAL(error_of(version), "");
        return *version;
    }
};

/// A phone's view of a book in two servers, of which the first that answers is asked.
struct Servers {
    Servers(World &first, PrivateSlapd const &second)
        : ldap(settings(first, second)), store(ldap, {.base = base}, state)
    {}
    static LdapSettings settings(World &first, PrivateSlapd const &second)
    {
        auto settings = first.slapd.settings();
        settings.uris.push_back(second.socket_uri());
        return settings;
    }
    ContactFolder::Listing list()
    {
        // A connection of its own each time, as another process has.
        ldap.end_persistent();
        auto const books = store.books();
        BOOST_REQUIRE_EQUAL(error_of(books), "");
        auto const listing = (*store.open(books->front().id))->items();
        BOOST_REQUIRE_EQUAL(error_of(listing), "");
        return *listing;
    }
    /// Whether a phone that has all of `known` would be told that a contact is gone.
    bool misses(ContactFolder::Listing const &known)
    {
        auto const now = list();
        return now.is_complete && !std::ranges::all_of(known.items, [&](auto const &item) {
                   return std::ranges::find(now.items, item.id, &ContactFolder::Entry::id) != now.items.end();
               });
    }
    /// All is there again, and in both servers the same.
    void wait_for(World &first, size_t contacts)
    {
        auto now = list();
        for (int tries = 0;
             !now.is_complete || now.items.size() != contacts || now.items != first.items().items;
             now = list()) {
            BOOST_REQUIRE_LT(++tries, 1200);
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }

    LdapConnection ldap;
    MemoryStateStore state;
    LdapContactStore store;
};

} // namespace

BOOST_AUTO_TEST_SUITE(ldap_late_directories)

BOOST_AUTO_TEST_CASE(what_a_refresh_leaves_out_is_not_gone)
{
    World world;
    world.change_late("cn=b");
    BOOST_CHECK_EQUAL(world.items().items.size(), 3U);
    world.state = MemoryStateStore(); // so that all is asked for
    BOOST_CHECK_EQUAL(world.items().items.size(), 3U);
    world.change("cn=c");
    BOOST_CHECK_EQUAL(world.items().items.size(), 3U);
}

BOOST_AUTO_TEST_CASE(what_a_refresh_leaves_out_is_seen_with_the_next_change)
{
    World world;
    auto const before = world.items().items;
    world.change_late("cn=b");
    world.change("cn=c"); // while nothing is told the book is not searched: that would cost what is stored
    auto const after = world.items();
    BOOST_CHECK_EQUAL(
        std::ranges::count_if(after.items,
                              [&](auto const &entry) { return std::ranges::count(before, entry) == 0; }),
        2);
    BOOST_CHECK_EQUAL(world.version(), after.version);
}

// ---------------------------------------------------------------- servers that are behind

BOOST_DATA_TEST_CASE(a_replica_that_is_behind_removes_nothing, boost::unit_test::data::make({true, false}),
                     synchronizes)
{
    World world;
    PrivateSlapd replica({.syncprov = synchronizes, .before = schema_line()});
    replica.replicate(world.slapd);
    Servers servers(world, replica);
    BOOST_CHECK_EQUAL(servers.list().items.size(), 3U);
    replica.stop();
    world.add_entry("d");
    BOOST_CHECK_EQUAL(servers.list().items.size(), 4U);
    BOOST_REQUIRE_EQUAL(error_of(world.admin.remove(world.dn("cn=a"))), "");
    auto const known = servers.list();
    BOOST_CHECK(known.items.size() == 3U && known.is_complete);
    world.slapd.stop();
    replica.start();
    for (int times = 0; times < 2; ++times)
        BOOST_CHECK(!servers.misses(known));
    world.slapd.start();
    servers.wait_for(world, 3);
    world.slapd.stop();
    BOOST_CHECK(!servers.misses(known));
}

BOOST_AUTO_TEST_CASE(each_of_two_servers_may_be_behind)
{
    World world({.before = "serverID 1"});
    PrivateSlapd other({.before = schema_line() + "\nserverID 2"});
    LdapConnection others_admin(other.settings());
    other.replicate(world.slapd);
    world.slapd.replicate(other);
    Servers servers(world, other);
    std::vector<LdapModification> const change{{LdapModification::Kind::replace, "title", {"x"}}};
    BOOST_REQUIRE_EQUAL(error_of(others_admin.modify(world.dn("cn=c"), change)), "");
    while (world.admin.read(world.dn("cn=c"), {"title"})->values("title").empty())
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    BOOST_CHECK_EQUAL(servers.list().items.size(), 3U);
    other.stop();
    world.add_entry("d");
    auto known = servers.list();
    BOOST_CHECK(known.items.size() == 4U && known.is_complete);
    world.slapd.stop();
    other.start();
    BOOST_CHECK(!servers.misses(known));
    BOOST_REQUIRE_EQUAL(error_of(others_admin.modify(world.dn("cn=b"), change)), "");
    BOOST_CHECK(!servers.misses(known));
    BOOST_REQUIRE_EQUAL(error_of(others_admin.modify(world.dn("cn=c"), change)), "");
    other.stop(); // and its memory of deletions with it
    other.start();
    BOOST_REQUIRE_EQUAL(error_of(others_admin.modify(world.dn("cn=a"), change)), "");
    for (int times = 0; times < 2; ++times)
        BOOST_CHECK(!servers.misses(known));
    world.slapd.start();
    servers.wait_for(world, 4);
}

// Nobody knows whether a server is behind or was restored from a backup.
BOOST_AUTO_TEST_CASE(a_backup_removes_contacts_when_the_directory_goes_on)
{
    World world;
    auto const backup = world.backup();
    world.add_entry("d");
    BOOST_CHECK_EQUAL(world.items().items.size(), 4U);
    world.slapd.restore(backup);
    BOOST_CHECK(!world.items().is_complete);
    world.change("cn=a");
    auto const after = world.items();
    BOOST_CHECK(after.items.size() == 3U && after.is_complete);
}

BOOST_AUTO_TEST_CASE(an_old_backup_removes_contacts_at_once)
{
    World world;
    auto const of_old = [](std::string ldif) {
        for (auto const *name : {"entryCSN: ", "contextCSN: "})
            for (size_t at = 0; (at = ldif.find(name, at)) != ldif.npos; at += 1)
                ldif.replace(at + std::string_view(name).size(), 4, "2001");
        return ldif;
    };
    auto const backup = of_old(world.backup());
    world.add_entry("d");
    world.slapd.restore(of_old(world.backup()));
    BOOST_CHECK(!world.items().is_complete);
    world.state = MemoryStateStore();
    BOOST_CHECK_EQUAL(world.items().items.size(), 4U);
    world.slapd.restore(backup);
    auto const after = world.items();
    BOOST_CHECK(after.items.size() == 3U && after.is_complete);
}

BOOST_AUTO_TEST_SUITE_END()
