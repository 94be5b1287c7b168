#include "commands/folder-sync.h"
#include "commands/get-item-estimate.h"
#include "commands/ping.h"
#include "commands/sync.h"
#include "fakes/command-fixture.h"
#include <boost/test/unit_test.hpp>

using namespace eas;
using namespace eas::test;

namespace {

struct SyncFixture : CommandFixture {
    StoredFolder &inbox = mail.add_folder("inbox", "INBOX", SpecialUse::inbox);
    StoredFolder &trash = mail.add_folder("trash", "Trash", SpecialUse::trash);
    std::string key = "0";
    std::optional<Wait> wait;

    Uid deliver(std::string const &subject)
    {
        StoredMessage message;
        message.received = clock.time;
        message.headers.subject = subject;
        message.headers.from = "a@example.com";
        message.structure.id = "1";
        message.structure.type = "text/plain";
        message.parts["1"] = "text of " + subject;
        message.raw = "Subject: " + subject + "\r\n\r\ntext of " + subject;
        return inbox.add(std::move(message));
    }

    Node collection(std::vector<Node> more = {})
    {
        std::vector<Node> children{{Tag::AirSync_SyncKey, key}, {Tag::AirSync_CollectionId, "inbox"}};
        children.insert(children.end(), more.begin(), more.end());
        return {Tag::AirSync_Collection, std::move(children)};
    }
    static Node request(Node collection, std::vector<Node> more = {})
    {
        std::vector<Node> children{{Tag::AirSync_Collections, {std::move(collection)}}};
        children.insert(children.end(), more.begin(), more.end());
        return {Tag::AirSync_Sync, std::move(children)};
    }

