// Content synchronisation (RFC 4533) with a real slapd: whatever happens to entries and to the server, and
// however much the server remembers of it, what is known is what a look at everything would find.
#include "contacts-fixture.h"
#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <functional>
#include <ostream>

using namespace eas;
using namespace eas::test;

namespace {

constexpr char cut[] = "(&(objectClass=person)(!(title=hidden)))"; // entries can leave it and come back

struct Server {
    char const *name, *overlay;
};
std::ostream &operator<<(std::ostream &stream, Server const &server)
{
    return stream << server.name;
}
// With a session log deletions are told one by one (delete phase), else what is still there (present phase).
constexpr Server servers[] = {
    {"no session log", "overlay syncprov\n"},
    {"a session log of one", "overlay syncprov\nsyncprov-sessionlog 1\n"},
    {"a session log", "overlay syncprov\nsyncprov-sessionlog 1000\n"},
    {"a session log and checkpoints",
     "overlay syncprov\nsyncprov-sessionlog 1000\nsyncprov-checkpoint 1 1\n"},
    {"without syncprov", ""},
};
auto const all_servers = boost::unit_test::data::make(servers);
auto const synchronizing_servers = boost::unit_test::data::make(std::vector(servers, servers + 4));
auto const forgetful_servers = boost::unit_test::data::make(std::vector(servers, servers + 3));

struct World : ContactsFixture {
    explicit World(Server const &server)
        : ContactsFixture({.syncprov = false, .after = server.overlay}),
          shown(ldap, {.base = base, .filter = cut}, state)
    {
        open();
        for (auto const *cn : {"a", "b", "c", "d", "e"})
            add_entry(cn);
        BOOST_REQUIRE_EQUAL(error_of(store.create_book("Friends")), "");
        BOOST_REQUIRE_EQUAL(error_of(admin.add("cn=f,ou=Friends," + std::string(base),
                                               {{"objectClass", {"person"}}, {"cn", {"f"}}, {"sn", {"f"}}})),
                            "");
    }

    void done(Result<void> const &result) { BOOST_REQUIRE_EQUAL(error_of(result), ""); }
    void set(std::string const &rdn, std::string const &attribute, LdapValues const &values)
    {
        done(admin.modify(dn(rdn), {{LdapModification::Kind::replace, attribute, values}}));
    }
    std::string friends(std::string const &rdn) const { return rdn + ",ou=Friends," + base; }
    void move(std::string const &from, std::string const &to, std::string const &rdn)
    {
        done(admin.rename(from, rdn, false, {}, to));
    }

    /// Of both books: what is known, and what a look at everything finds.
    void check(std::string const &after)
    {
        auto const all = shown.books();
        BOOST_REQUIRE_EQUAL(error_of(all), "");
        for (auto const &book : *all) {
            MemoryStateStore nothing;
            LdapContactStore anew(ldap, {.base = base, .filter = cut}, nothing);
            auto const known = (*shown.open(book.id))->items(), there = (*anew.open(book.id))->items();
            BOOST_REQUIRE_EQUAL(error_of(known), "");
            BOOST_REQUIRE_EQUAL(error_of(there), "");
            BOOST_CHECK_MESSAGE(known->items == there->items,
                                after << ": " << book.name << " is known to have " << known->items.size()
                                      << ", and has " << there->items.size());
            BOOST_CHECK_EQUAL(known->version, there->version);
        }
    }

