// Runs Boost.Test inside a Dovecot storage process.
#include "private-storage.h"
#define BOOST_TEST_NO_MAIN
#include <boost/test/unit_test.hpp>

int main(int argc, char **argv)
{
    auto arguments = eas::test::start_storage(argc, argv);
    int count = static_cast<int>(arguments.size());
    int result = boost::unit_test::unit_test_main([] { return true; }, count, arguments.data());
    eas::test::stop_storage();
    return result;
}
