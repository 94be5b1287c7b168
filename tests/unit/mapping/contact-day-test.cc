#include "mapping/contact-day.h"
#include "support.h"

using namespace eas;

BOOST_AUTO_TEST_SUITE(contact_days)

BOOST_AUTO_TEST_CASE(a_day_is_the_same_whoever_wrote_it)
{
    for (auto const *written : {
             "1980-05-17T00:00:00.000Z", // midnight of UTC
             "1980-05-17T11:59:00.000Z", // the middle of the day, as the specification has it
             "1980-05-17T12:00:00.000Z",
             "1980-05-16T22:00:00.000Z", // midnight of Berlin's summer
             "1980-05-16T15:00:00.000Z", // of Tokyo
             "1980-05-16T13:00:00.000Z", // of Vladivostok
             "1980-05-17T04:00:00.000Z", // of New York's summer
             "1980-05-17T10:00:00.000Z", // of Honolulu
         })
        BOOST_CHECK_EQUAL(contact_day(written).value_or("none"), "1980-05-17");
    BOOST_CHECK_EQUAL(contact_day("1979-12-31T23:00:00.000Z").value_or("none"), "1980-01-01");
    BOOST_CHECK_EQUAL(contact_day("1604-02-28T23:00:00.000Z").value_or("none"), "1604-02-29");
    BOOST_CHECK(!contact_day("yesterday"));
    BOOST_CHECK(!contact_day(""));
}

BOOST_AUTO_TEST_CASE(other_programs_forms_are_read)
{
    for (auto const *stored :
         {"1980-05-17", "19800517", "19800517000000Z", " 1980-05-17 ", "1980-05-17T00:00:00Z"})
        BOOST_CHECK_EQUAL(contact_day_on_wire(stored).value_or("none"), "1980-05-17T11:59:00.000Z");
    BOOST_CHECK_EQUAL(contact_day_on_wire("--05-17").value_or("none"), "1604-05-17T11:59:00.000Z");
    for (auto const *stored : {"", "1980", "17.5.1980", "1980-13-17", "1980-02-30"})
        BOOST_CHECK(!contact_day_on_wire(stored));
}

BOOST_AUTO_TEST_CASE(what_is_shown_is_the_day_that_was_written)
{
    BOOST_CHECK_EQUAL(contact_day(*contact_day_on_wire("1980-02-29")).value_or("none"), "1980-02-29");
}

BOOST_AUTO_TEST_SUITE_END()
