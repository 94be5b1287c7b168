// The unit tests' one main(); each tests/unit/<area>/<name>-test.cc adds its suites.
#define BOOST_TEST_MODULE dovecot_eas
#include <boost/test/unit_test.hpp>
