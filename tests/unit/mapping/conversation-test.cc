#include "base/text.h"
#include "mapping/conversation.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

namespace {

Instant const sent = *parse_datetime("2026-11-22T09:58:07.000Z");

MailHeaders message(std::string id, std::string references = "", std::string in_reply_to = "")
{
    MailHeaders headers;
    headers.message_id = std::move(id);
    headers.references = std::move(references);
    headers.in_reply_to = std::move(in_reply_to);
    headers.sent = sent;
    return headers;
}

std::string guid(char of)
{
    return std::string(16, of);
}

/// What Outlook writes.
MailHeaders with_thread_index(MailHeaders headers, std::string const &time, std::string const &id,
                              std::string const &levels = "")
{
    headers.thread_index = base64_encode('\1' + time + id + levels);
    return headers;
}

/// The header of a reply as we send it.
MailHeaders reply_to(MailHeaders const &original, std::string id, Instant now)
{
    auto const references = original.references.empty() ? original.in_reply_to : original.references;
    auto reply = message(std::move(id), references + " " + original.message_id, original.message_id);
    reply.thread_index = thread_index_of_reply(original, now);
    reply.sent = now;
    return reply;
}

} // namespace

BOOST_AUTO_TEST_SUITE(conversation)

BOOST_AUTO_TEST_CASE(all_of_a_thread_have_the_id_of_its_first_message)
{
    auto const id = conversation_id(message("<1@x>"));
    BOOST_TEST(id.size() == 16u);
    BOOST_TEST((conversation_id(message("<2@x>", "", "<1@x>")) == id));
    BOOST_TEST((conversation_id(message("<2@x>", "", "Your message of Monday <1@x>")) == id));
    BOOST_TEST((conversation_id(message("<3@x>", "<1@x>\r\n <2@x>", "<2@x>")) == id));
    BOOST_TEST((conversation_id(message("<4@x>")) != id));
}

BOOST_AUTO_TEST_CASE(the_id_never_changes)
{
    // Devices keep it: another algorithm would take every conversation apart.
    BOOST_TEST(hex_encode(conversation_id(message("<1@x>"))) == "3c13d06da6c4cddd145d1e5b3cecac95");
}

BOOST_AUTO_TEST_CASE(outlooks_messages_and_those_of_others_hold_together)
{
    std::string const time("\xdd\x01\x02\x03\x04");
    auto const first = with_thread_index(message("<1@x>"), time, guid('G'));
    auto const outlook = with_thread_index(message("<2@x>", "<1@x>"), time, guid('G'), "12345");
    auto const other = message("<3@x>", "<1@x> <2@x>");
    BOOST_TEST((conversation_id(first) == conversation_id(other)));
    BOOST_TEST((conversation_id(outlook) == conversation_id(other)));
    BOOST_TEST(conversation_index(first) == time);
    BOOST_TEST(conversation_index(outlook) == time + "12345");
}

BOOST_AUTO_TEST_CASE(without_references_thread_index_names_the_conversation)
{
    std::string const time("\xdd\x01\x02\x03\x04");
    BOOST_TEST(conversation_id(with_thread_index(message("<2@x>"), time, guid('G'), "12345")) == guid('G'));
    BOOST_TEST(conversation_id(with_thread_index(message("<3@x>"), time, guid('G'), "1234567890")) ==
               guid('G'));
}

BOOST_AUTO_TEST_CASE(a_message_without_any_name_is_a_conversation_of_its_own)
{
    auto nameless = message("");
    nameless.subject = "Lunch";
    auto other = nameless;
    other.subject = "Dinner";
    BOOST_TEST((conversation_id(nameless) != conversation_id(other)));
    BOOST_TEST((conversation_id(reply_to(nameless, "<2@x>", sent)) == conversation_id(nameless)));
}

BOOST_AUTO_TEST_CASE(the_index_is_the_time_and_a_level_for_each_answer)
{
    // FILETIME of 2026-11-22T09:58:07Z is 0x01DD7A67F9136180.
    auto const index = conversation_index(message("<1@x>"));
    BOOST_TEST(hex_encode(index) == "dd7a67f913");
    BOOST_TEST(conversation_index(message("<2@x>", "", "<1@x>")).size() == 10u);
    BOOST_TEST(conversation_index(message("<4@x>", "<1@x> <2@x> <3@x>")).size() == 20u);
}

BOOST_AUTO_TEST_CASE(a_reply_begins_with_the_index_of_what_it_answers)
{
    auto original = message("<1@x>");
    for (int i = 2; i < 6; ++i) {
        Instant const now{original.sent.milliseconds + 3'600'000};
        auto reply = reply_to(original, "<" + std::to_string(i) + "@x>", now);
        auto const index = conversation_index(reply);
        BOOST_TEST(index.starts_with(conversation_index(original)));
        BOOST_TEST(index.size() == 5u * static_cast<unsigned>(i));
        BOOST_TEST((conversation_id(reply) == conversation_id(original)));
        original = std::move(reply);
    }
}

BOOST_AUTO_TEST_CASE(answers_sort_by_the_time_since_the_first_message)
{
    auto const original = message("<1@x>");
    auto level = [&](int64_t seconds) {
        auto const field = thread_index_of_reply(original, Instant{sent.milliseconds + seconds * 1000});
        return base64_decode(field)->substr(22);
    };
    BOOST_TEST(level(60).size() == 5u);
    BOOST_TEST((level(0) < level(60)));
    BOOST_TEST((level(60) < level(3600)));
    BOOST_TEST((level(3600) < level(400 * 86'400)));
    BOOST_TEST((level(400 * 86'400) < level(900 * 86'400))); // in larger units
    BOOST_TEST(hex_encode(level(-60)).starts_with("00000000"));
}

BOOST_AUTO_TEST_CASE(what_is_no_thread_index_is_passed_over)
{
    auto headers = message("<1@x>");
    auto const expected = conversation_index(headers);
    for (std::string const bad : {"!", "AQ==", "", "AdxxxxXX"}) {
        headers.thread_index = bad;
        BOOST_TEST((conversation_index(headers) == expected));
    }
}

BOOST_AUTO_TEST_CASE(long_threads_have_a_bounded_index)
{
    std::string references;
    for (int i = 0; i < 5000; ++i)
        references += "<" + std::to_string(i) + "@x> ";
    auto deep = message("<new@x>", references);
    BOOST_TEST(conversation_index(deep).size() == 255u);
    deep.thread_index = thread_index_of_reply(deep, sent);
    BOOST_TEST(conversation_index(deep).size() == 255u);
    auto hostile = with_thread_index(message("<1@x>"), "12345", guid('G'), std::string(100'000, 'x'));
    BOOST_TEST(conversation_index(hostile).size() == 255u);
}

BOOST_AUTO_TEST_SUITE_END()
