// What a directory says of the time before what is known already: content synchronisation while a write is
// on its way (OpenLDAP's contextCSN waits for it, and so do all refreshes), and servers that are behind.
#include "contacts-fixture.h"
#include <algorithm>

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
    std::string version()
    {
        auto const version = open()->version();
        BOOST_REQUIRE_EQUAL(error_of(version), "");
        return *version;
    }
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

BOOST_AUTO_TEST_SUITE_END()
