#include "request/repeat-limiter.h"
#include "support.h"

namespace eas::test {

namespace {

using Verdict = RepeatLimiter::Verdict;
constexpr Instant start{1'800'000'000'000};

Instant after(int64_t seconds)
{
    return {start.milliseconds + seconds * 1000};
}

} // namespace

BOOST_AUTO_TEST_SUITE(repeat_limiter)

BOOST_AUTO_TEST_CASE(a_loop_is_refused_and_told_once)
{
    RepeatLimiter limiter(3);
    for (int i = 0; i < 4; ++i)
        BOOST_CHECK(limiter.check("Cmd=Sync", "body", start) == Verdict::serve);
    BOOST_CHECK(limiter.check("Cmd=Sync", "body", start) == Verdict::refuse_and_tell);
    BOOST_CHECK(limiter.check("Cmd=Sync", "body", start) == Verdict::refuse);
    BOOST_CHECK(limiter.check("Cmd=Sync", "another", start) == Verdict::serve);
    BOOST_CHECK(limiter.check("Cmd=Ping", "body", start) == Verdict::serve);
}

BOOST_AUTO_TEST_CASE(two_requests_in_turn_are_a_loop_too)
{
    RepeatLimiter limiter(3);
    int served = 0;
    for (int i = 0; i < 20; ++i)
        served += limiter.check("Cmd=Sync", i % 2 ? "one" : "two", start) == Verdict::serve;
    BOOST_TEST(served == 5);
}

BOOST_AUTO_TEST_CASE(one_is_forgiven_each_second)
{
    RepeatLimiter limiter(3);
    for (int i = 0; i < 5; ++i)
        (void)limiter.check("", "x", start);
    BOOST_CHECK(limiter.check("", "x", after(1)) == Verdict::serve);
    BOOST_CHECK(limiter.check("", "x", after(1)) == Verdict::refuse);
    for (int64_t second = 2; second < 100; ++second)
        BOOST_CHECK(limiter.check("", "x", after(second)) == Verdict::serve);
    for (int i = 0; i < 3; ++i)
        BOOST_CHECK(limiter.check("", "x", after(1000)) == Verdict::serve);
    BOOST_CHECK(limiter.check("", "x", after(1000)) == Verdict::refuse_and_tell);
}

BOOST_AUTO_TEST_CASE(different_requests_are_never_refused)
{
    RepeatLimiter limiter(1);
    for (int i = 0; i < 100; ++i)
        BOOST_CHECK(limiter.check("", std::to_string(i), start) == Verdict::serve);
}

BOOST_AUTO_TEST_CASE(without_a_limit_nothing_is_refused)
{
    RepeatLimiter limiter(0);
    for (int i = 0; i < 100; ++i)
        BOOST_CHECK(limiter.check("", "x", start) == Verdict::serve);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace eas::test