    /// Runs it as the dispatcher does and keeps the new key and the wait.
    std::string sync(Node const &request_node, bool lose_answer = false)
    {
        auto document = to_wbxml(request_node);
        auto root = decode(document);
        return sync(&*root, lose_answer);
    }
    std::string sync(Element const *root, bool lose_answer = false)
    {
        StringAnswer sink;
        CommandOutput output{sink};
        Session session = session_of(version);
        auto done = run_sync(session, root, output);
        BOOST_REQUIRE_MESSAGE(done, "Sync failed");
        wait = session.wait;
        log_note = session.log_note;
        auto xml = xml_of(sink.text);
        if (!lose_answer)
            take_key(xml);
        return xml;
    }
    void take_key(std::string const &xml)
    {
        auto start = xml.find("<SyncKey>");
        if (start != xml.npos)
            key = xml.substr(start + 9, xml.find('<', start + 9) - start - 9);
    }
    void prime()
    {
        sync(request(collection()));
        sync(request(collection()));
    }
};

size_t count(std::string const &text, std::string const &part)
{
    size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

bool contains(std::string const &text, std::string const &part)
{
    return text.find(part) != text.npos;
}

Node change_read(std::string id, std::string read)
{
    return {Tag::AirSync_Change,
            {Node{Tag::AirSync_ServerId, std::move(id)},
             Node{Tag::AirSync_ApplicationData, {Node{Tag::Email_Read, std::move(read)}}}}};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(sync_command, SyncFixture)

BOOST_AUTO_TEST_CASE(key_zero_gives_a_key_and_no_items)
{
    deliver("one");
    auto xml = sync(request(collection()));
    BOOST_TEST(contains(xml, "<CollectionId>inbox</CollectionId><Status>1</Status>"));
    BOOST_TEST(!contains(xml, "<Commands>"));
    BOOST_TEST(key != "0");
}

BOOST_AUTO_TEST_CASE(the_next_sync_brings_the_items)
{
    deliver("one");
    deliver("two");
    sync(request(collection()));
    auto xml = sync(request(collection()));
    BOOST_TEST(count(xml, "<Add>") == 2u);
    BOOST_TEST(contains(xml, "<ServerId>inbox:2</ServerId>"));
    BOOST_TEST(contains(xml, "<Subject>one</Subject>"));
    BOOST_TEST(!contains(xml, "MoreAvailable"));
}

BOOST_AUTO_TEST_CASE(without_changes_the_answer_is_empty_and_nothing_is_written)
{
    deliver("one");
    prime();
    auto before = key;
    sync(request(collection()));
    auto writes = state.writes;
    BOOST_TEST(sync(request(collection())) == "");
    BOOST_TEST(state.writes == writes);
    BOOST_TEST(key == before);
}

BOOST_AUTO_TEST_CASE(windows_and_more_available)
{
    for (int i = 0; i < 5; ++i)
        deliver("m");
    sync(request(collection()));
    auto xml = sync(request(collection({{Tag::AirSync_WindowSize, "2"}})));
    BOOST_TEST(count(xml, "<Add>") == 2u);
    BOOST_TEST(contains(xml, "<MoreAvailable/>"));
    xml = sync(request(collection({{Tag::AirSync_WindowSize, "3"}})));
    BOOST_TEST(count(xml, "<Add>") == 3u);
    BOOST_TEST(!contains(xml, "MoreAvailable"));
}

BOOST_AUTO_TEST_CASE(the_requests_window_bounds_all_collections_together)
{
    for (int i = 0; i < 5; ++i)
        deliver("m");
    sync(request(collection()));
    auto xml = sync(request(collection(), {{Tag::AirSync_WindowSize, "3"}}));
    BOOST_TEST(count(xml, "<Add>") == 3u);
    BOOST_TEST(contains(xml, "<MoreAvailable/>"));
}

BOOST_AUTO_TEST_CASE(bodies_of_all_collections_together_are_bounded)
{
    auto const named = [](std::string id, std::string sync_key) {
        return Node{
            Tag::AirSync_Collection,
            {{Tag::AirSync_SyncKey, std::move(sync_key)}, {Tag::AirSync_CollectionId, std::move(id)}}};
    };
    sync(request(collection()));
    auto const inbox_key = key;
    sync(request(named("trash", "0")));
    std::string const megabytes(5 << 20, 'x');
    for (auto *folder : {&inbox, &trash})
        for (int i = 0; i < 2; ++i) {
            deliver("large");
            auto large = inbox.messages.rbegin()->second;
            inbox.messages.erase(std::prev(inbox.messages.end()));
            large.parts["1"] = megabytes;
            folder->add(std::move(large));
        }
    auto const xml =
        sync({Tag::AirSync_Sync,
              {Node{Tag::AirSync_Collections, {named("inbox", inbox_key), named("trash", key)}}}});
    BOOST_TEST(count(xml, "<Add>") == 2u);
    BOOST_TEST(xml.find("<MoreAvailable/>") > xml.find("<CollectionId>trash"));
    BOOST_TEST(count(xml, "<MoreAvailable/>") == 1u);
    take_key(xml.substr(xml.rfind("<Collection>")));
    BOOST_TEST(count(sync(request(named("trash", key))), "<Add>") == 2u);
}

BOOST_AUTO_TEST_CASE(a_repeated_key_is_told_the_same_again)
{
    deliver("one");
    sync(request(collection()));
    auto lost = sync(request(collection()), true);
    auto again = sync(request(collection()));
    BOOST_TEST(count(lost, "<Add>") == 1u);
    BOOST_TEST(count(again, "<Add>") == 1u);
    BOOST_TEST(sync(request(collection())) == "");
}

BOOST_AUTO_TEST_CASE(requests_in_a_row_are_told_the_same_each_time)
{
    deliver("one");
    sync(request(collection()));
    for (int i = 0; i < 12; ++i) {
        auto const xml = sync(request(collection()), true);
        BOOST_TEST(count(xml, "<Add>") == 1u);
        BOOST_TEST(contains(xml, "text of one"));
    }
}

BOOST_AUTO_TEST_CASE(what_a_client_does_not_digest_is_told_again_an_hour_later)
{
    deliver("one");
    sync(request(collection()));
    std::vector<size_t> told;
    for (int i = 0; i < 12; ++i) {
        told.push_back(count(sync(request(collection()), true), "<Add>"));
        clock.time.milliseconds += 10'000;
    }
    BOOST_TEST(told.front() == 1u);
    BOOST_TEST(told.back() == 0u);
    clock.time.milliseconds += 3'600'000;
    BOOST_TEST(contains(sync(request(collection())), "text of one"));
}

BOOST_AUTO_TEST_CASE(answers_without_changes_make_no_client_suspect)
{
    deliver("one");
    prime();
    auto const uid = deliver("two");
    sync(request(collection()), true); // lost, and the message goes: the client stays with its key
    inbox.expunge(uid);
    for (int i = 0; i < 12; ++i) {
        BOOST_TEST(sync(request(collection())) == "");
        clock.time.milliseconds += 10'000;
        inbox.messages[1].flags.keywords = {"$word" +
                                            std::to_string(i)}; // nobody sees it, but the folder differs
        inbox.messages[1].modseq = ++inbox.highest_modseq;
    }
    deliver("three");
    deliver("four");
    BOOST_TEST(count(sync(request(collection())), "<Add>") == 2u);
}

BOOST_AUTO_TEST_CASE(unknown_keys_get_status_3)
{
    prime();
    key = "12345";
    BOOST_TEST(contains(sync(request(collection()), true), "<Status>3</Status>"));
    key = "nonsense";
    BOOST_TEST(contains(sync(request(collection()), true), "<Status>3</Status>"));
}

BOOST_AUTO_TEST_CASE(an_unknown_collection_gets_status_12)
{
    Node unknown{Tag::AirSync_Collection,
                 {Node{Tag::AirSync_SyncKey, "0"}, Node{Tag::AirSync_CollectionId, "nope"}}};
    BOOST_TEST(contains(sync(request(unknown), true), "<Status>12</Status>"));
}

BOOST_AUTO_TEST_CASE(a_second_key_zero_starts_over)
{
    for (int i = 0; i < 4; ++i)
        deliver("m");
    sync(request(collection()));
    sync(request(collection({{Tag::AirSync_WindowSize, "2"}})));
    key = "0";
    sync(request(collection()));
    BOOST_TEST(count(sync(request(collection())), "<Add>") == 4u);
}

BOOST_AUTO_TEST_CASE(changes_with_key_zero_are_a_protocol_error)
{
    BOOST_TEST(
        contains(sync(request(collection({{Tag::AirSync_GetChanges, "1"}})), true), "<Status>4</Status>"));
    BOOST_TEST(
        contains(sync(request(collection({Node(Tag::AirSync_GetChanges)})), true), "<Status>4</Status>"));
    BOOST_TEST(
        contains(sync(request(collection({{Tag::AirSync_GetChanges, "0"}})), true), "<Status>1</Status>"));
}

BOOST_AUTO_TEST_CASE(get_changes_0_keeps_them_for_later)
{
    deliver("one");
    sync(request(collection()));
    BOOST_TEST(sync(request(collection({{Tag::AirSync_GetChanges, "0"}}))) == "");
    BOOST_TEST(count(sync(request(collection())), "<Add>") == 1u);
}

BOOST_AUTO_TEST_CASE(reading_on_the_phone_marks_the_message)
{
    deliver("one");
    prime();
    auto xml = sync(request(collection({{Tag::AirSync_Commands, {change_read("inbox:1", "1")}}})));
    BOOST_TEST(inbox.messages.at(1).flags.seen);
    BOOST_TEST(!contains(xml, "<Responses>"));
    BOOST_TEST(!contains(xml, "<Change>"));
    BOOST_TEST(sync(request(collection())) == "");
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_given_elsewhere_is_told)
{
    deliver("one");
    prime();
    inbox.messages.at(1).flags.answered = true;
    inbox.messages.at(1).modseq = ++inbox.highest_modseq;
    BOOST_TEST(contains(sync(request(collection())), "<LastVerbExecuted>1</LastVerbExecuted>"));
}

BOOST_AUTO_TEST_CASE(operations_on_what_is_not_there_get_a_status_each)
{
    deliver("one");
    prime();
    auto xml = sync(request(collection({{Tag::AirSync_Commands,
                                         {change_read("inbox:77", "1"), change_read("", "1"),
                                          change_read("trash:1", "1"), change_read("inbox:1", "1")}}})));
    BOOST_TEST(count(xml, "<Status>8</Status>") == 3u);
    BOOST_TEST(inbox.messages.at(1).flags.seen);
}

BOOST_AUTO_TEST_CASE(deleting_moves_to_the_trash_unless_it_says_otherwise)
{
    deliver("one");
    deliver("two");
    prime();
    Node remove_one{Tag::AirSync_Delete, {Node{Tag::AirSync_ServerId, "inbox:1"}}};
    Node remove_two{Tag::AirSync_Delete, {Node{Tag::AirSync_ServerId, "inbox:2"}}};
    sync(request(collection({{Tag::AirSync_Commands, {remove_one}}})));
    BOOST_TEST(trash.messages.size() == 1u);
    sync(request(collection({{Tag::AirSync_DeletesAsMoves, "0"}, {Tag::AirSync_Commands, {remove_two}}})));
    BOOST_TEST(trash.messages.size() == 1u);
    BOOST_TEST(inbox.messages.empty());
    BOOST_TEST(sync(request(collection())) == "");
}

BOOST_AUTO_TEST_CASE(what_cannot_go_to_the_trash_stays_and_comes_back)
{
    deliver("one");
    deliver("two");
    prime();
    inbox.expunge(2);
    Node const remove_one{Tag::AirSync_Delete, {Node{Tag::AirSync_ServerId, "inbox:1"}}};
    Node const remove_two{Tag::AirSync_Delete, {Node{Tag::AirSync_ServerId, "inbox:2"}}};
    for (auto const kind : {ErrorKind::not_found, ErrorKind::temporary}) {
        mail.special_refusal = Error{kind, "no Trash"};
        auto const xml = sync(request(collection({{Tag::AirSync_Commands, {remove_one, remove_two}}})));
        BOOST_TEST(contains(xml, "<Responses><Delete><ServerId>inbox:1</ServerId><Status>5</Status></Delete>"
                                 "</Responses>"));
        BOOST_TEST(contains(xml, "<Add><ServerId>inbox:1</ServerId>"));
        BOOST_TEST(inbox.messages.contains(1));
    }
    BOOST_TEST(contains(log_note, "nothing is deleted for want of the Trash: no Trash"));
}

BOOST_AUTO_TEST_CASE(many_messages_are_deleted_in_one_transaction)
{
    for (auto const *subject : {"one", "two", "three", "four", "five"})
        deliver(subject);
    prime();
    inbox.expunge(3);
    auto const remove = [](std::vector<std::string> const &ids) {
        Node commands(Tag::AirSync_Commands);
        for (auto const &id : ids)
            commands.children.push_back({Tag::AirSync_Delete, {Node{Tag::AirSync_ServerId, id}}});
        return commands;
    };
    auto xml = sync(request(collection({remove({"inbox:1", "inbox:3", "inbox:2", "inbox:1"})})));
    BOOST_TEST(!contains(xml, "<Responses>"));
    BOOST_TEST(trash.messages.size() == 2u);
    BOOST_TEST(mail.move_transactions == 2u); // one is the vain one for what was gone before

    mail.immovable = {5};
    xml = sync(request(collection({remove({"inbox:4", "inbox:5"})})));
    BOOST_TEST(contains(
        xml, "<Responses><Delete><ServerId>inbox:5</ServerId><Status>5</Status></Delete></Responses>"));
    BOOST_TEST(trash.messages.size() == 3u);
    BOOST_TEST(inbox.messages.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_repeated_deletion_is_no_error)
{
    deliver("one");
    prime();
    Node remove{Tag::AirSync_Delete, {Node{Tag::AirSync_ServerId, "inbox:1"}}};
    sync(request(collection({{Tag::AirSync_Commands, {remove}}})), true);
    auto xml = sync(request(collection({{Tag::AirSync_Commands, {remove}}})));
    BOOST_TEST(!contains(xml, "<Responses>"));
    BOOST_TEST(trash.messages.size() == 1u);
}

BOOST_AUTO_TEST_CASE(fetch_brings_the_whole_item)
{
    deliver("one");
    prime();
    Node fetch{Tag::AirSync_Fetch, {Node{Tag::AirSync_ServerId, "inbox:1"}}};
    auto xml = sync(request(collection({{Tag::AirSync_Commands, {fetch}}})));
    BOOST_TEST(
        contains(xml, "<Responses><Fetch><ServerId>inbox:1</ServerId><Status>1</Status><ApplicationData>"));
    BOOST_TEST(contains(xml, "text of one"));
}

BOOST_AUTO_TEST_CASE(options_are_kept_between_requests)
{
    deliver("one");
    Node options{Tag::AirSync_Options,
                 {Node{Tag::AirSync_FilterType, "0"},
                  Node{Tag::AirSyncBase_BodyPreference,
                       {Node{Tag::AirSyncBase_Type, "1"}, Node{Tag::AirSyncBase_TruncationSize, "4"}}}}};
    sync(request(collection({options})));
    auto xml = sync(request(collection()));
    BOOST_TEST(contains(xml, "<Data>text</Data>"));
}

BOOST_AUTO_TEST_CASE(a_filter_that_is_not_for_email_is_refused)
{
    prime();
    Node options{Tag::AirSync_Options, {Node{Tag::AirSync_FilterType, "8"}}};
    BOOST_TEST(contains(sync(request(collection({options})), true), "<Status>4</Status>"));
}

BOOST_AUTO_TEST_CASE(an_empty_request_repeats_the_last_one)
{
    BOOST_TEST(contains(sync(static_cast<Element const *>(nullptr)), "<Status>13</Status>"));
    prime();
    BOOST_TEST(sync(static_cast<Element const *>(nullptr)) == "");
    deliver("one");
    BOOST_TEST(count(sync(static_cast<Element const *>(nullptr)), "<Add>") == 1u);
}

BOOST_AUTO_TEST_CASE(an_empty_request_repeats_an_answer_that_was_lost)
{
    prime();
    BOOST_TEST(sync(request(collection(), {{Tag::AirSync_Wait, "5"}})) == "");
    deliver("one");
    Element const *const nothing = nullptr;
    auto const lost = sync(nothing, true);
    BOOST_TEST(count(lost, "<Add>") == 1u);
    BOOST_TEST(sync(nothing) == lost);
    BOOST_TEST(sync(request(collection())) == "");
    deliver("two");
    BOOST_TEST(contains(sync(nothing), "<Subject>two</Subject>"));
}

BOOST_AUTO_TEST_CASE(an_empty_request_cannot_stand_for_one_with_operations)
{
    auto const uid = deliver("one");
    prime();
    Node commands{Tag::AirSync_Commands, {change_read("inbox:" + std::to_string(uid), "1")}};
    sync(request(collection({commands})));
    Element const *const nothing = nullptr;
    BOOST_TEST(contains(sync(nothing), "<Status>13</Status>"));
    BOOST_TEST(sync(request(collection())) == "");
    BOOST_TEST(sync(nothing) == "");
}

BOOST_AUTO_TEST_CASE(a_request_without_news_is_written_down_once)
{
    prime();
    sync(request(collection()));
    auto const before = device;
    sync(request(collection()));
    BOOST_TEST((device == before));
}

BOOST_AUTO_TEST_CASE(elements_of_a_collection_have_their_order)
{
    prime();
    auto const is_taken = [&](std::vector<Node> more) {
        run(run_sync, request(collection(std::move(more))));
        return !error;
    };
    Node const window{Tag::AirSync_WindowSize, "5"}, changes{Tag::AirSync_GetChanges, "1"};
    Node const options{Tag::AirSync_Options, {Node{Tag::AirSync_FilterType, "1"}}};
    BOOST_TEST(is_taken({changes, window, options}));
    BOOST_TEST(!is_taken({window, changes}));
    BOOST_TEST(!is_taken({options, window}));
    BOOST_TEST(!is_taken({window, window}));
    BOOST_TEST(!is_taken({{Tag::AirSync_SyncKey, key}}));
    BOOST_TEST(is_taken({changes, {Tag::AirSync_Class, "Email"}, window}));
}

BOOST_AUTO_TEST_CASE(containers_without_content_are_refused)
{
    prime();
    run(run_sync, request(collection({{Tag::AirSync_Commands, std::vector<Node>()}})));
    BOOST_REQUIRE(error);
    BOOST_TEST(error->message == "Commands has no operation");
    run(run_sync, {Tag::AirSync_Sync, {Node{Tag::AirSync_Collections, std::vector<Node>()}}});
    BOOST_REQUIRE(error);
    BOOST_TEST(error->message == "Collections has no Collection");
}

BOOST_AUTO_TEST_CASE(elements_of_a_preference_come_once)
{
    prime();
    Node const type{Tag::AirSyncBase_Type, "1"}, all{Tag::AirSyncBase_AllOrNone, "1"};
    auto const is_taken = [&](std::vector<Node> preference) {
        Node options{Tag::AirSync_Options, {Node{Tag::AirSyncBase_BodyPreference, std::move(preference)}}};
        run(run_sync, request(collection({options})));
        return !error;
    };
    BOOST_TEST(is_taken({type, all}));
    BOOST_TEST(!is_taken({type, all, all}));
    BOOST_TEST(error->message == "AllOrNone comes twice");
    BOOST_TEST(!is_taken({type, type}));
    BOOST_TEST(!is_taken({all, type}));
    BOOST_TEST(error->message == "Type comes too late");
    BOOST_TEST(!is_taken({all}));
    BOOST_TEST(error->message == "BodyPreference has no Type");
}

BOOST_AUTO_TEST_CASE(options_are_for_mail_and_for_sms_once_each)
{
    prime();
    auto const status_of = [&](std::vector<std::string> classes) {
        std::vector<Node> more;
        for (auto &name : classes)
            more.push_back({Tag::AirSync_Options, {Node{Tag::AirSync_Class, name}}});
        auto const xml = sync(request(collection(std::move(more))), true);
        return xml.empty() ? 1 : contains(xml, "<Status>4</Status>") ? 4 : 0;
    };
    BOOST_TEST(status_of({"Email"}) == 1);
    BOOST_TEST(status_of({"SMS", "Email"}) == 1);
    BOOST_TEST(status_of({"Email", "Email"}) == 4);
    BOOST_TEST(status_of({"SMS", "SMS"}) == 4);
    BOOST_TEST(status_of({"Calendar"}) == 4);
    BOOST_TEST(status_of({"Email", "Notes"}) == 4);
    version = v12_1;
    BOOST_TEST(status_of({"SMS"}) == 4);
}

BOOST_AUTO_TEST_CASE(more_than_two_hundred_operations_are_refused)
{
    auto const uid = deliver("one");
    prime();
    auto const ask = [&](size_t operations) {
        Node commands{Tag::AirSync_Commands,
                      std::vector<Node>(operations, change_read("inbox:" + std::to_string(uid), "1"))};
        return sync(request(collection({commands})), true);
    };
    BOOST_TEST(ask(201) == "<Sync><Status>4</Status></Sync>");
    BOOST_TEST(contains(ask(200), "<Status>1</Status>"));
}

BOOST_AUTO_TEST_CASE(a_partial_request_takes_the_rest_from_the_last_one)
{
    prime();
    deliver("one");
    Node partial{Tag::AirSync_Sync, {Node(Tag::AirSync_Partial), Node{Tag::AirSync_WindowSize, "10"}}};
    BOOST_TEST(count(sync(partial), "<Add>") == 1u);
}

BOOST_AUTO_TEST_CASE(a_partial_request_keeps_the_wait_and_the_window_that_it_does_not_name)
{
    for (int i = 0; i < 5; ++i)
        deliver("m");
    prime();
    Node const partial{Tag::AirSync_Partial};
    sync(request(collection(), {{Tag::AirSync_Wait, "5"}, {Tag::AirSync_WindowSize, "2"}}));
    for (int i = 0; i < 2; ++i) {
        sync(request(collection(), {partial}));
        BOOST_REQUIRE(wait);
        BOOST_TEST(wait->seconds == 300u);
    }
    for (int i = 0; i < 5; ++i)
        deliver("m");
    BOOST_TEST(count(sync(request(collection(), {partial})), "<Add>") == 2u);
    BOOST_TEST(count(sync(request(collection(), {{Tag::AirSync_WindowSize, "3"}, partial})), "<Add>") == 3u);
    sync(request(collection(), {partial}));
    sync({Tag::AirSync_Sync, {Node{Tag::AirSync_Wait, "2"}, partial}});
    BOOST_REQUIRE(wait);
    BOOST_TEST(wait->seconds == 120u);
}

BOOST_AUTO_TEST_CASE(partial_alone_is_no_request)
{
    Node const partial{Tag::AirSync_Sync, {Node{Tag::AirSync_Partial}}};
    BOOST_TEST(contains(sync(partial), "<Status>13</Status>"));
    prime();
    BOOST_TEST(contains(sync(partial), "<Status>4</Status>"));
    run(run_sync, Node(Tag::AirSync_Sync));
    BOOST_REQUIRE(error);
    BOOST_TEST(error->message == "Sync has neither Collections nor Partial");
}

BOOST_AUTO_TEST_CASE(too_many_collections_are_not_looked_at)
{
    prime();
    std::vector<Node> many(301, collection());
    BOOST_TEST(
        contains(sync({Tag::AirSync_Sync, {{Tag::AirSync_Collections, many}, {Tag::AirSync_Partial}}}, true),
                 "<Status>15</Status><Limit>300</Limit>"));
}

BOOST_AUTO_TEST_CASE(a_wait_is_parked_when_there_is_nothing_to_tell)
{
    prime();
    BOOST_TEST(sync(request(collection(), {{Tag::AirSync_Wait, "5"}})) == "");
    BOOST_REQUIRE(wait);
    BOOST_TEST(wait->seconds == 300u);
    BOOST_TEST((wait->folders == std::vector<FolderId>{"inbox"}));
    deliver("one");
    BOOST_TEST(count(sync(request(collection(), {{Tag::AirSync_Wait, "5"}})), "<Add>") == 1u);
    BOOST_TEST(!wait);
}

BOOST_AUTO_TEST_CASE(waits_out_of_range_are_told_the_limit)
{
    prime();
    BOOST_TEST(sync(request(collection(), {{Tag::AirSync_Wait, "60"}}), true) ==
               "<Sync><Status>14</Status><Limit>59</Limit></Sync>");
    BOOST_TEST(contains(sync(request(collection(), {{Tag::AirSync_Wait, "99999999999"}}), true),
                        "<Status>14</Status><Limit>59</Limit>"));
    BOOST_TEST(sync(request(collection(), {{Tag::AirSync_Wait, "0"}}), true) ==
               "<Sync><Status>14</Status><Limit>1</Limit></Sync>");
    BOOST_TEST(sync(request(collection(), {{Tag::AirSync_HeartbeatInterval, "59"}}), true) ==
               "<Sync><Status>14</Status><Limit>60</Limit></Sync>");
    BOOST_TEST(sync(request(collection(), {{Tag::AirSync_HeartbeatInterval, "60"}, {Tag::AirSync_Wait, "1"}}),
                    true) == "<Sync><Status>4</Status></Sync>");
}

BOOST_AUTO_TEST_CASE(another_uid_validity_gets_status_3)
{
    deliver("one");
    prime();
    inbox.uid_validity++;
    BOOST_TEST(contains(sync(request(collection()), true), "<Status>3</Status>"));
}

BOOST_AUTO_TEST_CASE(nothing_is_told_that_could_not_be_saved)
{
    deliver("one");
    sync(request(collection()));
    state.failing = true;
    auto xml = sync(request(collection()), true);
    BOOST_TEST(contains(xml, "<Status>5</Status>"));
    BOOST_TEST(!contains(xml, "<Add>"));
    state.failing = false;
    BOOST_TEST(count(sync(request(collection())), "<Add>") == 1u);
}

BOOST_AUTO_TEST_CASE(an_estimate_counts_what_the_next_sync_tells)
{
    deliver("one");
    deliver("two");
    auto estimate = [&](std::string sync_key) {
        return run(run_get_item_estimate,
                   {Tag::GetItemEstimate_GetItemEstimate,
                    {Node{Tag::GetItemEstimate_Collections,
                          {Node{Tag::GetItemEstimate_Collection,
                                {Node{Tag::AirSync_SyncKey, std::move(sync_key)},
                                 Node{Tag::GetItemEstimate_CollectionId, "inbox"}}}}}}});
    };
    BOOST_TEST(contains(estimate("0"), "<Status>3</Status>"));
    sync(request(collection()));
    BOOST_TEST(contains(estimate(key), "<Status>1</Status><Collection><CollectionId>inbox</CollectionId>"
                                       "<Estimate>2</Estimate>"));
    BOOST_TEST(contains(estimate("99"), "<Status>4</Status>"));
    sync(request(collection()));
    BOOST_TEST(contains(estimate(key), "<Estimate>0</Estimate>"));
    for (int i = 0; i < 513; ++i)
        deliver("many");
    BOOST_TEST(contains(estimate(key), "<Estimate>512</Estimate>"));
    inbox.status_error = Error{ErrorKind::temporary, "the disk is away"};
    BOOST_TEST(contains(estimate(key), "<Status>111</Status>"));
    version = v12_1;
    estimate(key);
    BOOST_REQUIRE(error);
    BOOST_TEST((error->kind == ErrorKind::temporary));
    BOOST_TEST(log_note == " the disk is away;");
}

BOOST_AUTO_TEST_CASE(an_estimate_counts_a_collection_once_that_is_named_often)
{
    Node const options{Tag::AirSync_Options, {Node{Tag::AirSync_FilterType, "3"}}};
    prime();
    for (int i = 0; i < 50; ++i)
        deliver("many");
    Node const named{Tag::GetItemEstimate_Collection,
                     {{Tag::AirSync_SyncKey, key}, {Tag::GetItemEstimate_CollectionId, "inbox"}, options}};
    inbox.searches = 0;
    auto const xml = run(run_get_item_estimate,
                         {Tag::GetItemEstimate_GetItemEstimate,
                          {Node{Tag::GetItemEstimate_Collections, std::vector<Node>(1000, named)}}});
    BOOST_TEST(count(xml, "<Estimate>50</Estimate>") == 1000u);
    BOOST_TEST(inbox.searches == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

struct PingFixture : SyncFixture {
    /// A device asks for its folders before anything else.
    PingFixture()
    {
        run(run_folder_sync, {Tag::FolderHierarchy_FolderSync, {Node{Tag::FolderHierarchy_SyncKey, "0"}}});
    }
    std::string ping(std::vector<Node> children)
    {
        auto document = to_wbxml({Tag::Ping_Ping, std::move(children)});
        auto root = decode(document);
        return ping(&*root);
    }
    std::string ping(Element const *root)
    {
        StringAnswer sink;
        CommandOutput output{sink};
        Session session = session_of(version);
        BOOST_REQUIRE(run_ping(session, root, output));
        wait = session.wait;
        return xml_of(sink.text);
    }
    static Node heartbeat(std::string seconds) { return {Tag::Ping_HeartbeatInterval, std::move(seconds)}; }
    static Node folders(std::string id = "inbox")
    {
        return {
            Tag::Ping_Folders,
            {Node{Tag::Ping_Folder, {Node{Tag::Ping_Id, std::move(id)}, Node{Tag::Ping_Class, "Email"}}}}};
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(ping_command, PingFixture)

BOOST_AUTO_TEST_CASE(it_waits_for_the_heartbeat)
{
    prime();
    BOOST_TEST(ping({heartbeat("480"), folders()}) == "<Ping><Status>1</Status></Ping>");
    BOOST_REQUIRE(wait);
    BOOST_TEST(wait->seconds == 480u);
    BOOST_TEST(wait->hierarchy);
}

BOOST_AUTO_TEST_CASE(a_change_since_the_last_sync_is_told_at_once)
{
    prime();
    deliver("one");
    BOOST_TEST(ping({heartbeat("480"), folders()}) ==
               "<Ping><Status>2</Status><Folders><Folder>inbox</Folder></Folders></Ping>");
    BOOST_TEST(!wait);
}

BOOST_AUTO_TEST_CASE(what_a_lost_answer_told_and_is_gone_wakes_nobody)
{
    prime();
    auto const uid = deliver("one");
    auto const lost = sync(request(collection()), true);
    inbox.expunge(uid);
    BOOST_TEST(sync(request(collection())) == "");
    BOOST_TEST(ping({heartbeat("480"), folders()}) == "<Ping><Status>1</Status></Ping>");
    deliver("two");
    BOOST_TEST(contains(ping({heartbeat("480"), folders()}), "<Status>2</Status>"));
    auto const told = sync(request(collection()));
    BOOST_TEST(count(told, "<Add>") == 1u);
    BOOST_TEST(!contains(lost, "<SyncKey>" + key + "</SyncKey>")); // it is late, or never comes
    BOOST_TEST(ping({heartbeat("480"), folders()}) == "<Ping><Status>1</Status></Ping>");
}

BOOST_AUTO_TEST_CASE(a_flag_that_a_lost_answer_told_and_that_was_set_back_wakes_nobody)
{
    auto const uid = deliver("one");
    prime();
    auto const set_read = [&](bool read) {
        inbox.messages.at(uid).flags.seen = read;
        inbox.messages.at(uid).modseq = ++inbox.highest_modseq;
    };
    set_read(true);
    BOOST_TEST(contains(sync(request(collection()), true), "<Read>1</Read>"));
    set_read(false);
    BOOST_TEST(sync(request(collection())) == "");
    BOOST_TEST(ping({heartbeat("480"), folders()}) == "<Ping><Status>1</Status></Ping>");
    set_read(true);
    BOOST_TEST(contains(ping({heartbeat("480"), folders()}), "<Status>2</Status>"));
    BOOST_TEST(contains(sync(request(collection())), "<Read>1</Read>"));
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_late_is_as_good)
{
    prime();
    auto const uid = deliver("one");
    auto const late = sync(request(collection()), true);
    inbox.expunge(uid);
    BOOST_TEST(sync(request(collection())) == "");
    take_key(late);
    BOOST_TEST(contains(sync(request(collection())), "<Delete>"));
    BOOST_TEST(ping({heartbeat("480"), folders()}) == "<Ping><Status>1</Status></Ping>");
}

BOOST_AUTO_TEST_CASE(a_folder_that_a_lost_answer_told_and_is_gone_wakes_nobody)
{
    auto const folder_sync = [&] {
        auto answer = run(run_folder_sync,
                          {Tag::FolderHierarchy_FolderSync, {Node{Tag::FolderHierarchy_SyncKey, key}}});
        return answer;
    };
    take_key(folder_sync());
    mail.add_folder("new", "New");
    BOOST_TEST(contains(folder_sync(), "<Add>"));
    BOOST_REQUIRE(mail.delete_folder("new"));
    BOOST_TEST(contains(folder_sync(), "<SyncKey>" + key + "</SyncKey><Changes><Count>0</Count></Changes>"));
    BOOST_TEST(ping({heartbeat("480"), folders()}) == "<Ping><Status>1</Status></Ping>");
    mail.add_folder("newer", "Newer");
    BOOST_TEST(ping({heartbeat("480"), folders()}) == "<Ping><Status>7</Status></Ping>");
}

BOOST_AUTO_TEST_CASE(an_index_that_was_written_for_nothing_wakes_nobody)
{
    deliver("one");
    prime();
    ++inbox.highest_modseq;
    BOOST_TEST(ping({heartbeat("480"), folders()}) == "<Ping><Status>1</Status></Ping>");
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_looked_at_does_not_keep_the_phone_from_waiting)
{
    prime();
    inbox.messages.clear();
    auto const ping_both = [&] {
        return ping(
            {heartbeat("480"),
             {Tag::Ping_Folders,
              {Node{Tag::Ping_Folder, {Node{Tag::Ping_Id, "trash"}, Node{Tag::Ping_Class, "Email"}}},
               Node{Tag::Ping_Folder, {Node{Tag::Ping_Id, "inbox"}, Node{Tag::Ping_Class, "Email"}}}}}});
    };
    trash.status_error = Error{ErrorKind::temporary, "the disk is away"};
    BOOST_TEST(ping_both() == "<Ping><Status>1</Status></Ping>");
    BOOST_REQUIRE(wait);
    BOOST_TEST(wait->poll);
    BOOST_TEST(wait->folders.size() == 2u);
    deliver("one");
    BOOST_TEST(ping_both() == "<Ping><Status>2</Status><Folders><Folder>inbox</Folder></Folders></Ping>");
    inbox.status_error = trash.status_error;
    BOOST_TEST(ping_both() == "<Ping><Status>8</Status></Ping>");
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_named_twice_is_a_fault)
{
    prime();
    Node const folder{Tag::Ping_Folder, {Node{Tag::Ping_Id, "inbox"}, Node{Tag::Ping_Class, "Email"}}};
    BOOST_TEST(ping({heartbeat("480"), {Tag::Ping_Folders, {folder, folder}}}) ==
               "<Ping><Status>4</Status></Ping>");
}

BOOST_AUTO_TEST_CASE(folders_and_heartbeat_are_remembered)
{
    prime();
    BOOST_TEST(ping(static_cast<Element const *>(nullptr)) == "<Ping><Status>3</Status></Ping>");
    BOOST_TEST(ping({heartbeat("480")}) == "<Ping><Status>3</Status></Ping>");
    ping({heartbeat("480"), folders()});
    BOOST_TEST(ping(static_cast<Element const *>(nullptr)) == "<Ping><Status>1</Status></Ping>");
    BOOST_REQUIRE(wait);
    BOOST_TEST(wait->seconds == 480u);
    ping({folders()});
    BOOST_TEST(wait->seconds == 480u);
}

BOOST_AUTO_TEST_CASE(heartbeats_out_of_range_are_told_the_nearest)
{
    prime();
    BOOST_TEST(ping({heartbeat("10"), folders()}) ==
               "<Ping><Status>5</Status><HeartbeatInterval>60</HeartbeatInterval></Ping>");
    BOOST_TEST(ping({heartbeat("99999"), folders()}) ==
               "<Ping><Status>5</Status><HeartbeatInterval>3540</HeartbeatInterval></Ping>");
    BOOST_TEST(ping({heartbeat("-1"), folders()}) ==
               "<Ping><Status>5</Status><HeartbeatInterval>60</HeartbeatInterval></Ping>");
    BOOST_TEST(ping({heartbeat("99999999999"), folders()}) ==
               "<Ping><Status>5</Status><HeartbeatInterval>3540</HeartbeatInterval></Ping>");
    BOOST_TEST(ping({heartbeat("x"), folders()}) == "<Ping><Status>4</Status></Ping>");
}

BOOST_AUTO_TEST_CASE(too_many_folders_are_told_how_many)
{
    std::vector<Node> many;
    for (int i = 0; i < 301; ++i)
        many.push_back({Tag::Ping_Folder, {Node{Tag::Ping_Id, "f" + std::to_string(i)}}});
    BOOST_TEST(ping({heartbeat("480"), {Tag::Ping_Folders, many}}) ==
               "<Ping><Status>6</Status><MaxFolders>300</MaxFolders></Ping>");
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_is_a_changed_hierarchy)
{
    BOOST_TEST(ping({heartbeat("480"), folders("gone")}) == "<Ping><Status>7</Status></Ping>");
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_is_not_remembered)
{
    Element const *const nothing = nullptr;
    ping({heartbeat("480"), folders("gone")});
    BOOST_TEST(ping(nothing) == "<Ping><Status>3</Status></Ping>");
    ping({heartbeat("480"), folders()});
    ping({heartbeat("480"), folders("gone")});
    device.ping_folders.push_back({"went", "Email"}); // the device was told, and goes on
    BOOST_TEST(ping(nothing) == "<Ping><Status>1</Status></Ping>");
    BOOST_REQUIRE(wait);
    BOOST_TEST((wait->folders == std::vector<FolderId>{"inbox"}));
    device.ping_folders = {{"went", "Email"}};
    BOOST_TEST(ping(nothing) == "<Ping><Status>3</Status></Ping>");
}

BOOST_AUTO_TEST_CASE(a_folder_without_id_is_a_fault)
{
    Node const nameless{Tag::Ping_Folder, {Node{Tag::Ping_Class, "Email"}}};
    BOOST_TEST(ping({heartbeat("480"), folders("")}) == "<Ping><Status>4</Status></Ping>");
    BOOST_TEST(ping({heartbeat("480"), {Tag::Ping_Folders, {nameless}}}) ==
               "<Ping><Status>4</Status></Ping>");
}

BOOST_AUTO_TEST_CASE(a_document_names_folders_or_a_heartbeat)
{
    ping({heartbeat("480"), folders()});
    BOOST_TEST(ping(std::vector<Node>()) == "<Ping><Status>3</Status></Ping>");
    BOOST_TEST(ping({heartbeat("480"), {Tag::Ping_Folders, std::vector<Node>()}}) ==
               "<Ping><Status>3</Status></Ping>");
}

BOOST_AUTO_TEST_CASE(a_changed_hierarchy_is_told)
{
    auto folder_sync = [&] {
        return run(run_folder_sync,
                   {Tag::FolderHierarchy_FolderSync, {Node{Tag::FolderHierarchy_SyncKey, "0"}}});
    };
    folder_sync();
    prime();
    BOOST_TEST(ping({heartbeat("480"), folders()}) == "<Ping><Status>1</Status></Ping>");
    mail.add_folder("new", "New");
    BOOST_TEST(ping({heartbeat("480"), folders()}) == "<Ping><Status>7</Status></Ping>");
    folder_sync();
    BOOST_TEST(ping({heartbeat("480"), folders("new")}) == "<Ping><Status>1</Status></Ping>");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(folder_sync_command, SyncFixture)

BOOST_AUTO_TEST_CASE(what_a_device_had_of_folders_that_are_gone_is_forgotten)
{
    auto const begin = [&] {
        run(run_folder_sync, {Tag::FolderHierarchy_FolderSync, {Node{Tag::FolderHierarchy_SyncKey, "0"}}});
    };
    begin();
    prime();
    begin();
    BOOST_TEST(state.values.contains("device/PHONE1/mail-inbox"));
    BOOST_REQUIRE(mail.delete_folder("inbox"));
    begin();
    BOOST_TEST(!state.values.contains("device/PHONE1/mail-inbox"));
}

BOOST_AUTO_TEST_CASE(folders_then_only_what_changed)
{
    auto folder_sync = [&](std::string sync_key) {
        return run(run_folder_sync, {Tag::FolderHierarchy_FolderSync,
                                     {Node{Tag::FolderHierarchy_SyncKey, std::move(sync_key)}}});
    };
    auto first = folder_sync("0");
    BOOST_TEST(contains(first, "<Count>2</Count>"));
    BOOST_TEST(contains(first, "<Add><ServerId>inbox</ServerId><ParentId>0</ParentId>"
                               "<DisplayName>INBOX</DisplayName><Type>2</Type></Add>"));
    take_key(first);
    auto same = folder_sync(key);
    BOOST_TEST(contains(same, "<SyncKey>" + key + "</SyncKey><Changes><Count>0</Count></Changes>"));
    trash.folder.name = "Bin";
    auto renamed = folder_sync(key);
    BOOST_TEST(contains(renamed, "<Count>1</Count><Update><ServerId>trash</ServerId>"));
    BOOST_TEST(contains(folder_sync(key), "<Update>")); // the answer was lost: the same again
    take_key(renamed);
    BOOST_TEST(contains(folder_sync("77"), "<Status>9</Status>"));
    BOOST_TEST(contains(folder_sync(""), "<Status>10</Status>"));
}

BOOST_AUTO_TEST_SUITE_END()
