#include "commands/item-operations.h"
#include "commands/move-items.h"
#include "fakes/command-fixture.h"
#include "mapping/conversation.h"
#include "sync/conversation-moves.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

StoredMessage message(std::string id, std::string references = "")
{
    StoredMessage made;
    made.headers.message_id = std::move(id);
    made.headers.references = std::move(references);
    return made;
}

std::string const thread = conversation_id(message("<1@x>").headers);

struct MoveConversationFixture : CommandFixture {
    StoredFolder &inbox = mail.add_folder("inbox", "INBOX", SpecialUse::inbox);
    StoredFolder &sent = mail.add_folder("sent", "Sent", SpecialUse::sent);
    StoredFolder &archive = mail.add_folder("archive", "Archive");
    StoredFolder &trash = mail.add_folder("trash", "Trash", SpecialUse::trash);
    StoredFolder &drafts = mail.add_folder("drafts", "Drafts", SpecialUse::drafts);
    StoredFolder &shared = mail.add_folder("shared", "Shared");

    MoveConversationFixture()
    {
        inbox.add(message("<1@x>"));
        inbox.add(message("<other@x>"));
        inbox.add(message("<3@x>", "<1@x> <2@x>"));
        sent.add(message("<2@x>", "<1@x>"));
        archive.add(message("<4@x>", "<1@x>"));
        shared.add(message("<5@x>", "<1@x>"));
        shared.folder.is_own = false;
    }
    std::string ask(std::string id, std::optional<std::string> folder, bool always = true)
    {
        std::vector<Node> content{opaque(Tag::ItemOperations_ConversationId, std::move(id))};
        if (folder)
            content.push_back({Tag::ItemOperations_DstFldId, std::move(*folder)});
        if (always)
            content.push_back({Tag::ItemOperations_Options, {Node{Tag::ItemOperations_MoveAlways}}});
        return run(run_item_operations, {Tag::ItemOperations_ItemOperations,
                                         {Node{Tag::ItemOperations_Move, std::move(content)}}});
    }
    ConversationMove const *rule()
    {
        rules = *ConversationMoves::load(state);
        return rules.find(*conversation_key(thread), clock.time);
    }
    ConversationMoves rules;
};

std::string answered(int status, std::string const &id, int whole = 1)
{
    return "<ItemOperations><Status>" + std::to_string(whole) + "</Status><Response><Move><Status>" +
           std::to_string(status) + "</Status><ConversationId>" + id +
           "</ConversationId></Move></Response></ItemOperations>";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(move_conversation, MoveConversationFixture)

BOOST_AUTO_TEST_CASE(all_messages_go_but_those_in_sent_and_in_shared_folders)
{
    BOOST_TEST(ask(thread, "trash") == answered(1, thread));
    BOOST_TEST(inbox.messages.size() == 1u);
    BOOST_TEST(archive.messages.empty());
    BOOST_TEST(trash.messages.size() == 3u);
    BOOST_TEST(sent.messages.size() == 1u);
    BOOST_TEST(shared.messages.size() == 1u);
    BOOST_TEST(log_note == "moved=3");
    BOOST_REQUIRE(rule());
    BOOST_TEST(rule()->destination == "trash");
}

BOOST_AUTO_TEST_CASE(repeated_it_succeeds_again)
{
    ask(thread, "archive");
    BOOST_TEST(ask(thread, "archive") == answered(1, thread));
    BOOST_TEST(log_note == "moved=0");
    BOOST_TEST(archive.messages.size() == 3u);
}

BOOST_AUTO_TEST_CASE(without_move_always_nothing_happens)
{
    BOOST_TEST(ask(thread, "trash", false) == answered(155, thread, 155));
    BOOST_TEST(inbox.messages.size() == 3u);
    BOOST_TEST(!rule());
}

BOOST_AUTO_TEST_CASE(folders_that_take_no_conversation)
{
    BOOST_TEST(ask(thread, "unknown") == answered(6, thread));
    BOOST_TEST(ask(thread, std::nullopt) == answered(2, thread));
    BOOST_TEST(ask(thread, std::string(65, 'x')) == answered(2, thread));
    BOOST_TEST(ask(thread, "drafts") == answered(156, thread, 156));
    BOOST_TEST(ask(thread, "c.calendar") == answered(156, thread, 156));
    BOOST_TEST(ask(thread, "RI") == answered(105, thread));
    BOOST_TEST(inbox.messages.size() == 3u);
    BOOST_TEST(!rule());
}

BOOST_AUTO_TEST_CASE(an_unknown_conversation_has_status_6)
{
    BOOST_TEST(ask("short", "trash") == answered(6, "short"));
    std::string const unknown(16, 'x');
    BOOST_TEST(ask(unknown, "trash") == answered(6, unknown));
    BOOST_TEST(!ConversationMoves::load(state)->has_destination("trash"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_moved_has_its_status)
{
    mail.move_refusal = Error{ErrorKind::denied, "no"};
    BOOST_TEST(ask(thread, "trash") == answered(16, thread));
    mail.move_refusal = Error{ErrorKind::quota, "full"};
    BOOST_TEST(ask(thread, "trash") == answered(3, thread));
}

BOOST_AUTO_TEST_CASE(the_rule_is_for_messages_to_come_and_the_last_one_counts)
{
    ask(thread, "trash");
    clock.time.milliseconds += 60'000;
    ask(thread, "archive");
    BOOST_REQUIRE(rule());
    BOOST_TEST(rule()->destination == "archive");
    BOOST_TEST(!rules.find(*conversation_key(thread), Instant{clock.time.milliseconds - 1000}));
}

BOOST_AUTO_TEST_CASE(the_oldest_rules_are_forgotten)
{
    for (ConversationKey key = 1; key <= ConversationMoves::remembered + 2; ++key)
        BOOST_REQUIRE(ConversationMoves::add(state, {key, "trash", 0}));
    rules = *ConversationMoves::load(state);
    BOOST_TEST(!rules.find(2, clock.time));
    BOOST_TEST(rules.find(3, clock.time));
}

BOOST_AUTO_TEST_CASE(taking_a_message_out_of_the_folder_ends_the_rule)
{
    ask(thread, "trash");
    auto move = [&](std::string id, std::string from, std::string to) {
        run(run_move_items,
            {Tag::Move_MoveItems,
             {Node{Tag::Move_Move,
                   {Node{Tag::Move_SrcMsgId, std::move(id)}, Node{Tag::Move_SrcFldId, std::move(from)},
                    Node{Tag::Move_DstFldId, std::move(to)}}}}});
    };
    move("inbox:2", "inbox", "archive");
    BOOST_TEST(rule());
    move("trash:1", "trash", "inbox");
    BOOST_TEST(!rule());
}

BOOST_AUTO_TEST_SUITE_END()
