#include "commands/move-items.h"
#include "fakes/command-fixture.h"
#include "sync/recent-moves.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

Node move(std::string message, std::string from, std::string to)
{
    return {Tag::Move_Move,
            {Node{Tag::Move_SrcMsgId, std::move(message)}, Node{Tag::Move_SrcFldId, std::move(from)},
             Node{Tag::Move_DstFldId, std::move(to)}}};
}

std::string answered(std::string const &message, int status, std::string const &now = "")
{
    return "<Response><SrcMsgId>" + message + "</SrcMsgId><Status>" + std::to_string(status) + "</Status>" +
           (now.empty() ? "" : "<DstMsgId>" + now + "</DstMsgId>") + "</Response>";
}

std::string whole(std::string const &content)
{
    return "<MoveItems>" + content + "</MoveItems>";
}

struct MoveFixture : CommandFixture {
    StoredFolder &inbox = mail.add_folder("inbox", "INBOX", SpecialUse::inbox);
    StoredFolder &archive = mail.add_folder("archive", "Archive");

    MoveFixture()
    {
        inbox.add({});
        inbox.add({});
        archive.add({});
    }
    std::string ask(std::vector<Node> moves)
    {
        return run(run_move_items, {Tag::Move_MoveItems, std::move(moves)});
    }
    std::string ask_move(std::string message, std::string from, std::string to)
    {
        return ask({move(std::move(message), std::move(from), std::move(to))});
    }
    bool is_invalid(std::vector<Node> moves)
    {
        return ask(std::move(moves)).empty() && error && error->kind == ErrorKind::bad_request;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(move_items, MoveFixture)

BOOST_AUTO_TEST_CASE(messages_go_and_their_new_ids_are_told)
{
    BOOST_TEST(ask({move("inbox:2", "inbox", "archive"), move("inbox:1", "inbox", "archive")}) ==
               whole(answered("inbox:2", 3, "archive:3") + answered("inbox:1", 3, "archive:2")));
    BOOST_TEST(inbox.messages.empty());
    BOOST_TEST(archive.messages.size() == 3u);
    BOOST_TEST(mail.opened == 1u);
    BOOST_TEST(log_note == "moved=2");
}

BOOST_AUTO_TEST_CASE(after_a_lost_answer_the_same_is_told)
{
    auto first = ask_move("inbox:1", "inbox", "archive");
    BOOST_TEST(ask_move("inbox:1", "inbox", "archive") == first);
    BOOST_TEST(archive.messages.size() == 2u);
    mail.add_folder("other", "Other");
    BOOST_TEST(ask_move("inbox:1", "inbox", "other") == whole(answered("inbox:1", 1)));
}

BOOST_AUTO_TEST_CASE(the_same_message_twice_in_a_request_is_moved_once)
{
    auto once = answered("inbox:1", 3, "archive:2");
    BOOST_TEST(ask({move("inbox:1", "inbox", "archive"), move("inbox:1", "inbox", "archive")}) ==
               whole(once + once));
}

BOOST_AUTO_TEST_CASE(many_moves_are_remembered_on_the_way)
{
    std::vector<Node> moves;
    for (int uid = 1; uid <= 120; ++uid) {
        if (uid > 2)
            inbox.add({});
        moves.push_back(move("inbox:" + std::to_string(uid), "inbox", "archive"));
    }
    ask(std::move(moves));
    BOOST_TEST(archive.messages.size() == 121u);
    BOOST_TEST(state.writes == 3u);
}

BOOST_AUTO_TEST_CASE(what_goes_the_same_way_is_moved_in_one_transaction)
{
    for (int more = 0; more < 3; ++more)
        inbox.add({});
    mail.add_folder("other", "Other");
    auto const xml = ask({move("inbox:1", "inbox", "archive"), move("inbox:9", "inbox", "archive"),
                          move("inbox:3", "inbox", "archive"), move("inbox:2", "inbox", "other"),
                          move("inbox:4", "inbox", "other"), move("inbox:5", "inbox", "archive")});
    BOOST_TEST(xml == whole(answered("inbox:1", 3, "archive:2") + answered("inbox:9", 1) +
                            answered("inbox:3", 3, "archive:3") + answered("inbox:2", 3, "other:1") +
                            answered("inbox:4", 3, "other:2") + answered("inbox:5", 3, "archive:4")));
    BOOST_TEST(mail.move_transactions == 3u);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_moved_together_is_moved_one_by_one)
{
    inbox.add({});
    mail.immovable = {2};
    BOOST_TEST(ask({move("inbox:1", "inbox", "archive"), move("inbox:2", "inbox", "archive"),
                    move("inbox:3", "inbox", "archive")}) ==
               whole(answered("inbox:1", 3, "archive:2") + answered("inbox:2", 7) +
                     answered("inbox:3", 3, "archive:3")));
    BOOST_TEST(mail.move_transactions == 4u);
    BOOST_TEST(inbox.messages.size() == 1u);
}

BOOST_AUTO_TEST_CASE(another_device_does_not_know_of_the_move)
{
    ask_move("inbox:1", "inbox", "archive");
    device.id = "PHONE2";
    BOOST_TEST(ask_move("inbox:1", "inbox", "archive") == whole(answered("inbox:1", 1)));
}

BOOST_AUTO_TEST_CASE(each_item_has_its_status)
{
    auto status = [&](std::string message, std::string from, std::string to) {
        auto answer = ask_move(message, from, to);
        auto at = answer.find("<Status>") + 8;
        return answer.substr(at, answer.find('<', at) - at);
    };
    BOOST_TEST(status("inbox:9", "inbox", "archive") == "1");
    BOOST_TEST(status("gone:1", "gone", "archive") == "1");
    BOOST_TEST(status("inbox:1", "archive", "inbox") == "1");
    BOOST_TEST(status("inbox:1", "", "archive") == "1");
    BOOST_TEST(status("nonsense", "inbox", "archive") == "1");
    BOOST_TEST(status("inbox:1", "inbox", "gone") == "2");
    BOOST_TEST(status("inbox:1", "inbox", "") == "2");
    BOOST_TEST(status("inbox:1", "inbox", "inbox") == "4");
    BOOST_TEST(ask({{Tag::Move_Move, {Node{Tag::Move_SrcMsgId, "inbox:1"}}}}) ==
               whole(answered("inbox:1", 1)));
    BOOST_TEST(
        ask({{Tag::Move_Move, {Node{Tag::Move_SrcMsgId, "inbox:1"}, Node{Tag::Move_SrcFldId, "inbox"}}}}) ==
        whole(answered("inbox:1", 2)));
    auto two_destinations = move("inbox:1", "inbox", "archive");
    two_destinations.children.emplace_back(Tag::Move_DstFldId, "other");
    BOOST_TEST(ask({two_destinations}) == whole(answered("inbox:1", 5)));
    BOOST_TEST(inbox.messages.size() == 2u);
    BOOST_TEST(state.writes == 0u);
}

BOOST_AUTO_TEST_CASE(refusals_of_the_mailboxes)
{
    struct {
        ErrorKind kind;
        int status;
    } const rows[] = {
        {ErrorKind::quota, 5}, {ErrorKind::denied, 5}, {ErrorKind::temporary, 7}, {ErrorKind::conflict, 7}};
    for (auto &row : rows) {
        mail.move_refusal = Error{row.kind, "why"};
        BOOST_TEST(ask_move("inbox:1", "inbox", "archive") == whole(answered("inbox:1", row.status)));
        BOOST_TEST(log_note == "moved=0 status=" + std::to_string(row.status) + " why");
    }
    mail.move_refusal = {};
    mail.open_refusal = Error{ErrorKind::temporary, "busy"};
    BOOST_TEST(ask_move("inbox:1", "inbox", "archive") == whole(answered("inbox:1", 7)));
    mail.open_refusal = Error{ErrorKind::denied, "no rights"};
    BOOST_TEST(ask_move("inbox:1", "inbox", "archive") == whole(answered("inbox:1", 1)));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_answered_is_left_out)
{
    std::string const too_long(65, 'x');
    BOOST_TEST(ask({move("", "inbox", "archive"), move("inbox:1", "inbox", "archive"),
                    move(too_long, "inbox", "archive")}) == whole(answered("inbox:1", 3, "archive:2")));
    BOOST_TEST(is_invalid({move("", "inbox", "archive")}));
    BOOST_TEST(is_invalid({}));
}

BOOST_AUTO_TEST_CASE(more_than_a_thousand_are_refused)
{
    std::vector<Node> moves(1001, move("inbox:1", "inbox", "archive"));
    BOOST_TEST(is_invalid(moves));
    BOOST_TEST(inbox.messages.size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_last_moves_are_remembered_and_all_of_one_request)
{
    auto remember = [&](int first, int count) {
        auto moves = RecentMoves::load(state, "moves");
        for (int number = first; number < first + count; ++number)
            moves->add("inbox:" + std::to_string(number), "archive:" + std::to_string(number));
        BOOST_TEST(bool(moves->save(state, "moves")));
        return *RecentMoves::load(state, "moves");
    };
    auto moves = remember(1, 300);
    BOOST_TEST(moves.find("inbox:1") == "archive:1");
    BOOST_TEST(moves.find("inbox:300") == "archive:300");
    moves = remember(301, 1);
    BOOST_TEST(moves.find("inbox:101") == "");
    BOOST_TEST(moves.find("inbox:102") == "archive:102");
    BOOST_TEST(moves.find("inbox:301") == "archive:301");
}

BOOST_AUTO_TEST_CASE(messages_are_moved_even_if_that_cannot_be_remembered)
{
    state.failing = true;
    BOOST_TEST(ask_move("inbox:1", "inbox", "archive") == whole(answered("inbox:1", 3, "archive:2")));
    BOOST_TEST(log_note == "moved=1 not remembered: the disk is full");
}

BOOST_AUTO_TEST_SUITE_END()
