#include "support.h"
#include "sync/delivery.h"
#include <vector>

namespace eas::test {

namespace {

/// Of a client that takes its time between requests.
Instant time_of(int request)
{
    return Instant::from_seconds(1'795'341'487 + 10 * request);
}

} // namespace

BOOST_AUTO_TEST_SUITE(delivery)

BOOST_AUTO_TEST_CASE(answers_become_shorter_when_they_do_not_arrive)
{
    Delivery delivery;
    std::vector<size_t> limits;
    for (int request = 0; request < 6; ++request) {
        delivery.note_request(request > 0, 100, time_of(request));
        limits.push_back(delivery.limit(100));
    }
    BOOST_TEST(limits == (std::vector<size_t>{100, 100, 100, 12, 1, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(answers_become_longer_again_when_they_arrive)
{
    Delivery delivery;
    for (int request = 0; request < 8; ++request)
        delivery.note_request(true, 100, time_of(request));
    std::vector<size_t> limits;
    for (int request = 0; request < 10; ++request) {
        delivery.note_request(false, 100, time_of(request));
        limits.push_back(delivery.limit(100));
    }
    BOOST_TEST(limits == (std::vector<size_t>{2, 4, 8, 16, 32, 64, 100, 100, 100, 100}),
               boost::test_tools::per_element());
    BOOST_CHECK(delivery == Delivery());
}

BOOST_AUTO_TEST_CASE(a_message_that_is_not_taken_alone_loses_its_body_and_is_left_out)
{
    using Form = Delivery::Form;
    Delivery delivery;
    std::vector<Form> forms;
    for (int request = 0; request < 11; ++request) {
        delivery.note_request(request > 0, 100, time_of(request));
        forms.push_back(delivery.form_of("7"));
    }
    std::vector<Form> expected(6, Form::whole);
    expected.insert(expected.end(), 3, Form::without_body);
    expected.insert(expected.end(), 2, Form::left_out);
    BOOST_CHECK(forms == expected);
}

BOOST_AUTO_TEST_CASE(another_message_is_not_suspected)
{
    Delivery delivery;
    for (int request = 0; request < 9; ++request) {
        delivery.note_request(request > 0, 100, time_of(request));
        (void)delivery.form_of("7");
    }
    delivery.note_request(true, 100, time_of(9));
    BOOST_CHECK(delivery.form_of("8") == Delivery::Form::whole);
}

BOOST_AUTO_TEST_CASE(requests_in_a_row_count_once)
{
    Delivery delivery;
    for (int request = 0; request < 20; ++request) {
        delivery.note_request(true, 100, {time_of(0).milliseconds + 50 * request});
        BOOST_TEST(delivery.limit(100) == 100u);
        BOOST_CHECK(delivery.form_of("7") == Delivery::Form::whole);
    }
}

BOOST_AUTO_TEST_CASE(an_answer_of_nothing_is_taken)
{
    Delivery delivery;
    for (int request = 0; request < 20; ++request) {
        delivery.note_request(true, 100, time_of(request));
        BOOST_TEST(delivery.limit(100) == 100u);
        delivery.forget_repeats();
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace eas::test
