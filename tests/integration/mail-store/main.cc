// Runs Boost.Test inside a Dovecot storage process.
#include "private-storage.h"
#define BOOST_TEST_NO_MAIN
#include <boost/test/unit_test.hpp>

int main(int argc, char **argv)
{
    eas::test::start_storage(argv[0]);
    int result = boost::unit_test::unit_test_main([] { return true; }, argc, argv);
    eas::test::stop_storage();
    return result;
}
