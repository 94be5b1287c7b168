// Tests of what speaks LDAP, with a real slapd. Skipped where there is none.
#include "private-slapd.h"
#define BOOST_TEST_NO_MAIN
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <iostream>

int main(int argc, char **argv)
{
    constexpr int skipped = 77; // automake's
    if (!eas::test::has_slapd()) {
        std::cerr << "slapd is not installed\n";
        return skipped;
    }
    std::signal(SIGPIPE, SIG_IGN); // as Dovecot does: libldap writes to connections that the server closed
    return boost::unit_test::unit_test_main([] { return true; }, argc, argv);
}
