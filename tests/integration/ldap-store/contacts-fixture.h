// A user's contacts in a slapd of the test's own, and what a phone knows of the default book.
#pragma once
#include "fakes/memory-state-store.h"
#include "private-slapd.h"
#include "stores/ldap-contact-store.h"
#include "support.h"

namespace eas::test {

inline constexpr char base[] = "ou=contacts,uid=jane,dc=example,dc=org";

inline std::string schema_line()
{
    return "include " + std::filesystem::absolute(source_tree() / "conf.d/ldap/eas.schema").string();
}

inline std::string const user_entry =
    "dn: uid=jane,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: jane\ncn: Jane\nsn: Doe\n"
    "userPassword: secret\n\n";

inline ContactData named(std::string const &first, std::string const &last)
{
    ContactData data;
    data.contact.first_name = first;
    data.contact.last_name = last;
    return data;
}

struct ContactsFixture {
    explicit ContactsFixture(SlapdOptions options)
        : slapd(with_schema(std::move(options))), admin(slapd.settings()), ldap(slapd.settings()),
          store(ldap, {.base = base, .warn = [this](std::string const &line) { warnings += line + '\n'; }},
                state)
    {}

    static SlapdOptions with_schema(SlapdOptions options)
    {
        options.before = schema_line() + '\n' + options.before;
        options.entries = user_entry + options.entries;
        return options;
    }

    std::unique_ptr<ContactFolder> open()
    {
        auto const books = store.books();
        BOOST_REQUIRE_EQUAL(error_of(books), "");
        BOOST_REQUIRE(!books->empty());
        auto folder = store.open(books->front().id);
        BOOST_REQUIRE_EQUAL(error_of(folder), "");
        return std::move(*folder);
    }

    ContactFolder::Listing items()
    {
        auto const listing = open()->items();
        BOOST_REQUIRE_EQUAL(error_of(listing), "");
        return *listing;
    }

    std::string add(ContactData const &data, std::string const &name)
    {
        auto const added = open()->add(data, name);
        BOOST_REQUIRE_EQUAL(error_of(added), "");
        return added->id;
    }

    std::string dn(std::string const &rdn) const { return rdn + ',' + base; }

    void add_entry(std::string const &cn)
    {
        BOOST_REQUIRE_EQUAL(error_of(admin.add(dn("cn=" + cn), {{"objectClass", {"inetOrgPerson"}},
                                                                {"cn", {cn}},
                                                                {"sn", {"Doe"}},
                                                                {"givenName", {"Jane"}}})),
                            "");
    }

    PrivateSlapd slapd;
    LdapConnection admin, ldap;
    MemoryStateStore state;
    std::string warnings;
    LdapContactStore store;
};

} // namespace eas::test
