// Subjects and their topics.
#include "mapping/thread-topic.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(thread_topic_suite)

BOOST_AUTO_TEST_CASE(prefixes_of_all_languages_go)
{
    constexpr struct {
        char const *subject, *topic;
    } examples[] = {
        {"", ""},
        {"Lunch", "Lunch"},
        {"Re: Lunch", "Lunch"},
        {"RE:Lunch", "Lunch"},
        {"Fwd: Re: AW: WG: Lunch ", "Lunch"},
        {"Re[2]: Lunch", "Lunch"},
        {"Re (3) : Lunch", "Lunch"},
        {"SV: VS: Antw: Lunch", "Lunch"},
        {"R\u00e9f : Lunch", "Lunch"},
        {"Re:", ""},
        {"Re: Re:", ""},
        {"Report: numbers", "Report: numbers"},
        {"Re[x]: Lunch", "Re[x]: Lunch"},
        {"Re] : Lunch", "Re] : Lunch"},
        {"12:30 Lunch", "12:30 Lunch"},
        {": Lunch", ": Lunch"},
        {"Lunch Re: Dinner", "Lunch Re: Dinner"},
    };
    for (auto const &example : examples)
        BOOST_TEST(thread_topic(example.subject) == example.topic, example.subject);
}

BOOST_AUTO_TEST_SUITE_END()
