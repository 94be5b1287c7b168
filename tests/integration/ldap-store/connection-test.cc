// The connection against a real slapd: access, time-outs, fail-over, identities, refreshes.
#include "private-slapd.h"
#include "stores/ldap-text.h"
#include "support.h"
#include <chrono>

using namespace eas;
using namespace eas::test;

namespace {

constexpr char suffix[] = "dc=example,dc=org";

std::string person(std::string const &name, std::string const &more = {})
{
    return "dn: cn=" + name + ",dc=example,dc=org\nobjectClass: inetOrgPerson\ncn: " + name +
           "\nsn: " + name + '\n' + more + '\n';
}

std::string people(int count)
{
    std::string ldif;
    for (int i = 0; i < count; ++i)
        ldif += person("p" + std::to_string(i));
    return ldif;
}

LdapAttributes attributes_of(std::string const &name)
{
    return {{"objectClass", {"inetOrgPerson"}}, {"cn", {name}}, {"sn", {name}}};
}

std::string dn(std::string const &name)
{
    return "cn=" + name + ',' + suffix;
}

LdapSearch const persons{suffix, LdapScope::subtree, "(objectClass=person)", {"cn"}};

int kind_of(auto const &result)
{
    return result ? -1 : static_cast<int>(result.error().kind);
}

#define CHECK_KIND(result, expected) BOOST_CHECK_EQUAL(kind_of(result), static_cast<int>(ErrorKind::expected))

} // namespace

BOOST_AUTO_TEST_SUITE(ldap_connection)

BOOST_AUTO_TEST_CASE(an_entry_is_added_read_changed_renamed_and_removed)
{
    PrivateSlapd slapd;
    LdapConnection ldap(slapd.settings());
    BOOST_REQUIRE_EQUAL(error_of(ldap.add(dn("Jane"), attributes_of("Jane"))), "");
    CHECK_KIND(ldap.add(dn("Jane"), attributes_of("Jane")), exists);
    BOOST_CHECK_EQUAL(
        error_of(ldap.modify(dn("Jane"), {{LdapModification::Kind::add, "mail", {"j@example.org"}},
                                          {LdapModification::Kind::replace, "SN", {"Doe"}}})),
        "");
    auto const jane = ldap.read(dn("Jane"), {"*", "entryUUID"});
    BOOST_REQUIRE_EQUAL(error_of(jane), "");
    BOOST_CHECK_EQUAL(jane->first("MAIL"), "j@example.org");
    BOOST_CHECK_EQUAL(jane->first("sn"), "Doe");
    BOOST_CHECK_EQUAL(jane->first("entryUUID").size(), 36U);
    BOOST_CHECK_EQUAL(error_of(ldap.rename(dn("Jane"), "cn=Joan", true)), "");
    CHECK_KIND(ldap.read(dn("Jane"), {"*"}), not_found);
    BOOST_CHECK_EQUAL(error_of(ldap.remove(dn("Joan"))), "");
    CHECK_KIND(ldap.remove(dn("Joan")), not_found);
    CHECK_KIND(ldap.add(dn("X"), {{"objectClass", {"inetOrgPerson"}}, {"cn", {"X"}}}), bad_request);
    CHECK_KIND(ldap.search({suffix, LdapScope::subtree, "(cn=", {}}), bad_request);
}

BOOST_AUTO_TEST_CASE(an_assertion_keeps_an_update_from_being_lost)
{
    PrivateSlapd slapd({.entries = person("Jane")});
    LdapConnection ldap(slapd.settings());
    std::vector<LdapModification> const change = {{LdapModification::Kind::replace, "sn", {"Doe"}}};
    CHECK_KIND(ldap.modify(dn("Jane"), change, "(sn=Smith)"), conflict);
    CHECK_KIND(ldap.remove(dn("Jane"), "(sn=Smith)"), conflict);
    CHECK_KIND(ldap.rename(dn("Jane"), "cn=Joan", true, "(sn=Smith)"), conflict);
    BOOST_CHECK_EQUAL(error_of(ldap.modify(dn("Jane"), change, "(sn=Jane)")), "");
    CHECK_KIND(ldap.modify(dn("Jane"), {{LdapModification::Kind::remove, "mail", {"x"}}}), conflict);
}

