// What is asked of LDAP. tests/integration/test_gal.py has the answers.
#include "stores/ldap-directory.h"
#include "support.h"

using namespace eas;

BOOST_AUTO_TEST_SUITE(ldap_directory)

BOOST_AUTO_TEST_CASE(books_with_and_without_names)
{
    auto const books =
        parse_ldap_books("ou=people,dc=x; Partners: ou=a:b,dc=x ;;Own:ou=%n,dc=x", "a,b@x.example");
    BOOST_REQUIRE_EQUAL(books.size(), 3U);
    BOOST_TEST((books[0] == LdapBook{"", "ou=people,dc=x"}));
    BOOST_TEST((books[1] == LdapBook{"Partners", "ou=a:b,dc=x"}));
    BOOST_TEST((books[2] == LdapBook{"Own", "ou=a\\2cb,dc=x"}));
    BOOST_TEST(parse_ldap_books(" ; ", "anna").empty());
}

BOOST_AUTO_TEST_CASE(a_name_begins_with_the_text)
{
    BOOST_TEST(name_resolution_filter({"cn"}, " anna ") == "(cn=anna*)");
    BOOST_TEST(name_resolution_filter({"cn", "mail"}, "anna") == "(|(cn=anna*)(mail=anna*))");
}

BOOST_AUTO_TEST_CASE(or_its_words_do)
{
    BOOST_TEST(name_resolution_filter({"cn"}, "anna  b") == "(|(cn=anna  b*)(&(cn=anna*)(cn=b*)))");
    BOOST_TEST(name_resolution_filter({"cn"}, "a b c d e f") == "(cn=a b c d e f*)");
}

BOOST_AUTO_TEST_CASE(no_text_changes_the_filter)
{
    BOOST_TEST(name_resolution_filter({"cn"}, "*)(uid=*") == "(cn=\\2a\\29\\28uid=\\2a*)");
}

BOOST_AUTO_TEST_SUITE_END()
