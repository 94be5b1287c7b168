#include "request/connection-limiter.h"
#include <boost/test/unit_test.hpp>
#include <string>

using namespace eas;
using Verdict = ConnectionLimiter::Verdict;

BOOST_AUTO_TEST_SUITE(connection_limiter)

namespace {

Instant at(int64_t seconds)
{
    return Instant::from_seconds(1'800'000'000 + seconds);
}

void connect(ConnectionLimiter &limiter, std::string_view client, int times, Instant now)
{
    for (int i = 0; i < times; ++i)
        limiter.count(client, now);
}

} // namespace

BOOST_AUTO_TEST_CASE(refuses_at_the_limit_and_tells_once)
{
    ConnectionLimiter limiter(10);
    connect(limiter, "user1/A", 9, at(0));
    BOOST_TEST((limiter.check("user1/A", at(0)) == Verdict::admit));
    connect(limiter, "user1/A", 1, at(0));
    BOOST_TEST((limiter.check("user1/A", at(0)) == Verdict::refuse_and_tell));
    BOOST_TEST((limiter.check("user1/A", at(0)) == Verdict::refuse));
}

BOOST_AUTO_TEST_CASE(forgives_with_time_and_tells_again_of_another_loop)
{
    ConnectionLimiter limiter(10);
    connect(limiter, "user1/A", 10, at(0));
    BOOST_TEST((limiter.check("user1/A", at(0)) == Verdict::refuse_and_tell));
    BOOST_TEST((limiter.check("user1/A", at(1)) == Verdict::admit));
    BOOST_TEST((limiter.check("user1/A", at(60)) == Verdict::admit));
    connect(limiter, "user1/A", 10, at(60));
    BOOST_TEST((limiter.check("user1/A", at(60)) == Verdict::refuse_and_tell));
}

BOOST_AUTO_TEST_CASE(one_client_does_not_pay_for_another)
{
    ConnectionLimiter limiter(3);
    connect(limiter, "user1/A", 100, at(0));
    BOOST_TEST((limiter.check("user1/B", at(0)) == Verdict::admit));
    BOOST_TEST((limiter.check("user2/A", at(0)) == Verdict::admit));
}

BOOST_AUTO_TEST_CASE(zero_is_no_limit_and_a_clock_set_back_forgives_nothing_twice)
{
    ConnectionLimiter unlimited(0);
    connect(unlimited, "user1/A", 100000, at(0));
    BOOST_TEST((unlimited.check("user1/A", at(0)) == Verdict::admit));
    ConnectionLimiter limiter(10);
    connect(limiter, "user1/A", 10, at(100));
    BOOST_TEST((limiter.check("user1/A", at(0)) == Verdict::refuse_and_tell));
}

BOOST_AUTO_TEST_CASE(a_flood_of_clients_does_not_grow_without_end)
{
    ConnectionLimiter limiter(5);
    for (int i = 0; i < 100000; ++i)
        limiter.count(std::to_string(i), at(i / 1000));
    connect(limiter, "user1/A", 5, at(100));
    BOOST_TEST((limiter.check("user1/A", at(100)) == Verdict::refuse_and_tell));
}

BOOST_AUTO_TEST_SUITE_END()