BOOST_AUTO_TEST_CASE(a_long_result_comes_in_pages_and_a_cut_one_says_so)
{
    PrivateSlapd slapd({.after = "limits dn.exact=\"cn=p1,dc=example,dc=org\" size=100",
                        .entries = people(1201) + person("cut", "userPassword: secret\n")});
    LdapConnection ldap(slapd.settings());
    auto const all = ldap.search(persons);
    BOOST_REQUIRE_EQUAL(error_of(all), "");
    BOOST_CHECK_EQUAL(all->entries.size(), 1202U);
    BOOST_CHECK(!all->incomplete);

    auto few = persons;
    few.size_limit = 700;
    auto const some = ldap.search(few);
    BOOST_REQUIRE_EQUAL(error_of(some), "");
    BOOST_CHECK_EQUAL(some->entries.size(), 700U);
    BOOST_CHECK(some->incomplete);

    auto settings = slapd.settings();
    settings.bind_dn = dn("cut"); // slapd's default limit is 500
    LdapConnection limited(settings);
    auto const cut = limited.search(persons);
    BOOST_REQUIRE_EQUAL(error_of(cut), "");
    BOOST_CHECK_LE(cut->entries.size(), 500U);
    BOOST_CHECK(cut->incomplete);
    CHECK_KIND(limited.refresh(persons, ""), too_large);
}

BOOST_AUTO_TEST_CASE(the_next_server_is_asked_when_one_does_not_answer)
{
    PrivateSlapd slapd({.entries = person("Jane")});
    auto settings = slapd.settings();
    settings.uris = {"ldap://127.0.0.1:1", "ldapi://%2fnowhere", slapd.socket_uri()};
    LdapConnection ldap(settings);
    BOOST_CHECK_EQUAL(error_of(ldap.read(dn("Jane"), {"cn"})), "");
    settings.uris.pop_back();
    LdapConnection none(settings);
    auto const failed = none.read(dn("Jane"), {"cn"});
    CHECK_KIND(failed, temporary);
    BOOST_CHECK_EQUAL(failed.error().message,
                      "ldapi://%2fnowhere: bind as cn=admin,dc=example,dc=org: Can't contact LDAP server");
}

BOOST_AUTO_TEST_CASE(it_connects_again_after_the_server_was_restarted)
{
    PrivateSlapd slapd({.entries = person("Jane")});
    LdapConnection ldap(slapd.settings());
    BOOST_CHECK_EQUAL(error_of(ldap.read(dn("Jane"), {"cn"})), "");
    slapd.stop();
    slapd.start();
    BOOST_CHECK_EQUAL(error_of(ldap.modify(dn("Jane"), {{LdapModification::Kind::replace, "sn", {"Doe"}}})),
                      "");
    slapd.stop(9);
    CHECK_KIND(ldap.read(dn("Jane"), {"cn"}), temporary);
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_is_given_up)
{
    PrivateSlapd slapd({.entries = person("Jane")});
    auto settings = slapd.settings();
    settings.answer_seconds = 1;
    LdapConnection ldap(settings);
    BOOST_CHECK_EQUAL(error_of(ldap.read(dn("Jane"), {"cn"})), "");
    slapd.pause();
    auto const failed = ldap.read(dn("Jane"), {"cn"});
    CHECK_KIND(failed, temporary);
    BOOST_CHECK_EQUAL(failed.error().message, "no answer within 1 seconds");
    slapd.resume();
}

BOOST_AUTO_TEST_CASE(a_wrong_password_is_temporary_and_not_in_the_message)
{
    PrivateSlapd slapd;
    auto settings = slapd.settings();
    settings.password = "guess";
    LdapConnection ldap(settings);
    auto const failed = ldap.read(suffix, {"dc"});
    CHECK_KIND(failed, temporary);
    BOOST_CHECK_EQUAL(failed.error().message,
                      slapd.socket_uri() + ": bind as cn=admin,dc=example,dc=org: Invalid credentials");
}

BOOST_AUTO_TEST_CASE(the_socket_says_who_we_are)
{
    PrivateSlapd slapd;
    LdapSettings settings;
    settings.uris = {slapd.socket_uri()};
    settings.sasl_external = true;
    LdapConnection ldap(settings);
    auto const identity = ldap.who_am_i();
    BOOST_REQUIRE_EQUAL(error_of(identity), "");
    BOOST_CHECK_EQUAL(*identity, "dn:gidNumber=" + std::to_string(getgid()) + "+uidNumber=" +
                                     std::to_string(getuid()) + ",cn=peercred,cn=external,cn=auth");
}

BOOST_AUTO_TEST_CASE(the_rights_are_those_of_the_user_it_acts_for)
{
    PrivateSlapd slapd({.before = "authz-policy to",
                        .after = "access to dn.exact=\"cn=Jane,dc=example,dc=org\" by self write by * read\n"
                                 "access to * by * read",
                        .entries = person("Jane", "userPassword: secret\n") + person("Joe") +
                                   person("service", "userPassword: secret\nauthzTo: {0}dn.regex:^cn=J[^,]*,"
                                                     "dc=example,dc=org$\n")});
    auto settings = slapd.settings();
    settings.bind_dn = dn("service");
    settings.authorization_id = "dn:" + dn("Jane");
    std::vector<LdapModification> const change = {{LdapModification::Kind::replace, "sn", {"Doe"}}};
    LdapConnection jane(settings);
    BOOST_CHECK_EQUAL(*jane.who_am_i(), "dn:cn=jane,dc=example,dc=org");
    BOOST_CHECK_EQUAL(error_of(jane.modify(dn("Jane"), change)), "");
    CHECK_KIND(jane.modify(dn("Joe"), change), denied);

    settings.authorization_id = "dn:" + dn("service2");
    LdapConnection nobody(settings);
    CHECK_KIND(nobody.read(dn("Jane"), {"cn"}), temporary);
}

