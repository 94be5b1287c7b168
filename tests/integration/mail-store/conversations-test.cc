// Conversations are derived once, kept in the index, and derived again when it was lost.
#include "mapping/conversation.h"
#include "private-storage.h"
#include "sync/conversations.h"
#include <boost/test/unit_test.hpp>

namespace eas::test {

namespace {

char const *const formats[] = {"maildir", "sdbox", "mdbox"};

std::string message(std::string const &id, std::string const &references = "")
{
    return "Message-ID: " + id + "\r\n" + (references.empty() ? "" : "References: " + references + "\r\n") +
           "Subject: x\r\n\r\nHello\r\n";
}

UidSet members(MailFolderHandle &folder, std::string const &first_id)
{
    MailHeaders headers;
    headers.message_id = first_id;
    return value_of(messages_of_conversation(folder, *conversation_key(conversation_id(headers))));
}

} // namespace

BOOST_AUTO_TEST_SUITE(conversations_of_mailboxes)

BOOST_AUTO_TEST_CASE(messages_are_found_by_their_conversation)
{
    for (auto format : formats) {
        User user(format);
        user.save("INBOX", message("<1@x>"));
        user.save("INBOX", message("<2@x>"));
        user.save("INBOX", message("<3@x>", "<1@x>"));
        for (int session = 0; session < 3; ++session) {
            auto folder = user.open("INBOX");
            BOOST_TEST(members(*folder, "<1@x>").to_string() == "1,3");
            BOOST_TEST(members(*folder, "<2@x>").to_string() == "2"); // derived, not in the index yet
            BOOST_TEST(value_of(with_their_conversations(*folder, {3})).to_string() == "1,3");
            BOOST_TEST(value_of(with_their_conversations(*folder, {3, 9})).to_string() == "1,3,9");
            folder.reset();
            user.reconnect();
        }
        user.doveadm({"expunge", "mailbox", "INBOX", "uid", "1"});
        user.save("INBOX", message("<4@x>", "<1@x> <3@x>"));
        BOOST_TEST(members(*user.open("INBOX"), "<1@x>").to_string() == "3:4");
        user.doveadm({"force-resync", "INBOX"});
        user.reconnect();
        BOOST_TEST(members(*user.open("INBOX"), "<1@x>").to_string() == "3:4");
    }
}

BOOST_AUTO_TEST_CASE(remembering_a_conversation_is_no_change_of_the_message)
{
    for (auto format : formats) {
        User user(format);
        user.save("INBOX", message("<1@x>"));
        auto const before = user.open("INBOX")->status();
        members(*user.open("INBOX"), "<1@x>");
        user.reconnect();
        auto folder = user.open("INBOX");
        BOOST_CHECK(folder->status() == before);
        BOOST_TEST(value_of(folder->changes_since(before.point, {1})).changed.empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace eas::test