    LdapContactStore shown;
};

struct Event {
    char const *name;
    std::function<void(World &)> happens;
};
// One after the other.
Event const events[] = {
    {"nothing", [](World &) {}},
    {"a change", [](World &world) { world.set("cn=a", "mail", {"a@example.org"}); }},
    {"another name", [](World &world) { world.done(world.admin.rename(world.dn("cn=a"), "cn=aa", true)); }},
    {"the former name",
     [](World &world) { world.done(world.admin.rename(world.dn("cn=aa"), "cn=a", true)); }},
    {"a deletion", [](World &world) { world.done(world.admin.remove(world.dn("cn=b"))); }},
    {"an entry of that name again", [](World &world) { world.add_entry("b"); }},
    {"away and there again",
     [](World &world) {
         world.done(world.admin.remove(world.dn("cn=b")));
         world.add_entry("b");
     }},
    {"out of the filter", [](World &world) { world.set("cn=c", "title", {"hidden"}); }},
    {"into the filter", [](World &world) { world.set("cn=c", "title", {}); }},
    {"to another book",
     [](World &world) { world.move(world.dn("cn=d"), "ou=Friends," + std::string(base), "cn=d"); }},
    {"back from the other book", [](World &world) { world.move(world.friends("cn=d"), base, "cn=d"); }},
    {"out of all books",
     [](World &world) { world.move(world.dn("cn=e"), "uid=jane,dc=example,dc=org", "cn=e"); }},
    {"back from outside", [](World &world) { world.move("cn=e,uid=jane,dc=example,dc=org", base, "cn=e"); }},
    {"the other book has another name",
     [](World &world) {
         world.done(world.admin.rename("ou=Friends," + std::string(base), "ou=Family", true));
         world.done(world.admin.rename("ou=Family," + std::string(base), "ou=Friends", true));
     }},
    {"much at once",
     [](World &world) {
         for (int i = 0; i < 20; ++i)
             world.add_entry("many" + std::to_string(i));
         for (int i = 0; i < 20; i += 2)
             world.done(world.admin.remove(world.dn("cn=many" + std::to_string(i))));
         world.set("cn=many1", "title", {"hidden"});
         world.move(world.dn("cn=many3"), "ou=Friends," + std::string(base), "cn=many3");
     }},
};

/// LDIF without one entry, or with that one only.
std::string entries_of(std::string const &ldif, std::string const &dn, bool only_that)
{
    std::string result;
    for (size_t begin = 0; begin < ldif.size();) {
        size_t const end = std::min(ldif.find("\n\n", begin), ldif.size() - 2) + 2;
        auto const entry = ldif.substr(begin, end - begin);
        if (entry.starts_with("dn: " + dn + '\n') == only_that)
            result += entry;
        begin = end;
    }
    return result;
}

} // namespace

BOOST_AUTO_TEST_SUITE(ldap_synchronization)

BOOST_DATA_TEST_CASE(every_event_is_seen, all_servers, server)
{
    World world(server);
    world.check("the beginning");
    for (auto const &event : events) {
        event.happens(world);
        world.check(event.name);
    }
}

BOOST_DATA_TEST_CASE(no_restart_hides_an_event, boost::unit_test::data::make({15, 9}) * synchronizing_servers,
                     signal, server)
{
    World world(server);
    world.check("the beginning");
    for (auto const &event : events) {
        event.happens(world);
        world.slapd.stop(signal);
        world.slapd.start();
        world.check(event.name);
    }
}

BOOST_DATA_TEST_CASE(what_happens_while_nobody_looks_is_seen_at_once, all_servers, server)
{
    World world(server);
    world.check("the beginning");
    for (auto const &event : events)
        event.happens(world);
    world.check("all of it");
}

// With checkpoints slapd itself does not know: it says that nothing has changed.
BOOST_DATA_TEST_CASE(an_entry_that_comes_back_from_a_backup_is_seen, forgetful_servers, server)
{
    World world(server);
    world.check("the beginning");
    auto const entry = entries_of(world.slapd.backup(), world.dn("cn=a"), true);
    BOOST_REQUIRE_NE(entry, "");
    world.done(world.admin.remove(world.dn("cn=a")));
    world.check("the deletion");
    world.slapd.restore(world.slapd.backup() + entry); // with its entryUUID, and an entryCSN of before
    world.check("the backup of one entry");
    world.set("cn=b", "mail", {"b@example.org"});
    world.check("a change");
    BOOST_CHECK(world.admin.read(world.dn("cn=a"), {"1.1"}));
}

BOOST_DATA_TEST_CASE(a_directory_that_is_restored_from_a_backup_is_seen, all_servers, server)
{
    World world(server);
    world.check("the beginning");
    auto const backup = world.slapd.backup();
    world.set("cn=a", "mail", {"a@example.org"});
    world.add_entry("new");
    world.done(world.admin.remove(world.dn("cn=b")));
    world.check("what will be lost");
    world.slapd.restore(backup);
    world.check("the backup");
    world.set("cn=c", "mail", {"c@example.org"});
    world.check("a change");
    world.slapd.restore(entries_of(backup, world.dn("cn=d"), false));
    world.check("a backup without an entry");
}

BOOST_AUTO_TEST_SUITE_END()
