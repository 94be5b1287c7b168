#include "stores/ldap-text.h"
#include "support.h"

using namespace eas;

BOOST_AUTO_TEST_SUITE(ldap_text)

BOOST_AUTO_TEST_CASE(filter_values_are_escaped)
{
    BOOST_CHECK_EQUAL(ldap_filter_value("*)(uid=*"), "\\2a\\29\\28uid=\\2a");
    BOOST_CHECK_EQUAL(ldap_filter_value(std::string("a\0\\", 3)), "a\\00\\5c");
    BOOST_CHECK_EQUAL(ldap_filter_value("ü"), "\\c3\\bc");
}

BOOST_AUTO_TEST_CASE(dn_values_are_escaped)
{
    BOOST_CHECK_EQUAL(ldap_dn_value("a,b+c=d"), "a\\2cb\\2bc\\3dd");
    BOOST_CHECK_EQUAL(ldap_dn_value(" #a "), "\\20#a\\20");
    BOOST_CHECK_EQUAL(ldap_dn_value("#a"), "\\23a");
    BOOST_CHECK_EQUAL(ldap_dn_value(std::string("\0\n", 2)), "\\00\\0a");
    BOOST_CHECK_EQUAL(ldap_dn_value("Jürgen"), "Jürgen");
}

BOOST_AUTO_TEST_CASE(patterns_are_filled_with_escaped_parts_of_the_user)
{
    BOOST_CHECK_EQUAL(ldap_dn_for_user("ou=contacts,uid=%n,ou=%d,o=%u", "jane@example.org"),
                      "ou=contacts,uid=jane,ou=example.org,o=jane@example.org");
    BOOST_CHECK_EQUAL(ldap_dn_for_user("uid=%n,%D,o=100%%%x", "jane@example.org"),
                      "uid=jane,dc=example,dc=org,o=100%%x");
    BOOST_CHECK_EQUAL(ldap_dn_for_user("uid=%n,o=%d", "jane"), "uid=jane,o=");
    BOOST_CHECK_EQUAL(ldap_dn_for_user("uid=%n", "a,ou=admins@x"), "uid=a\\2cou\\3dadmins");
    BOOST_CHECK_EQUAL(ldap_filter_for_user("(uid=%n)", "*)(uid=*@x"), "(uid=\\2a\\29\\28uid=\\2a)");
}

BOOST_AUTO_TEST_SUITE_END()
