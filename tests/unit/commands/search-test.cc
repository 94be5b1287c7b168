#include "commands/find.h"
#include "commands/search.h"
#include "fakes/command-fixture.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

StoredMessage message(std::string subject, int64_t day)
{
    StoredMessage made;
    made.headers.subject = std::move(subject);
    made.headers.bcc = "Blind <blind@example.com>";
    made.received = Instant::from_seconds(1'700'000'000 + day * 86400);
    made.structure.type = "text/plain";
    made.structure.id = "1";
    made.parts = {{"1", "Text"}};
    return made;
}

struct SearchFixture : CommandFixture {
    StoredFolder &inbox = mail.add_folder("INBOX", "INBOX", SpecialUse::inbox);
    StoredFolder &work = mail.add_folder("WORK", "Work");
    StoredFolder &deep = mail.add_folder("DEEP", "Deep", SpecialUse::none, "WORK");

    std::string search(std::vector<Node> criteria, std::vector<Node> options = {})
    {
        return run(run_search, {Tag::Search_Search,
                                {{Tag::Search_Store,
                                  {Node{Tag::Search_Name, "Mailbox"},
                                   {Tag::Search_Query, {{Tag::Search_And, std::move(criteria)}}},
                                   {Tag::Search_Options, std::move(options)}}}}});
    }
    std::string search_for(std::string words, std::string range = "0-99")
    {
        return search({{Tag::Search_FreeText, std::move(words)}}, {{Tag::Search_Range, std::move(range)}});
    }
    std::string find(std::string words, std::string range = "0-99")
    {
        version = v16_1;
        return run(run_find, {Tag::Find_Find,
                              {Node{Tag::Find_SearchId, "1"},
                               {Tag::Find_ExecuteSearch,
                                {{Tag::Find_MailBoxSearchCriterion,
                                  {{Tag::Find_Query, {{Tag::Find_FreeText, std::move(words)}}},
                                   {Tag::Find_Options, {{Tag::Find_Range, std::move(range)}}}}}}}}});
    }
};

std::string with_status(int status)
{
    return "<Search><Status>1</Status><Response><Store><Status>" + std::to_string(status) +
           "</Status></Store></Response></Search>";
}

std::string find_status(int status)
{
    return "<Find><Status>" + std::to_string(status) + "</Status></Find>";
}

/// The contents of all elements of that name, joined by commas.
std::string all(std::string const &xml, std::string const &name)
{
    std::string found;
    for (auto at = xml.find('<' + name + '>'); at != xml.npos; at = xml.find('<' + name + '>', at + 1)) {
        auto const begin = at + name.size() + 2;
        found += (found.empty() ? "" : ",") + xml.substr(begin, xml.find("</", begin) - begin);
    }
    return found;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(search_command, SearchFixture)

BOOST_AUTO_TEST_CASE(results_of_all_folders_come_newest_first)
{
    inbox.add(message("Hit 1", 1));
    work.add(message("Hit 3", 3));
    deep.add(message("Hit 2", 2));
    auto const answer = search_for("Hit");
    BOOST_TEST(all(answer, "Subject") == "Hit 3,Hit 2,Hit 1");
    BOOST_TEST(all(answer, "LongId") == "WORK:1:1,DEEP:1:1,INBOX:1:1");
    BOOST_TEST(all(answer, "Range") == "0-2");
    BOOST_TEST(all(answer, "Total") == "3");
}

BOOST_AUTO_TEST_CASE(a_later_page_searches_no_more)
{
    for (int day = 1; day <= 6; ++day)
        inbox.add(message("Hit " + std::to_string(day), day));
    BOOST_TEST(all(search_for("Hit", "0-1"), "Subject") == "Hit 6,Hit 5");
    BOOST_TEST(all(search_for("Hit", "2-3"), "Subject") == "Hit 4,Hit 3");
    BOOST_TEST(mail.searches == 1u);
    BOOST_TEST(all(search_for("Hit 1", "0-1"), "Subject") == "Hit 1");
    BOOST_TEST(mail.searches == 2u);
}

BOOST_AUTO_TEST_CASE(a_rebuilt_folder_has_none_of_the_earlier_rows)
{
    for (int day = 1; day <= 3; ++day)
        inbox.add(message("Hit", day));
    BOOST_TEST(all(search_for("Hit", "0-0"), "Subject") == "Hit");
    inbox.uid_validity = 2;
    BOOST_TEST(all(search_for("Hit", "1-2"), "Subject") == "");
}

BOOST_AUTO_TEST_CASE(pages_fit_together_although_messages_go)
{
    for (auto const &ask : {&SearchFixture::search_for, &SearchFixture::find}) {
        for (int day = 1; day <= 8; ++day)
            inbox.add(message("Hit " + std::to_string(day), day));
        BOOST_TEST(all((this->*ask)("Hit", "0-2"), "Subject") == "Hit 8,Hit 7,Hit 6");
        std::erase_if(inbox.messages,
                      [](auto const &each) { return each.second.headers.subject == "Hit 5"; });
        auto const second = (this->*ask)("Hit", "3-5");
        BOOST_TEST(all(second, "Subject") == "Hit 4,Hit 3,Hit 2");
        BOOST_TEST(all(second, "Range") == "3-5");
        BOOST_TEST(all(second, "Total") == "7");
        BOOST_TEST(all((this->*ask)("Hit", "6-8"), "Subject") == "Hit 1");
        inbox.messages.clear();
    }
}

BOOST_AUTO_TEST_CASE(a_message_that_cannot_be_read_hides_no_others)
{
    for (int day = 1; day <= 4; ++day)
        inbox.add(message("Hit " + std::to_string(day), day));
    inbox.messages.at(3).damage = Error{ErrorKind::temporary, "I/O error"};
    for (auto const &ask : {&SearchFixture::search_for, &SearchFixture::find}) {
        auto const first = (this->*ask)("Hit", "0-1");
        BOOST_TEST(all(first, "Subject") == "Hit 4");
        BOOST_TEST(all(first, "Range") == "0-0");
        BOOST_TEST(log_note == "found=4 without: I/O error");
        BOOST_TEST(all((this->*ask)("Hit", "1-2"), "Subject") == "Hit 2,Hit 1");
    }
    std::erase_if(inbox.messages, [](auto const &each) { return each.first != 3; });
    BOOST_TEST(search_for("Hit") == with_status(3));
}

BOOST_AUTO_TEST_CASE(dates_bound_the_search_exclusively)
{
    Node const instant{Tag::Search_Value, "2023-11-15T22:13:20.000Z"};
    Node const date{Tag::Email_DateReceived};
    (void)search({{Tag::Search_GreaterThan, {date, instant}}, {Tag::Search_LessThan, {date, instant}}});
    auto const milliseconds = int64_t{1'700'086'400'000};
    BOOST_REQUIRE_EQUAL(mail.last_condition.parts.size(), 2u);
    BOOST_TEST((mail.last_condition.parts[0] ==
                MailCondition{MailCondition::Kind::received_since, {}, {milliseconds + 1}, {}}));
    BOOST_TEST((mail.last_condition.parts[1] ==
                MailCondition{MailCondition::Kind::received_before, {}, {milliseconds}, {}}));
}

BOOST_AUTO_TEST_CASE(errors_of_the_store_become_statuses)
{
    mail.search_refusal = Error{ErrorKind::denied, "no rights"};
    BOOST_TEST(search_for("x") == with_status(5));
    mail.search_refusal = Error{ErrorKind::temporary, "I/O error"};
    BOOST_TEST(search_for("x") == with_status(3));
    BOOST_TEST(find("x") == find_status(111));
    mail.search_refusal.reset();
    mail.search_times_out = true;
    BOOST_TEST(search_for("x") == with_status(10));
    BOOST_TEST(find("x") == find_status(111));
}

BOOST_AUTO_TEST_CASE(a_body_part_is_html)
{
    BOOST_TEST(search({{Tag::Search_FreeText, "x"}},
                      {{Tag::AirSyncBase_BodyPartPreference, {Node{Tag::AirSyncBase_Type, "1"}}}}) ==
               with_status(164));
}

BOOST_AUTO_TEST_CASE(results_that_cannot_be_remembered_are_told_all_the_same)
{
    inbox.add(message("Hit", 1));
    state.failing = true;
    BOOST_TEST(all(search_for("Hit"), "Subject") == "Hit");
}

BOOST_AUTO_TEST_CASE(find_tells_names_and_a_preview)
{
    inbox.add(message("Hit", 1));
    auto const answer = find("Hit");
    BOOST_TEST(all(answer, "DisplayBcc") == "Blind");
    BOOST_TEST(all(answer, "Preview") == "Text");
    BOOST_TEST(all(answer, "HasAttachments") == "0");
    BOOST_TEST(all(answer, "ServerId") == "INBOX:1");
}

BOOST_AUTO_TEST_CASE(find_gives_a_page_of_a_hundred_at_most)
{
    for (int day = 1; day <= 150; ++day)
        inbox.add(message("Hit", day));
    auto const first = find("Hit", "0-999");
    BOOST_TEST(all(first, "Range") == "0-99");
    BOOST_TEST(all(first, "Total") == "150");
    BOOST_TEST(all(find("Hit", "100-999"), "Range") == "100-149");
    BOOST_TEST(mail.searches == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
