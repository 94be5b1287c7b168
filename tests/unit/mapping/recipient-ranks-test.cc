#include "mapping/recipient-ranks.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(recipient_ranks)

BOOST_AUTO_TEST_CASE(who_gets_more_messages_comes_first_and_then_who_got_the_latest)
{
    RecipientRanks ranks({"Anna@Example.org"});
    ranks.add({{"Carl", "carl@example.org"}, {"", "dora@example.org"}});
    ranks.add({{"Carl C.", "CARL@example.org"}, {"Anna", "anna@example.org"}});
    ranks.add({{"Bert", "bert@example.org"}, {"Dora D.", "dora@example.org"}});
    std::vector<RankedRecipient> const expected{
        {"Carl", "carl@example.org", 2}, {"Dora D.", "dora@example.org", 2}, {"Bert", "bert@example.org", 1}};
    BOOST_TEST((std::move(ranks).take() == expected));
}

BOOST_AUTO_TEST_CASE(a_message_counts_once_for_each_recipient)
{
    RecipientRanks ranks({});
    ranks.add({{"", "bert@example.org"}, {"Bert", "bert@example.org"}});
    std::vector<RankedRecipient> const expected{{"Bert", "bert@example.org", 1}};
    BOOST_TEST((std::move(ranks).take() == expected));
}

BOOST_AUTO_TEST_CASE(what_is_no_address_does_not_count)
{
    RecipientRanks ranks({});
    ranks.add({{"", "undisclosed-recipients"}, {"", "@"}, {"", "@example.org"}, {"", "bert@"}, {"", ""}});
    BOOST_TEST(std::move(ranks).take().empty());
}

BOOST_AUTO_TEST_CASE(of_a_circular_the_first_recipients_count)
{
    std::vector<Address> many;
    for (int i = 0; i < 50; i++)
        many.push_back({"", std::to_string(i) + "@example.org"});
    RecipientRanks ranks({});
    ranks.add(many);
    auto const ranked = std::move(ranks).take();
    BOOST_TEST(ranked.size() == 20U);
    BOOST_TEST(ranked.front().address == "0@example.org");
}

BOOST_AUTO_TEST_SUITE_END()