BOOST_AUTO_TEST_CASE(tls_is_checked)
{
    PrivateSlapd slapd({.entries = person("Jane"), .tls = true});
    for (bool const start_tls : {true, false}) {
        auto settings = slapd.settings();
        settings.uris = {start_tls ? slapd.plain_uri() : slapd.tls_uri()};
        settings.start_tls = start_tls;
        settings.tls_ca_file = slapd.ca_file();
        BOOST_CHECK_EQUAL(error_of(LdapConnection(settings).read(dn("Jane"), {"cn"})), "");

        settings.tls_ca_file = "/etc/ssl/certs/ca-certificates.crt";
        auto const refused = LdapConnection(settings).read(dn("Jane"), {"cn"});
        CHECK_KIND(refused, temporary);
        BOOST_CHECK_NE(refused.error().message.find("its certificate is not trusted"), std::string::npos);
        settings.tls_verify = false;
        BOOST_CHECK_EQUAL(error_of(LdapConnection(settings).read(dn("Jane"), {"cn"})), "");
    }
}

BOOST_AUTO_TEST_CASE(a_refresh_tells_what_changed)
{
    PrivateSlapd slapd({.entries = people(20)});
    LdapConnection ldap(slapd.settings());
    auto const first = ldap.refresh(persons, "");
    BOOST_REQUIRE_EQUAL(error_of(first), "");
    BOOST_CHECK(first->tells == LdapRefresh::Tells::all);
    BOOST_CHECK_EQUAL(first->entries.size(), 20U);
    auto const nothing = ldap.refresh(persons, first->cookie);
    BOOST_REQUIRE(nothing && nothing->tells == LdapRefresh::Tells::changes);
    BOOST_CHECK_EQUAL(nothing->entries.size(), 0U);
    BOOST_CHECK_EQUAL(nothing->cookie, first->cookie);
    BOOST_CHECK(nothing->removed.empty());

    BOOST_REQUIRE_EQUAL(error_of(ldap.remove(dn("p3"))), "");
    BOOST_REQUIRE_EQUAL(error_of(ldap.rename(dn("p4"), "cn=new", true)), "");
    auto const changed = ldap.refresh(persons, first->cookie);
    BOOST_REQUIRE(changed && changed->tells == LdapRefresh::Tells::changes);
    BOOST_REQUIRE_EQUAL(changed->entries.size(), 1U);
    BOOST_CHECK_EQUAL(changed->entries[0].entry.dn, dn("new"));
    BOOST_CHECK_EQUAL(changed->removed.size(), 1U);
    BOOST_CHECK_NE(changed->cookie, first->cookie);
}

BOOST_AUTO_TEST_CASE(a_server_without_synchronisation_says_so)
{
    PrivateSlapd slapd({.syncprov = false, .entries = people(3)});
    LdapConnection ldap(slapd.settings());
    auto const refreshed = ldap.refresh(persons, "");
    BOOST_REQUIRE_EQUAL(error_of(refreshed), "");
    BOOST_CHECK_EQUAL(refreshed->cookie, "");
    BOOST_CHECK(refreshed->tells == LdapRefresh::Tells::neither);
}

BOOST_AUTO_TEST_CASE(what_a_filter_is_given_stays_a_value)
{
    std::string const odd = "*)(uid=*\\";
    PrivateSlapd slapd({.entries = people(3)});
    LdapConnection ldap(slapd.settings());
    auto attributes = attributes_of(odd);
    BOOST_REQUIRE_EQUAL(error_of(ldap.add("cn=" + ldap_dn_value(odd) + ',' + suffix, attributes)), "");
    auto const found =
        ldap.search({suffix, LdapScope::subtree, "(cn=" + ldap_filter_value(odd) + ')', {"cn"}});
    BOOST_REQUIRE_EQUAL(error_of(found), "");
    BOOST_REQUIRE_EQUAL(found->entries.size(), 1U);
    BOOST_CHECK_EQUAL(found->entries[0].first("cn"), odd);
    auto const nul = ldap.search(
        {suffix, LdapScope::subtree, "(cn=" + ldap_filter_value(std::string("p\0", 2)) + ")", {"cn"}});
    BOOST_REQUIRE_EQUAL(error_of(nul), "");
    BOOST_CHECK_EQUAL(nul->entries.size(), 0U);
}

BOOST_AUTO_TEST_SUITE_END()
